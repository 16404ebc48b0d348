"""One record per command. A field is at once an option of the command line, a key in TOML and a keyword in Python.

Values are texts, tuples of texts and flags; question/ reads them, so that their messages are ours. The annotations are no texts,
which would have to be evaluated at every start.
"""
