"""Tables and arrays encoded as request bodies."""
