"""What tables and sentences say of a document."""
