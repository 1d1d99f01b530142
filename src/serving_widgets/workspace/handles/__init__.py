"""The handles that users hold: endpoints, one endpoint, its permissions."""
