"""What a failing log means: known failures by the lines that give them away, and what to do. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .failures import RULES as RULES
from .failures.rule import Rule
from .findings import UNKNOWN, root_first
from .findings import Finding as Finding
from .log_reading import LogReading
from .unknown_failure import unknown_failure

#: Lines after a sign in which its details are looked for, and how many of these the meaning names.
_NEAR, _NAMED = 60, 5
#: Lines that a finding names at most.
_LINES = 20


def diagnose(text: str) -> tuple[Finding, ...]:
    r"""Return the failures that a log tells of, roots before consequences.

    Where something failed and no rule knows why, there is one finding nevertheless, with code ``"unknown"``: the last
    exception or the last error. A log in which nothing failed gives none, whatever it warns of.

    Parameters
    ----------
    text : str
        A build log or a server log, with the prefixes of collectors or without.

    Returns
    -------
    tuple of Finding
        Each with ``code``, ``title``, ``meaning``, ``remedy``, ``lines`` (numbers from 1) and ``confidence``.

    Examples
    --------
    >>> [finding.title for finding in diagnose("ok\nModuleNotFoundError: No module named 'lightgbm'")]
    ['Missing module']
    """
    log = LogReading(text)
    claimed: set[int] = set()
    # A line is evidence of one failure: the one whose rule stands first.
    found = {rule.code: finding for rule in RULES if (finding := _find(rule, log, claimed)) is not None}
    needing = {rule.code: rule.needs for rule in RULES if rule.needs}
    if all(code in needing or finding.rank > _CAUSES for code, finding in found.items()):
        unknown = unknown_failure(log, answers=not found)
        if unknown is not None and unknown.number not in {finding.number for finding in found.values()}:
            found[UNKNOWN] = unknown
    kept = [
        finding
        for code, finding in found.items()
        if not needing.get(code) or UNKNOWN in found or any(need in found for need in needing[code])
    ]
    return tuple(sorted(kept, key=root_first))


#: The highest rank of a finding that explains why a worker, a container or a build ended.
_CAUSES = 3


def _find(rule: Rule, log: LogReading, claimed: set[int]) -> Finding | None:
    evidence = sorted(_evidence(rule, log, claimed))
    if not evidence:
        return None
    claimed.update(each.place for each in evidence)
    # One that names what failed is shown rather than a later one that does not.
    best = max(evidence, key=lambda each: (bool(each.what), each.place))
    named = [what for each in evidence[-_LINES:] for what in (each.what, *each.details) if what]
    named = list(dict.fromkeys(named))[-_NAMED:]
    return Finding(
        rule.code,
        rule.title,
        f"{rule.meaning} Here: {'; '.join(named)}." if named else rule.meaning,
        rule.remedy,
        log.numbers[best.place],
        log.plain(best.place),
        tuple(dict.fromkeys(log.numbers[each.place] + 1 for each in evidence[-_LINES:])),
        best.confidence,
        rule.rank,
    )


class _Evidence(NamedTuple):
    place: int
    what: str
    details: tuple[str, ...]
    confidence: float


def _evidence(rule: Rule, log: LogReading, claimed: set[int]) -> Iterator[_Evidence]:
    for sign in rule.signs:
        pattern = re.compile(sign.pattern)
        for place in log.places(sign.piece):
            match = pattern.search(log.said(place))
            if match is None or place in claimed:
                continue
            if (not sign.in_warnings and log.quiet(place)) or (rule.handled and log.recovered(place)):
                continue
            what = (match.groupdict().get("what") or "").strip().rstrip(".")
            details = tuple(_details(sign.details, log, place)) if sign.details else ()
            shown = place
            if sign.outcome:
                outcome = _outcome(sign.outcome, log, place)
                if outcome is not None:
                    shown, what = outcome
                    if shown in claimed:
                        continue
            yield _Evidence(shown, what, details, sign.confidence)


def _details(pattern: str, log: LogReading, place: int) -> Iterator[str]:
    """Yield what the lines say that complete a sign: the first ones soon after it, as long as they go on."""
    begun = False
    for after in range(place + 1, min(place + _NEAR, len(log))):
        said = log.said(after)
        match = re.search(pattern, said)
        if match is not None:
            begun = True
            yield match["what"].strip()
        elif begun and said.strip():
            return


def _outcome(pattern: str, log: LogReading, place: int) -> tuple[int, str] | None:
    """Return where the traceback after a sign ends, and with what exception."""
    found = None
    for after in range(place + 1, min(place + _NEAR * 2, len(log))):
        match = re.search(pattern, log.said(after))
        if match is not None:
            found = after, match["what"].strip()
        elif log.level(after):
            break
    return found
