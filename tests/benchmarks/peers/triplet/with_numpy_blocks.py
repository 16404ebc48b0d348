import sys

import numpy as np

arrays = np.load(sys.argv[1])
anchor, positive, negative = arrays["anchor"], arrays["positive"], arrays["negative"]
block = 1_024
total = 0.0
for start in range(0, len(anchor), block):
    a = anchor[start : start + block].astype(np.float64)
    near = np.sqrt(((a - positive[start : start + block]) ** 2).sum(axis=1))
    far = np.sqrt(((a - negative[start : start + block]) ** 2).sum(axis=1))
    total += np.maximum(near - far + 1, 0).sum()
print(total / len(anchor))
