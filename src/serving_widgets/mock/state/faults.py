"""Fault rules: which requests go wrong on purpose, how, and how often."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .fault_kinds import KINDS, Answer, Member, is_json, is_number, is_text, is_whole, or_none

if TYPE_CHECKING:
    from starlette.responses import Response

_OPTIONS = {
    "method": Member("*", is_text, "a text"),
    "path": Member("*", is_text, "a text"),
    "since": Member(None, or_none(is_number), "a number of seconds"),
    "until": Member(None, or_none(is_number), "a number of seconds"),
    "skip": Member(0, is_whole, "a whole number"),
    "every": Member(1, lambda value: is_whole(value) and value > 0, "a whole number above 0"),
    "count": Member(1, or_none(is_whole), "a whole number, or None for all"),
    "body": Member(None, is_json, "text or JSON"),
}


class FaultRule:
    """A fault rule. The first rule that matches a request applies to it.

    Parameters
    ----------
    rule : mapping of str to object
        The rule, with any of these members.
    method, path : str
        Which requests: an HTTP method (``"*"`` for any) and a glob over the path, such as ``"*/config:stop"``.
    since, until : float, optional
        When: service seconds after the start of the scenario, `since` included, `until` not.
    skip : int
        How many matching requests pass unharmed first.
    every : int
        Which of those after that are hit: 3 for each third one, beginning with the first.
    count : int, optional
        How many requests are hit; None for all. One by default, for a client may retry for minutes.
    status : int, optional
        Answer with this HTTP status, from 200 to 599, instead of doing anything.
    body : object, optional
        Body of that answer: text as it stands, anything else as JSON. By default an error envelope.
    retry_after : int or str, optional
        Value of a ``Retry-After`` header: seconds, or an HTTP date.
    delay : float
        Host seconds before the request is handled.
    disconnect : {"before", "after"} or bool
        Drop the connection instead of answering: before anything was done (also True), or after it was done.
    truncate : int, optional
        Send only so many bytes of the answer, then drop the connection.
    malformed : bool
        Send an answer that is not JSON.

    Raises
    ------
    ValueError
        If the rule is no mapping, or has a member that is not known or makes no sense.

    Examples
    --------
    >>> FaultRule({"path": "*/config:stop", "status": 503, "count": 2}).matches("POST", "/x/config:stop", 0)
    True
    """

    def __init__(self, rule: Mapping[str, Any]) -> None:
        if not isinstance(rule, Mapping):
            raise ValueError(f"a fault rule is an object, not {rule!r}")
        members: dict[str, Member] = {**_OPTIONS, **KINDS}
        unknown = sorted(map(str, set(rule) - set(members)))
        if unknown:
            raise ValueError(f"a fault rule has no member {unknown[0]!r}; there are {', '.join(sorted(members))}")
        for name, value in rule.items():
            if not members[name].accepts(value):
                raise ValueError(f"{name!r} of a fault rule must be {members[name].wanted}, not {value!r}")
        self._rule = {name: member.default for name, member in members.items()} | dict(rule)
        self._seen = 0
        self.left: int | None = self._rule["count"]
        """How many more requests are hit; None for all."""

    def matches(self, method: str, path: str, at: float) -> bool:
        """Return whether the rule is about such a request, `at` service seconds after the scenario's start."""
        rule = self._rule
        return (
            rule["method"].upper() in ("*", method)
            and fnmatch.fnmatchcase(path, rule["path"])
            and (rule["since"] is None or at >= rule["since"])
            and (rule["until"] is None or at < rule["until"])
        )

    def hits(self) -> bool:
        """Count a request that the rule matches, and return whether it is hit."""
        place = self._seen - self._rule["skip"]
        self._seen += 1
        if place < 0 or place % self._rule["every"]:
            return False
        if self.left is not None:
            self.left -= 1
        return True

    async def answer(self, answer: Answer) -> Response:
        """Return the response to a request that is hit.

        Raises
        ------
        ConnectionDropped
            If there is to be none.
        """
        for name, kind in reversed(list(KINDS.items())):
            if self._rule[name] != kind.default:
                answer = partial(kind.apply, self._rule[name], self._rule, answer)
        return await answer()


class Faults:
    """The fault rules in force."""

    def __init__(self) -> None:
        self._rules: list[FaultRule] = []

    def set(self, rules: Iterable[Mapping[str, Any]]) -> int:
        """Replace the rules and return how many there are; an empty list ends all faults.

        Raises
        ------
        ValueError
            If `rules` is no list, or one of them is no rule; those before stay in force.
        """
        if isinstance(rules, str | bytes | Mapping):
            raise ValueError("fault rules come as a list")
        self._rules = [FaultRule(rule) for rule in rules]
        return len(self._rules)

    def add(self, rule: Mapping[str, Any]) -> None:
        """Put a rule after those in force; raises as `set` does."""
        self._rules.append(FaultRule(rule))

    def take(self, method: str, path: str, at: float) -> FaultRule | None:
        """Return the fault that hits this request, if any, and count it."""
        for rule in self._rules:
            if rule.left != 0 and rule.matches(method, path, at):
                return rule if rule.hits() else None
        return None
