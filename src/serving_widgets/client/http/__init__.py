"""Requests over HTTP: transport, retries, time limits, bodies, and reading back a write whose answer was lost."""
