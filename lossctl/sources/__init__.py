"""From what a user names to rows of every role, in step: the SRC grammar, usual names, one reader per format, the dataset."""
