"""Databricks Model Serving in a notebook."""
