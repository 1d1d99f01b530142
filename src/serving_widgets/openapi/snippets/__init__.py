"""Code in several languages that sends a request."""
