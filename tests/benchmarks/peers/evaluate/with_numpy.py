import sys

import numpy as np

pred, true = (np.load(path) for path in sys.argv[1:])
print(np.mean((pred - true) ** 2))
