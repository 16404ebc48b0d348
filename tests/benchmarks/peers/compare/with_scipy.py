import sys

import numpy as np
from scipy.stats import bootstrap

base, candidate, true = (np.load(path) for path in sys.argv[1:])
difference = (candidate - true) ** 2 - (base - true) ** 2
found = bootstrap((difference,), np.mean, n_resamples=1_000, batch=1, method="percentile", random_state=0)
print(found.confidence_interval, file=sys.stderr)
print(difference.mean())
