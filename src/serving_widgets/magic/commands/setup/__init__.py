"""Commands for connections and help."""
