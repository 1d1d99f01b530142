"""Configurations compared: what an update changes, and two of them side by side."""
