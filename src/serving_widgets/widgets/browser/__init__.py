"""The endpoint browser."""
