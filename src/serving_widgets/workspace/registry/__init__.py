"""The model registry as notebooks see it: models, their versions, and versions by alias."""
