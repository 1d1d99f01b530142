"""An OpenAPI document read: references resolved, schemas normalised, the service's input formats found."""
