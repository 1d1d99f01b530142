"""Metrics of an endpoint: reading the exported text, names and units, what a plot shows."""
