"""The program as a process: what it imports, its signals and its ends."""
