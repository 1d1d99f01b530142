"""How long things may take, and what tells the time."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from numbers import Real

from serving_widgets.api.errors import ConfigError
from serving_widgets.client.routes import CallKind


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds of host time, by sort of call.

    Attributes
    ----------
    connect : float
        For a connection to come about.
    read, write, query : float
        For one answer. A query may wake an endpoint that was scaled to zero, and the service lets a model work for
        297 s (Databricks docs, *Model Serving timeouts*).
    retries : float
        What waiting and sending again may add to a call.
    look_back : float
        For looking whether a write whose answer was lost has been done.
    """

    connect: float = 10.0
    read: float = 30.0
    write: float = 60.0
    query: float = 300.0
    retries: float = 60.0
    look_back: float = 10.0

    def of(self, kind: CallKind) -> float:
        """Return the limit of one answer to a call of a sort."""
        return {"read": self.read, "write": self.write, "query": self.query}[kind]


@dataclass(frozen=True, slots=True)
class HostClock:
    """What a call takes from the world around it, so that tests can give it another one."""

    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a call began, when it has to end, and how long one answer may take."""

    began: float
    ends: float
    each: float
    monotonic: Callable[[], float]

    @property
    def left(self) -> float:
        """Seconds that are left, never below zero."""
        return max(0.0, self.ends - self.monotonic())

    @property
    def waited(self) -> float:
        """Seconds since the call began."""
        return self.monotonic() - self.began

    @property
    def next_answer(self) -> float:
        """How long the next answer may take."""
        return min(self.each, self.left)

    def earlier(self, seconds: float) -> Deadline:
        """Return a deadline that ends sooner by ``seconds``."""
        return Deadline(self.began, self.ends - seconds, self.each, self.monotonic)

    def endless(self) -> Deadline:
        """Return a deadline without an end, under which only each answer has its limit."""
        return Deadline(self.began, math.inf, self.each, self.monotonic)

    def within(self, seconds: float) -> Deadline:
        """Return a deadline of what is left, but of ``seconds`` at most."""
        now = self.monotonic()
        return Deadline(now, min(self.ends, now + seconds), min(self.each, seconds), self.monotonic)


def deadline_for(kind: CallKind, timeout: float | None, timeouts: Timeouts, monotonic: Callable[[], float]) -> Deadline:
    """Return the deadline of a call; the caller's ``timeout`` covers all of it, retries included."""
    now = monotonic()
    if timeout is not None:
        checked_seconds(timeout)
        return Deadline(now, now + timeout, timeout, monotonic)
    each = timeouts.of(kind)
    return Deadline(now, now + each + timeouts.retries, each, monotonic)


def checked_seconds(timeout: object) -> float:
    """Return the seconds that a caller allows.

    Raises
    ------
    ConfigError
        When they are no number, or below zero.

    Examples
    --------
    >>> checked_seconds(2)
    2.0
    """
    if isinstance(timeout, Real) and not isinstance(timeout, bool) and (seconds := float(timeout)) >= 0:
        return seconds
    raise ConfigError(f"timeout={timeout!r} is not a number of seconds.", hint="For example timeout=60.")
