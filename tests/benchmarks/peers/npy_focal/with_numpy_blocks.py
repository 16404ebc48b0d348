import sys

import numpy as np

logits, labels = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
block = 65_536
total = 0.0
for start in range(0, len(logits), block):
    x = logits[start : start + block].astype(np.float64)
    y = labels[start : start + block]
    z = np.where(y == 1, x, -x)  # the logit of the true class
    ce = np.logaddexp(0, -z)
    total += (-(np.expm1(-ce) ** 2) * -ce).sum()
print(total / len(logits))
