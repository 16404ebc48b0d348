import sys

import numpy as np

pred, target = (np.load(path, mmap_mode="r") for path in sys.argv[1:3])
members = pred.shape[1]
weight = (2 * np.arange(1, members + 1) - members - 1) / members**2
total = 0.0
for start in range(0, len(pred), 4096):
    x = np.sort(pred[start : start + 4096], axis=1)
    total += np.abs(x - target[start : start + 4096, np.newaxis]).mean(axis=1).sum() - (x * weight).sum()
print(total / len(pred))
