import sys

import numpy as np
import torch

pred, true = (torch.from_numpy(np.load(path)) for path in sys.argv[1:])
print(torch.nn.functional.mse_loss(pred, true).item())
