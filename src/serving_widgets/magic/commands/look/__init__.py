"""Commands that look at endpoints."""
