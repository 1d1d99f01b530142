"""One method a route, grouped by what the routes are about."""
