"""Inputs that nobody thought of: only an error in words may come out, soon and in bounded memory."""
