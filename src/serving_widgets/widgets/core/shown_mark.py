"""What tells one thing that was shown from another: a page sends it back with the order to carry that out."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Marks are in the saved state of widgets, and what they are made of may hold secrets: without this key none can be
# found by trying.
_KEY = secrets.token_bytes(16)


def mark_of(*shown: object) -> str:
    """Return the mark of something that is shown, made of its ``repr``; it is another one in every process."""
    said = repr(shown).encode("utf-8", "surrogatepass")
    return hmac.new(_KEY, said, hashlib.sha256).hexdigest()[:16]
