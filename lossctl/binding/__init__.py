"""Which columns of which files serve which role: usual names, class names, and what fits a loss."""
