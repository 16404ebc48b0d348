"""Starts Python and imports NumPy."""

import numpy

print(numpy.__version__)
