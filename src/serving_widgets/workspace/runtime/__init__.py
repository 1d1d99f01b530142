"""The event loop thread, its executor, the service clock, progress and display."""
