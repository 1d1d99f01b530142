"""Credentials and the header that carries them."""
