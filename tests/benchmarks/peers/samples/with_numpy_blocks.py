import sys

import numpy as np

pred, true = (np.load(path, mmap_mode="r") for path in sys.argv[1:])
saved = np.lib.format.open_memmap("samples_blocks.npy", mode="w+", dtype=np.float64, shape=pred.shape)
block = 65_536
total = 0.0
for start in range(0, len(pred), block):
    losses = (pred[start : start + block] - true[start : start + block]) ** 2
    saved[start : start + block] = losses
    total += losses.sum()
saved.flush()
print(total / len(pred))
