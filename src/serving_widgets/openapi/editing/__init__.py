"""A request being edited: its text, its rows and its cells."""
