import sys
from pathlib import Path

import numpy as np

folder, true_path = sys.argv[1:]
true = np.load(true_path)
for path in sorted(Path(folder).glob("*.npy")):
    print(np.mean((np.load(path) - true) ** 2))
