"""A log as a diagnosis reads it: notable lines, what each says behind its prefixes, and what went well or ill. Pure."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from .line_prefixes import read_prefixes
from .log_levels import SEVERITY_ORDER, Level, level_of, read_stamp
from .log_lines import without_escapes
from .notable_lines import notable_lines

#: Lines of a traceback that are looked back for the line that announces it.
_BACK = 120


class LogReading:
    """The notable lines of a log. Places count them; numbers are those of the whole log.

    Attributes
    ----------
    numbers
        The number of each line in the log, from 0.
    """

    def __init__(self, text: str) -> None:
        lines = notable_lines(text)
        self.numbers = [line.number for line in lines]
        self._lines = [line.text for line in lines]
        self._text = "\n".join(self._lines)
        self._starts: list[int] = []
        at = 0
        for line in self._lines:
            self._starts.append(at)
            at += len(line) + 1
        self._said: dict[int, tuple[Level, str]] = {}
        self._good = sorted({place for piece, pattern in _GOOD for place in self._matching(piece, pattern)})
        self._refused = sorted({place for piece, pattern in _REFUSED for place in self._matching(piece, pattern)})
        self._ends = sorted({place for piece, pattern in _ENDS for place in self._matching(piece, pattern)})
        self._bad = sorted({*self._refused, *self._ends})

    def __len__(self) -> int:
        return len(self._lines)

    def places(self, piece: str) -> Iterator[int]:
        """Yield the places of the lines that contain a text, in order."""
        at = self._text.find(piece)
        while at >= 0:
            place = bisect_right(self._starts, at) - 1
            yield place
            following = self._starts[place] + len(self._lines[place]) + 1
            at = self._text.find(piece, following)

    def plain(self, place: int) -> str:
        """Return a line without escape sequences."""
        return without_escapes(self._lines[place].rstrip("\r"))

    def said(self, place: int) -> str:
        """Return what the program said: without prefixes, and without what its logger writes before a message."""
        return self._read(place)[1]

    def quiet(self, place: int) -> bool:
        """Return whether a line is a warning at most in its own words, or of a traceback that a warning announces."""
        level, said = self._read(place)
        if level in _QUIET or _MERE_WARNING.match(said):
            return True
        if level or not _EXCEPTION_LINE.match(said) or self._is_last(place):
            return False
        for before in range(place - 1, max(place - _BACK, -1), -1):
            level, said = self._read(before)
            if said.startswith("Traceback (most recent call last)"):
                announcing: tuple[Level, str] = self._read(before - 1) if before else ("", "")
                warned = announcing[0] in _QUIET[1:] or bool(_MERE_WARNING.match(announcing[1]))
                return warned and not _OF_VERSIONS.search(announcing[1])
            if level or not (said[:1] in ("", " ", "\t") or _LINKS.match(said)):
                return False
        return False

    def recovered(self, place: int) -> bool:
        """Return whether what comes next of all that goes well or ill after a line goes well."""
        return _next(self._good, place) < _next(self._bad, place)

    def failed(self, *, answers: bool) -> int | None:
        """Return the place of the last thing that ended, where nothing went well since; None without any."""
        ends = self._bad if answers else self._ends
        return ends[-1] if ends and (not self._good or self._good[-1] < ends[-1]) else None

    def is_end(self, place: int) -> bool:
        """Return whether a line tells that something ended, rather than why."""
        return place in self._bad

    def _is_last(self, place: int) -> bool:
        """Return whether an exception is what the log ends with, or what something ended with."""
        following = next((after for after in range(place + 1, len(self)) if self.plain(after).strip()), None)
        return following is None or _next(self._bad, place) < _next(self._good, place)

    def _read(self, place: int) -> tuple[Level, str]:
        found = self._said.get(place)
        if found is None:
            plain = self.plain(place)
            rest = plain[read_prefixes(plain).end :]
            stamp = read_stamp(rest)
            found = (level_of(rest), rest) if stamp is None else (stamp.level, stamp.said)
            self._said[place] = found
        return found

    def level(self, place: int) -> Level:
        """Return how grave a line is in its own words."""
        return self._read(place)[0]

    def _matching(self, piece: str, pattern: str) -> Iterator[int]:
        for place in self.places(piece):
            if not pattern or re.search(pattern, self._lines[place]):
                yield place


def _next(places: list[int], place: int) -> float:
    at = bisect_right(places, place)
    return places[at] if at < len(places) else float("inf")


_QUIET = SEVERITY_ORDER[1:4]
_MERE_WARNING = re.compile(
    r"\S*?(?:\w*Warning: |note: |hint: |NOTE: |Note: |WARNING\[|A matching Triton|Could not load dynamic library|"
    r"Error caught was)"
)
_OF_VERSIONS = re.compile(r"differs from|mismatch|incompatible|unpickle|deprecat", re.IGNORECASE)
_EXCEPTION_LINE = re.compile(r"[\s│|]*(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:: |$)")
_LINKS = re.compile(r"During handling of|The above exception|(?:\w+\.)*[A-Z]\w*(?:: |$)")
_NOT_ZERO = r"(?:code|status):? ?[1-9]"
# What goes well: a build that installs, a server that is up or answers. What goes ill: something that ends.
_GOOD = (
    ("Successfully installed", ""),
    ("Successfully built", r"Successfully built [0-9a-f]{8,}"),
    ("Container image creation finished", ""),
    ("startup complete", ""),
    ('"POST ', r'"POST [^"]*" 2\d\d\b'),
    ("finished with status 'done'", r"(?:Running setup\.py install|Building wheel) for .*finished with status 'done'"),
)
_REFUSED = (('"POST ', r'"POST [^"]*" 5\d\d\b'),)
_ENDS = (
    ("Worker failed to boot", ""),
    ("Exception in worker process", ""),
    ("App failed to load", ""),
    ("Application startup failed", ""),
    ("Failed to build the container image", ""),
    ("Container image creation failed", ""),
    ("CondaEnvException", ""),
    ("failed to solve", ""),
    ("did not complete successfully", ""),
    ("returned a non-zero code", ""),
    ("ontainer exited", ""),
    ("ontainer terminated", ""),
    ("exited with", _NOT_ZERO),
    # Not what pip tells of a build that it then does in another way.
    ("exit ", r"(?<!│ )exit (?:code|status):? ?[1-9]"),
    ("CrashLoopBackOff", ""),
    ("Back-off restarting failed container", ""),
    ("is terminated", r"[Cc]ontainer .*is terminated"),
    ("User's init function failed", ""),
    ("ShardCannotStart", ""),
    ("build failed", r"(?i)\bbuild failed\b"),
    ("EngineCore failed to start", ""),
    ("Failed to start", r"[Ff]ailed to start"),
    ("Failed to load", r"(?i)failed to load (?:the )?model"),
    ("failed to load", r"(?i)failed to load (?:the )?model"),
)
