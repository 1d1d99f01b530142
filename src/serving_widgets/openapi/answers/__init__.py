"""Answers of a model as tables and text."""
