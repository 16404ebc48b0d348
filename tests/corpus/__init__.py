"""Tricky files with what a user must get from each, decided without asking lossctl."""
