"""Commands that send requests to a model, and tell what it takes."""
