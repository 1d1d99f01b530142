"""The model registry: models, their versions, and the aliases that point at versions. Pure."""
