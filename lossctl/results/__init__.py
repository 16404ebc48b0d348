"""What a command found, as plain records."""
