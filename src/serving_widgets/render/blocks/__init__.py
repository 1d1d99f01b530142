"""Building blocks of a result: text, tables, JSON, messages, pages."""
