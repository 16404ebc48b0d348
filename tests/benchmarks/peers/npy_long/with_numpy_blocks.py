import sys

import numpy as np

pred, true = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
block = 65_536
total = 0.0
for start in range(0, len(pred), block):
    error = pred[start : start + block] - true[start : start + block]
    error *= error
    total += error.sum()
print(total / len(pred))
