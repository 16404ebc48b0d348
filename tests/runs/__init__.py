"""Many runs: batches, clusters, journals and leaderboards."""
