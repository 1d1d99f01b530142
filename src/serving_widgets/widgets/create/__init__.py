"""The form that creates an endpoint."""
