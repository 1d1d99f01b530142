"""Commands for permissions."""
