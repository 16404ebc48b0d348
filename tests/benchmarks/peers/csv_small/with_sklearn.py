import sys

import pandas as pd
from sklearn.metrics import mean_squared_error

table = pd.read_csv(sys.argv[1])
print(mean_squared_error(table["y_true"], table["y_pred"]))
