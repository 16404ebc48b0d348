import sys

import numpy as np

base, candidate, true = (np.load(path) for path in sys.argv[1:])
difference = (candidate - true) ** 2 - (base - true) ** 2
n = len(difference)
random = np.random.default_rng(0)
means = []
for _ in range(1_000):
    rows = random.integers(0, n, n, dtype=np.int32)
    means.append(difference.take(rows).mean())
print(np.quantile(means, (0.025, 0.975)), file=sys.stderr)
print(difference.mean())
