"""A document as text, pages and pictures, and where these go."""
