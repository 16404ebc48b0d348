"""The report page: its frame, its style and script, and pieces of HTML that notebooks show too."""
