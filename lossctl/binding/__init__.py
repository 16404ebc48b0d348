"""Which columns of which files serve which role: the SRC grammar, usual names, class names."""
