"""Access control lists: levels, principals, changes and the file that keeps grants."""
