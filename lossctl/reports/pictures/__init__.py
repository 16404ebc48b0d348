"""Pictures of a document: what each shows, and how files, pages and terminals draw it."""
