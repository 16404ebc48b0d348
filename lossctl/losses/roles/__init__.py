"""The inputs of losses: shape, domain, and the view that a kernel gets."""
