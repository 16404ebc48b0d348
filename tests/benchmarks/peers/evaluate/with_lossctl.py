import sys

import numpy as np

import lossctl

pred, true = (np.load(path) for path in sys.argv[1:])
print(lossctl.evaluate(pred, true, "mse").value)
