import sys

import jax.numpy as jnp
import numpy as np
import optax

logits, labels = (jnp.asarray(np.load(path)) for path in sys.argv[1:])
print(optax.softmax_cross_entropy_with_integer_labels(logits, labels).mean())
