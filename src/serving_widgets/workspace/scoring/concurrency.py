"""How many batches of a table are on their way at once."""

#: Requests at a time unless told otherwise.
CONCURRENCY = 4
