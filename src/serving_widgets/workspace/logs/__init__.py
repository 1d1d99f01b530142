"""Logs of an endpoint: read once, or followed as they grow."""
