"""The rows of a run, in step: parts, pairing by key, which rows are used."""
