"""Tests, in the folders of what they test; what is about the whole program lies beside them."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
