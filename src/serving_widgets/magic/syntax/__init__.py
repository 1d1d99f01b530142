"""Syntax of a `%serving` line: grammar, value types, variables, usage errors."""
