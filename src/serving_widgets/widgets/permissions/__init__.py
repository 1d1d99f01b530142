"""The permissions editor."""
