"""Losses: their declarations, and their values beside other implementations and exact arithmetic."""
