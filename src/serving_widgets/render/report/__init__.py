"""A report on endpoints as a file: a page without script, or Markdown; and the data that it carries."""
