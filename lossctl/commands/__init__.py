"""One file per command: `run(options)` does it and returns the exit code."""
