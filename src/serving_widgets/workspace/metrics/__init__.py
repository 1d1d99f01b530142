"""Metrics of an endpoint: read once, or collected while they are watched."""
