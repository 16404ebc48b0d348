import sys

import numpy as np

logits, labels = (np.load(path, mmap_mode="r") for path in sys.argv[1:3])
total, count = 0.0, 0
for z, y in zip(logits, labels, strict=True):
    z = z.reshape(len(z), -1).astype(np.float64)
    y = y.reshape(-1)
    used = np.flatnonzero(y != 255)
    top = z.max(axis=0)
    log_sum = top + np.log(np.exp(z - top).sum(axis=0))
    total += (log_sum[used] - z[y[used], used]).sum()
    count += len(used)
print(total / count)
