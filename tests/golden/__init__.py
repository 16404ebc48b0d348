"""Values that other implementations gave."""
