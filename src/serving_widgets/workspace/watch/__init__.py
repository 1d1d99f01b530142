"""Watching endpoints: the watcher, its leases and intervals, waiting for a state."""
