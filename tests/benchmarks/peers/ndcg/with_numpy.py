import sys

import numpy as np

pred, target, query = map(np.load, sys.argv[1:4])
order = np.lexsort((-pred, query))
starts = np.flatnonzero(np.diff(query[order], prepend=-1))
counts = np.diff(starts, append=len(query))
discount = 1 / np.log2(np.arange(len(query)) - np.repeat(starts, counts) + 2)
gain = 2.0**target - 1
found = np.add.reduceat(gain[order] * discount, starts)
best = np.add.reduceat(gain[np.lexsort((-gain, query))] * discount, starts)
print((1 - found / best).mean())
