import sys

import numpy as np
import torch

arrays = np.load(sys.argv[1])
anchor, positive, negative = (torch.from_numpy(arrays[name]) for name in ("anchor", "positive", "negative"))
print(torch.nn.functional.triplet_margin_loss(anchor, positive, negative).item())
