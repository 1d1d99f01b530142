"""Request bodies on a line or in a cell: JSON, CSV, files, variables."""
