"""Facts of the service that every part of the mock uses: errors, clock, users, the endpoint record."""
