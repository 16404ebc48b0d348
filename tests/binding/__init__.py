"""Which columns of which files serve which role, and which class is which."""
