"""Queries that do not take the common path: route-optimized endpoints and streamed answers."""
