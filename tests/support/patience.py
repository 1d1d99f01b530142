"""Waiting for what another thread does."""

import threading
import time
from collections.abc import Callable

from serving_widgets.workspace import lane


def until(condition: Callable[[], object], timeout: float = 5.0) -> bool:
    """Wait until a condition holds; False when it did not within ``timeout`` seconds."""
    limit = time.monotonic() + timeout
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.01)
    return False


def drain(timeout: float = 5.0) -> bool:
    """Wait until everything posted to the user lane so far has run."""
    done = threading.Event()
    lane.post(done.set)
    return done.wait(timeout)
