"""Serving of models: reading a query, running a model, describing it as an OpenAPI document."""
