"""Two endpoints beside each other."""
