import sys

import numpy as np
from sklearn.calibration import calibration_curve

pred, target = map(np.load, sys.argv[1:3])
right, confidence = calibration_curve(target, pred, n_bins=15)
rows = np.histogram(pred, np.linspace(0, 1, 16))[0]
print((rows[rows > 0] / len(pred) * np.abs(right - confidence)).sum())
