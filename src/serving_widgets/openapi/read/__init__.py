"""An OpenAPI document read: references resolved, schemas normalized, the service's input formats found."""
