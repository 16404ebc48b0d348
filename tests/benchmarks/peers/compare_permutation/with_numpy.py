import sys

import numpy as np

base, candidate, true = (np.load(path) for path in sys.argv[1:])
difference = (candidate - true) ** 2 - (base - true) ** 2
n = len(difference)
random = np.random.default_rng(0)
total = difference.sum()
sums = np.array([total - 2 * difference[random.integers(0, 2, n, dtype=np.bool_)].sum() for _ in range(1_000)])
print((1 + (np.abs(sums) >= abs(total)).sum()) / 1_001, file=sys.stderr)
print(difference.mean())
