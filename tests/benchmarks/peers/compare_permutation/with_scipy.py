import sys

import numpy as np
from scipy.stats import permutation_test

base, candidate, true = (np.load(path) for path in sys.argv[1:])
costs = (candidate - true) ** 2, (base - true) ** 2
found = permutation_test(
    costs,
    lambda one, other, axis: np.mean(one - other, axis=axis),
    permutation_type="samples",
    vectorized=True,
    n_resamples=1_000,
    batch=1,
    random_state=0,
)
print(found.pvalue, file=sys.stderr)
print(found.statistic)
