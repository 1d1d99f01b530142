"""Changes of an endpoint as requests: configuration, traffic, tags, grants, and their dry runs."""
