"""Request bodies checked against what a model declares, or against a JSON schema."""
