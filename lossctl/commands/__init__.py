"""One file per command: `run(options)` does it and returns the exit code; `finished_runs` are those of a batch."""
