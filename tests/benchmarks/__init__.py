"""Whole processes side by side: lossctl, its peers as their users write them, and what cannot be avoided."""
