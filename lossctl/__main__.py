"""`python -m lossctl` is the same program."""

from lossctl.cli import main

main()
