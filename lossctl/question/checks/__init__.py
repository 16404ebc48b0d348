"""What checks are about: limits, configurations, and the tasks that they make."""
