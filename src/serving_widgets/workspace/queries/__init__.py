"""Schemas, queries and their results, and the log of requests sent."""
