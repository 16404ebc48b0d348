"""Arrays: .npy, .npz, and those that Python code hands over."""
