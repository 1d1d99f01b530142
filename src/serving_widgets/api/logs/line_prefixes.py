"""What collectors write before each line of a log: one table. Pure.

BuildKit, Docker, Kubernetes, CloudWatch and others put something before each line that they carry. That is kept as
columns, and what stands behind it is read as if it were alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Prefix(NamedTuple):
    """What one collector writes before a line.

    Attributes
    ----------
    begins
        The characters that it may begin with: most lines are told by their first one.
    pattern
        The prefix; its groups are named after the columns, see :class:`Columns`.
    example
        A line that has it.
    """

    name: str
    begins: str
    pattern: re.Pattern[str]
    example: str


class Columns(NamedTuple):
    """What the prefixes of a line say, and where they end.

    Attributes
    ----------
    end
        Where what the program itself wrote begins.
    time
        When the collector took the line, as it is written; "" where none says.
    replica
        Who wrote it: a replica, a container, a worker.
    step, seconds
        The step of the build, and the seconds since it began.
    """

    end: int = 0
    time: str = ""
    replica: str = ""
    step: int | None = None
    seconds: float | None = None


def read_prefixes(plain: str) -> Columns:
    """Return what the prefixes of a line without escape sequences say.

    Examples
    --------
    >>> read_prefixes("#23 0.267 - numpy==2.1.0")
    Columns(end=10, time='', replica='', step=23, seconds=0.267)
    """
    if plain[:1] not in _BY_FIRST:
        return _NO_PREFIX
    end, time, replica, step, seconds = 0, "", "", None, None
    for _ in range(_MOST):
        for prefix in _BY_FIRST.get(plain[end : end + 1], ()):
            match = prefix.pattern.match(plain, end)
            if match is not None:
                break
        else:
            break
        end = match.end()
        # Not groupdict: this is done for each line of a long log.
        for name, group in prefix.pattern.groupindex.items():
            if name == "replica":
                replica = replica or match[group]
            elif name == "time":
                time = time or match[group]
            elif name == "step":
                step = int(match[group])
            else:
                seconds = float(match[group])
    return Columns(end, time, replica, step, seconds)


_NO_PREFIX = Columns()
#: Prefixes that may stand one behind another, as a replica's name behind a time.
_MOST = 4
_TIME = r"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d))"
_DIGITS, _LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyz"
# Words in brackets that are no names of replicas: levels, and what programs say of themselves.
_NO_NAME = r"(?!(?:debug|trace|info|notice|warn(?:ing)?|error|fatal|critical|severe|internal|main|root|pip\d*)\b)"
# The five characters that tell one replica from the others, or a longer name with a digit in it.
_LONG = r"(?=[a-z0-9-]*\d)(?=[a-z0-9-]*[a-z])[a-z0-9][a-z0-9-]{4,62}"
_NAME = rf"{_NO_NAME}(?:[a-z0-9]{{5}}(?=\])|{_LONG})"

#: The prefixes. A new collector takes a line.
PREFIXES: tuple[Prefix, ...] = (
    Prefix(
        "BuildKit",
        "#",
        re.compile(r"#(?P<step>\d{1,4}) (?P<seconds>\d{1,6}\.\d{1,3})(?: |$)"),
        "#23 0.267 - numpy==2.1.0",
    ),
    Prefix(
        "Kubernetes, CRI",
        _DIGITS,
        re.compile(rf"{_TIME} (?:stdout|stderr) [FP](?: |$)"),
        "2026-03-02T08:15:01.123456789Z stderr F Booting worker",
    ),
    Prefix(
        "Azure",
        _DIGITS,
        re.compile(rf"{_TIME} \| (?P<replica>[\w./-]+) \|(?: |$)"),
        "2024-11-12T13:56:46,783467130+00:00 | gunicorn/run | Starting",
    ),
    Prefix(
        "Docker and CloudWatch",
        _DIGITS,
        # Where the level of a logger follows, the time is the logger's own.
        re.compile(rf"{_TIME}(?:\t| )(?! *[\[(<]?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b)"),
        "2026-03-02T08:15:01.123Z Traceback (most recent call last):",
    ),
    Prefix(
        "kubectl --prefix",
        "[",
        re.compile(r"\[(?:pod/)?(?P<replica>[\w.-]+/[\w./-]+)\] (?:STDOUT |STDERR |OUT |ERR )?"),
        "[pod/churn-7d9f-x2k9p/server] Booting worker",
    ),
    Prefix(
        "replica in brackets",
        "[(<{",
        re.compile(rf"[\[(<{{](?P<replica>{_NAME})[\])>}}] ?"),
        "[hc4q8] Booting worker",
    ),
    Prefix(
        "process of vLLM or Ray",
        "(",
        re.compile(r"\((?P<replica>[\w:.-]+(?: \w+=\d+)*,? (?:pid|rank|ip)=[\w.]+(?:, ip=[\w.]+)?)\)(?: |$)"),
        "(EngineCore pid=104) Traceback (most recent call last):",
    ),
    Prefix(
        "entity, where logs of several are merged",
        _LETTERS + _LETTERS.upper() + _DIGITS,
        re.compile(r"(?P<replica>[\w.-]+) *│(?: |$)"),
        "fraud_detector-7 │ Booting worker",
    ),
    Prefix(
        "Docker Compose",
        _LETTERS,
        re.compile(r"(?P<replica>[a-z][\w.-]*[_-]\d+) +\|(?: |$)"),
        "webserver_1  | Starting",
    ),
    Prefix(
        "pod and container",
        _LETTERS,
        re.compile(r"(?P<replica>[a-z0-9-]+-[a-z0-9]{4,10}-[a-z0-9]{5} [a-z0-9-]+) "),
        "churn-predictor-84b9f79b96-bxfnr kserve-container Booting worker",
    ),
)
_BY_FIRST: dict[str, tuple[Prefix, ...]] = {
    first: tuple(prefix for prefix in PREFIXES if first in prefix.begins)
    for first in {character for prefix in PREFIXES for character in prefix.begins}
}
