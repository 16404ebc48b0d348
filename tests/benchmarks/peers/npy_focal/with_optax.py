import sys

import jax.numpy as jnp
import numpy as np
import optax

logits, labels = (jnp.asarray(np.load(path)) for path in sys.argv[1:])
losses = optax.sigmoid_focal_loss(logits, labels.astype(jnp.float32), gamma=2.0)
print(np.asarray(losses).mean(dtype=np.float64))
