import sys

import numpy as np
import torch

logits, labels = (torch.from_numpy(np.load(path)) for path in sys.argv[1:])
print(torch.nn.functional.cross_entropy(logits, labels).item())
