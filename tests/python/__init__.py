"""lossctl in Python and in notebooks."""
