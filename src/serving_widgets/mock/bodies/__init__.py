"""Bodies of requests that create or change endpoints, checked as the service checks them."""
