"""Faults by rule: what goes wrong on purpose, and how often."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass
class Fault:
    """One rule. The first rule that fits a request applies to it.

    Parameters
    ----------
    method, path : str
        Which requests: a method (``"*"`` for any) and a glob over the path, such as ``"*/config:stop"``.
    skip : int
        How many fitting requests go unharmed first.
    count : int, optional
        How many requests are hit after those; None for all. One by default, for a client may retry for minutes.
    status : int, optional
        Answer with this status instead of doing anything.
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
    skip: int = 0
    count: int | None = 1
    status: int | None = None
    body: Any = None
    retry_after: int | str | None = None
    delay: float = 0.0
    disconnect: Literal["before", "after"] | bool = False
    truncate: int | None = None
    malformed: bool = False

    def __post_init__(self) -> None:
        for name, kinds in _KINDS.items():
            value = getattr(self, name)
            if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
                raise ValueError(f"{name!r} of a fault rule can't be {value!r}")
        if self.disconnect not in (False, True, "before", "after"):
            raise ValueError(f"'disconnect' of a fault rule can't be {self.disconnect!r}")

    def fits(self, method: str, path: str) -> bool:
        """Return whether the rule is about such a request."""
        return self.method.upper() in ("*", method) and fnmatch.fnmatchcase(path, self.path)


_KINDS: Mapping[str, tuple[type, ...]] = {
    "method": (str,),
    "path": (str,),
    "skip": (int,),
    "count": (int, type(None)),
    "status": (int, type(None)),
    "retry_after": (int, str, type(None)),
    "delay": (int, float),
    "truncate": (int, type(None)),
    "malformed": (bool,),
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
            If a rule is not an object, or has a member that is not known.
        """
        known = {one.name for one in fields(Fault)}
        parsed = []
        for rule in rules:
            if not isinstance(rule, Mapping):
                raise ValueError(f"a fault rule is an object, not {rule!r}")
            unknown = sorted(set(rule) - known)
            if unknown:
                raise ValueError(f"a fault rule has no member {unknown[0]!r}; there are {', '.join(sorted(known))}")
            parsed.append(Fault(**rule))
        self._rules = parsed
        return len(parsed)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that hits this request, if any, and count it."""
        for rule in self._rules:
            if not rule.fits(method, path) or rule.count == 0:
                continue
            if rule.skip > 0:
                rule.skip -= 1
                return None
            if rule.count is not None:
                rule.count -= 1
            return rule
        return None
