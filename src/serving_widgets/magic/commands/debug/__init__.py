"""Commands for logs and metrics."""
