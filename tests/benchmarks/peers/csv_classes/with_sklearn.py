import sys

import pandas as pd
from sklearn.metrics import log_loss

table = pd.read_csv(sys.argv[1])
print(log_loss(table["label"], table.iloc[:, 1:]))
