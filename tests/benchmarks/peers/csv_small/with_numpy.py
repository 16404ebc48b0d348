import sys

import numpy as np

true, pred = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1, usecols=(1, 2), unpack=True)
print(np.mean((pred - true) ** 2))
