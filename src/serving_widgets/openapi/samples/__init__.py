"""Sample requests that fit a schema."""
