"""Waiting for what another thread does."""

import time
from collections.abc import Callable


def until(condition: Callable[[], object], timeout: float = 5.0) -> bool:
    """Wait until a condition holds; False when it did not within ``timeout`` seconds."""
    limit = time.monotonic() + timeout
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.01)
    return False
