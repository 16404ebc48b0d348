"""The losses: how one is declared, how its text is read, and one file for each family."""
