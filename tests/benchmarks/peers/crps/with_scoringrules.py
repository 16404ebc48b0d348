import sys

import numpy as np
import scoringrules

pred, target = map(np.load, sys.argv[1:3])
print(scoringrules.crps_ensemble(target, pred, estimator="qd").mean())
