"""Commands that change endpoints, and wait for them."""
