import sys

import numpy as np
from sklearn.metrics import mean_squared_error

pred, true = (np.load(path) for path in sys.argv[1:])
print(mean_squared_error(true, pred))
