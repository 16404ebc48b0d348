"""`python -m lossctl` is the same program."""

import os
import sys

try:
    if not sys.flags.safe_path and sys.path[0] in ("", os.getcwd()):  # Python put it first, and its files are no modules of ours
        del sys.path[0]
except OSError:  # there is no working directory any more
    pass

from lossctl.process import main

main()
