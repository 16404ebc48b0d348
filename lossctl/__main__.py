"""`python -m lossctl` is the same program."""

from lossctl.process import main

main()
