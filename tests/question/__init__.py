"""What is asked: losses, sources, syntax of tables, configurations and manifests, before a file is opened."""
