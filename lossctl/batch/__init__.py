"""Many runs: which they are, the journal that makes them resumable, and their order."""
