import sys

import numpy as np

logits, labels = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
block = 256
total = 0.0
for start in range(0, len(labels), block):
    x = logits[start : start + block].astype(np.float64)
    y = labels[start : start + block]
    x -= x.max(axis=1, keepdims=True)
    picked = x[np.arange(len(y)), y]
    total += (np.log(np.exp(x, out=x).sum(axis=1)) - picked).sum()
print(total / len(labels))
