"""Starts Python."""
