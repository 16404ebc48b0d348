"""What is typed: the command line, its help, and what is said of words that are not known."""
