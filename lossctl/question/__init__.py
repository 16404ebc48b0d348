"""What is asked, read and validated before a file is opened."""
