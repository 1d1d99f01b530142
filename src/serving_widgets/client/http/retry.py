"""When a request is sent again, and after how long. Pure: no clock, no chance, no I/O."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from serving_widgets.client.routes import CallKind

#: Told of each wait after an answer of 429, in seconds, on the thread of the request: others may have to wait as well.
turned_away: ContextVar[Callable[[float], None]] = ContextVar("serving_widgets_turned_away", default=lambda _: None)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often to try, and how long to wait in between.

    Attributes
    ----------
    attempts : int
        Requests at most, the first included.
    connects : int
        Of them, those that may fail for want of a connection: an address without an answer is wrong more often
        than late, and a person is waiting.
    first, longest : float
        The back-off in seconds: it doubles from the first to the longest.
    """

    attempts: int = 5
    connects: int = 3
    first: float = 0.5
    longest: float = 8.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request.

    Attributes
    ----------
    status : int or None
        The answer's HTTP status; None when there was no answer.
    retry_after : str or None
        The answer's header of that name.
    sent : bool
        Any part of the request may have gone out.
    lasting : bool
        Trying again would give the same, as with a certificate that is not trusted.
    """

    status: int | None = None
    retry_after: str | None = None
    sent: bool = True
    lasting: bool = False


def pause_before_next(
    policy: RetryPolicy, kind: CallKind, attempt: int, outcome: Outcome, *, left: float, jitter: float, wall: float
) -> float | None:
    """Return how many seconds to wait before the same request is sent again; None when it is not.

    Sent again are requests that were turned away (429, 503), those that never went out, and reads whose answer was
    lost. A write or a query whose answer was lost is not: it may have been carried out.

    Parameters
    ----------
    attempt : int
        How many requests were sent so far.
    left : float
        Seconds until the call has to end.
    jitter : float
        A random number from 0 to 1.
    wall : float
        The time, in seconds since the epoch; a Retry-After may name a date.
    """
    if not _may_repeat(policy, kind, attempt, outcome):
        return None
    backoff = min(policy.longest, policy.first * 2.0 ** min(attempt - 1, 30))
    asked = parse_retry_after(outcome.retry_after, wall)
    # Not in step with the others that were turned away at the same moment, and never sooner than asked for.
    pause = backoff * (0.5 + jitter / 2) if asked is None else asked + backoff * jitter / 2
    return pause if pause < left else None


def parse_retry_after(value: str | None, wall: float) -> float | None:
    """Return the seconds to wait that a Retry-After header names, as a number or as a date; None when it names none.

    Examples
    --------
    >>> parse_retry_after("120", 0.0)
    120.0
    >>> parse_retry_after("Thu, 01 Jan 1970 00:01:00 GMT", 0.0)
    60.0
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_until(text, wall)
    return max(0.0, seconds) if math.isfinite(seconds) else None


TURNED_AWAY = frozenset({429, 503})


def _may_repeat(policy: RetryPolicy, kind: CallKind, attempt: int, outcome: Outcome) -> bool:
    if attempt >= policy.attempts or outcome.lasting:
        return False
    if outcome.status is not None:
        return outcome.status in TURNED_AWAY
    if not outcome.sent:
        return attempt < policy.connects
    return kind == "read"


def _seconds_until(date: str, wall: float) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, IndexError, OverflowError):
        return math.nan
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - wall
