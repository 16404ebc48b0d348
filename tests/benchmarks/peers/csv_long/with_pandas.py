import sys

import numpy as np
import pandas as pd

table = pd.read_csv(sys.argv[1], usecols=["y_true", "y_pred"])
error = (table["y_pred"] - table["y_true"]).to_numpy()
print(np.mean(error**2))
print(np.mean(np.abs(error)))
print(np.mean(np.where(np.abs(error) < 1, 0.5 * error**2, np.abs(error) - 0.5)))
