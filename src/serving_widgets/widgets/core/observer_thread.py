"""The user lane: the one thread on which code of the user's that we call may run.

Public traits are set here, so that their observers may call the synchronous API: it waits for the loop thread, and the
loop thread never waits for the lane.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable

_lock = threading.Lock()
_jobs: queue.SimpleQueue[Callable[[], object]] | None = None


def post(job: Callable[[], object]) -> None:
    """Run ``job`` on the user lane, after everything posted before it."""
    global _jobs
    with _lock:
        if _jobs is None:
            _jobs = queue.SimpleQueue()
            threading.Thread(target=_work, args=(_jobs,), name="serving-widgets-user-lane", daemon=True).start()
        _jobs.put(job)


def _work(jobs: queue.SimpleQueue[Callable[[], object]]) -> None:
    while True:
        job = jobs.get()
        try:
            job()
        except BaseException:
            # An observer of the user's that fails, or that means to exit, must not end the lane for all others; it is
            # reported as a thread's failure is.
            kind, error, trace = sys.exc_info()
            if kind is not None and error is not None:
                threading.excepthook(threading.ExceptHookArgs((kind, error, trace, threading.current_thread())))


def _drop_after_fork() -> None:
    global _jobs, _lock
    _lock = threading.Lock()
    _jobs = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_after_fork)
