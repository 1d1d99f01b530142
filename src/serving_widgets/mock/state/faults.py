"""Faults by rule: what goes wrong on purpose, and how often."""

from __future__ import annotations

import fnmatch
import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal


@dataclass
class Fault:
    """One rule. The first rule that fits a request applies to it.

    Parameters
    ----------
    method, path : str
        Which requests: a method (``"*"`` for any) and a glob over the path, such as ``"*/config:stop"``.
    since, until : float, optional
        When: service seconds after the start of the scenario, `since` included, `until` not.
    skip : int
        How many fitting requests go unharmed first.
    every : int
        Which of those after that are hit: 3 for each third one, beginning with the first.
    count : int, optional
        How many requests are hit; None for all. One by default, for a client may retry for minutes.
    status : int, optional
        Answer with this status, from 200 to 599, instead of doing anything.
    body : object, optional
        Body of that answer: text as it stands, anything else as JSON. By default an error envelope.
    retry_after : int or str, optional
        Value of a ``Retry-After`` header.
    delay : float
        Host seconds before the request is looked at.
    disconnect : {"before", "after"} or bool
        Drop the connection instead of answering: before anything was done (also True), or after it was done.
    truncate : int, optional
        Send only so many bytes of the answer, then drop the connection.
    malformed : bool
        Send an answer that is not JSON.
    """

    method: str = "*"
    path: str = "*"
    since: float | None = None
    until: float | None = None
    skip: int = 0
    every: int = 1
    count: int | None = 1
    status: int | None = None
    body: Any = None
    retry_after: int | str | None = None
    delay: float = 0.0
    disconnect: Literal["before", "after"] | bool = False
    truncate: int | None = None
    malformed: bool = False
    seen: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for name, (fits, wanted) in _MEMBERS.items():
            value = getattr(self, name)
            if not fits(value):
                raise ValueError(f"{name!r} of a fault rule must be {wanted}, not {value!r}")

    @classmethod
    def of(cls, rule: Mapping[str, Any]) -> Fault:
        """Return the rule that a JSON object describes.

        Raises
        ------
        ValueError
            If it is no object, or has a member that is not known or makes no sense.
        """
        if not isinstance(rule, Mapping):
            raise ValueError(f"a fault rule is an object, not {rule!r}")
        known = {one.name for one in fields(cls) if one.init}
        unknown = sorted(map(str, set(rule) - known))
        if unknown:
            raise ValueError(f"a fault rule has no member {unknown[0]!r}; there are {', '.join(sorted(known))}")
        return cls(**rule)

    def fits(self, method: str, path: str, at: float) -> bool:
        """Return whether the rule is about such a request, `at` service seconds after the scenario's start."""
        return (
            self.method.upper() in ("*", method)
            and fnmatch.fnmatchcase(path, self.path)
            and (self.since is None or at >= self.since)
            and (self.until is None or at < self.until)
        )

    def hits(self) -> bool:
        """Count a request that the rule fits, and return whether it is hit."""
        place = self.seen - self.skip
        self.seen += 1
        if place < 0 or place % self.every:
            return False
        if self.count is not None:
            self.count -= 1
        return True


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _header(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()


def _writable(value: Any) -> bool:
    try:
        text = value if isinstance(value, str) else json.dumps(value, allow_nan=False)
        text.encode()
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _or_none(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: value is None or fits(value)


_MEMBERS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "method": (_text, "a text"),
    "path": (_text, "a text"),
    "since": (_or_none(_number), "a number of seconds"),
    "until": (_or_none(_number), "a number of seconds"),
    "skip": (_whole, "a whole number"),
    "every": (lambda value: _whole(value) and value > 0, "a whole number above 0"),
    "count": (_or_none(_whole), "a whole number, or None for all"),
    "status": (_or_none(lambda value: _whole(value) and 200 <= value <= 599), "a whole number from 200 to 599"),
    "body": (_writable, "text or JSON"),
    "retry_after": (_or_none(lambda value: _whole(value) or _header(value)), "a number of seconds or a date"),
    "delay": (_number, "a number of seconds"),
    "disconnect": (
        lambda value: isinstance(value, bool) or value in ("before", "after"),
        'true, false, "before" or "after"',
    ),
    "truncate": (_or_none(_whole), "a whole number of bytes"),
    "malformed": (lambda value: isinstance(value, bool), "true or false"),
}


class Faults:
    """The rules in force."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []

    def set(self, rules: Iterable[Mapping[str, Any]]) -> int:
        """Replace the rules; none at all ends all faults. Returns how many there are.

        Raises
        ------
        ValueError
            If there is no list of rules, or one of them is no object or has a member that is not known or makes no
            sense. The rules before stay in force.
        """
        if isinstance(rules, str | bytes | Mapping):
            raise ValueError("fault rules come as a list")
        parsed = [Fault.of(rule) for rule in rules]
        self._rules = parsed
        return len(parsed)

    def add(self, rule: Mapping[str, Any]) -> None:
        """Put a rule after those in force; raises as `set` does."""
        self._rules.append(Fault.of(rule))

    def take(self, method: str, path: str, at: float) -> Fault | None:
        """Return the fault that hits this request, if any, and count it."""
        for rule in self._rules:
            if rule.count != 0 and rule.fits(method, path, at):
                return rule if rule.hits() else None
        return None
