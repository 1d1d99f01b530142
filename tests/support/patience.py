"""Waiting for what another thread does."""

import threading
import time
from collections.abc import Callable

from serving_widgets.widgets.core import observer_thread

#: Seconds after which a test gives up: long enough for a machine that is busy with other things, for no test is about
#: how fast something happens.
PATIENCE = 60.0


def until(condition: Callable[[], object], timeout: float = PATIENCE) -> bool:
    """Wait until a condition holds; False when it did not within ``timeout`` seconds."""
    limit = time.monotonic() + timeout
    while time.monotonic() < limit:
        if condition():
            return True
        time.sleep(0.01)
    return False


def drain(timeout: float = PATIENCE) -> bool:
    """Wait until everything posted to the user lane so far has run."""
    done = threading.Event()
    observer_thread.post(done.set)
    return done.wait(timeout)
