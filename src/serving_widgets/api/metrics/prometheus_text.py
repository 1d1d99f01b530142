"""Metrics as text: Prometheus' text format 0.0.4 and OpenMetrics 1.0, read so that nothing in it can make it fail.

Both are described by their makers: *Exposition formats* (Prometheus documentation) and the OpenMetrics specification.
A text says with its last line, ``# EOF``, that it is OpenMetrics; then time stamps are seconds, else milliseconds.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping

#: Malformed lines that are kept; of a text that is not metrics at all, the first ones tell as much as all of them.
MOST_NOTES = 20
#: Characters of a malformed line that are kept.
LONGEST = 200
#: What the names of a family's samples add to its own, by the family's type.
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "counter": ("_total", "_created"),
    "gaugehistogram": ("_bucket", "_gcount", "_gsum"),
    "histogram": ("_bucket", "_count", "_sum", "_created"),
    "info": ("_info",),
    "summary": ("_count", "_sum", "_created"),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Exemplar:
    """One observation that stands for those of a bucket, as told; ``timestamp`` in seconds since the epoch."""

    labels: Mapping[str, str]
    value: float
    timestamp: float | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class MetricSample:
    """One line: a value of a metric.

    Attributes
    ----------
    name
        The sample's own name, such as ``request_latency_ms_bucket``.
    labels
        Its labels, in the order in which they stand.
    value
        May be infinite, or no number (``nan``).
    timestamp
        Seconds since the epoch; None where the line has none.
    exemplar
        An example, where the line has one.
    """

    name: str
    labels: Mapping[str, str]
    value: float
    timestamp: float | None = None
    exemplar: Exemplar | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class MetricFamily:
    """Samples that belong together, and what the text says of them; ``type`` is ``unknown`` where it says nothing."""

    name: str
    type: str = "unknown"
    help: str = ""
    unit: str = ""
    samples: tuple[MetricSample, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class MalformedLine:
    """A line that could not be read: its number from 1, its beginning, and what is wrong with it."""

    number: int
    line: str
    why: str


@dataclasses.dataclass(frozen=True, slots=True)
class Exposition:
    """What a text of metrics says.

    Attributes
    ----------
    families
        In the order in which they are first mentioned.
    notes
        The first malformed lines.
    malformed
        How many lines were malformed.
    """

    families: tuple[MetricFamily, ...] = ()
    notes: tuple[MalformedLine, ...] = ()
    malformed: int = 0


def parse_prometheus(text: str) -> Exposition:
    r"""Read a text of metrics; what can't be read becomes a note.

    Examples
    --------
    >>> found = parse_prometheus('# TYPE load gauge\nload{host="a"} 0.5\nload{host=a} 1\n')
    >>> found.families[0].type, found.families[0].samples[0].value
    ('gauge', 0.5)
    >>> found.notes[0].why
    'a label has no value in double quotes'
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    seconds = any(line.rstrip() == "# EOF" for line in lines)
    said: dict[str, dict[str, str]] = {}
    samples: list[MetricSample] = []
    notes: list[MalformedLine] = []
    malformed = 0
    for number, line in enumerate(lines, start=1):
        try:
            if line.lstrip(_BLANK).startswith("#"):
                if line.rstrip() == "# EOF":
                    break
                _read_comment(line, said)
            elif line.strip(_BLANK):
                samples.append(_read_sample(line, 1.0 if seconds else 1000.0))
        except _MalformedError as error:
            malformed += 1
            if len(notes) < MOST_NOTES:
                notes.append(MalformedLine(number, line[:LONGEST], str(error)))
    return Exposition(_families(said, samples), tuple(notes), malformed)


class _MalformedError(ValueError):
    pass


_BLANK = " \t"
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*")
_VALUE = re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf(?:inity)?|nan)", re.IGNORECASE)
_COMMENT = re.compile(r"[ \t]*#[ \t]+(HELP|TYPE|UNIT)[ \t]+(\S+)[ \t]?(.*)", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "\\": "\\", '"': '"'}


def _read_comment(line: str, said: dict[str, dict[str, str]]) -> None:
    found = _COMMENT.fullmatch(line)
    if found is None:
        return
    keyword, name, rest = found.groups()
    if not _NAME.fullmatch(name):
        raise _MalformedError(f"{name[:40]!r} is not a metric name")
    about = said.setdefault(name, {})
    # What was said first holds, as repeating it is an error and the first is what samples above relied on.
    about.setdefault(keyword, _unescaped(rest) if keyword == "HELP" else rest.strip(_BLANK))


def _read_sample(line: str, per_second: float) -> MetricSample:
    at = len(line) - len(line.lstrip(_BLANK))
    named = _NAME.match(line, at)
    if named is None:
        raise _MalformedError("it doesn't begin with a metric name")
    labels: dict[str, str] = {}
    at = _skip(line, named.end())
    if line.startswith("{", at):
        labels, at = _read_labels(line, at + 1)
    elif at == named.end() and at < len(line):
        raise _MalformedError(f"{line[at]!r} may not stand in a name")
    value_text, _, example = line[at:].partition("#")
    words = value_text.split()
    if not 1 <= len(words) <= 2:
        raise _MalformedError("there is no value" if not words else "more than a value and a time stamp follow")
    timestamp = None if len(words) == 1 else _number(words[1], "time stamp") / per_second
    return MetricSample(named.group(), labels, _number(words[0], "value"), timestamp, _exemplar(example))


def _exemplar(text: str) -> Exemplar | None:
    if not text:
        return None
    at = _skip(text, 0)
    if not text.startswith("{", at):
        raise _MalformedError("an exemplar has no labels")
    labels, at = _read_labels(text, at + 1)
    words = text[at:].split()
    if not 1 <= len(words) <= 2:
        raise _MalformedError("an exemplar has no value")
    timestamp = None if len(words) == 1 else _number(words[1], "time stamp")
    return Exemplar(labels, _number(words[0], "value"), timestamp)


def _read_labels(line: str, at: int) -> tuple[dict[str, str], int]:
    """Return the labels that begin at a place, and the place behind their closing brace."""
    labels: dict[str, str] = {}
    while True:
        at = _skip(line, at)
        if line.startswith("}", at):
            return labels, at + 1
        key = _LABEL.match(line, at)
        value = _VALUE.match(line, key.end()) if key is not None else None
        if key is None or value is None:
            raise _MalformedError("a label has no value in double quotes" if key else "a label has no name")
        if key.group(1) in labels:
            raise _MalformedError(f"the label {key.group(1)} is there twice")
        labels[key.group(1)] = _unescaped(value.group(1))
        at = value.end()
        if line.startswith(",", at):
            at += 1
        elif not line.startswith("}", at):
            raise _MalformedError("labels are not divided by a comma, or not closed")


def _skip(line: str, at: int) -> int:
    while at < len(line) and line[at] in _BLANK:
        at += 1
    return at


def _number(text: str, what: str) -> float:
    # float() takes more than the formats do: underscores, digits of other scripts.
    if not _NUMBER.fullmatch(text):
        raise _MalformedError(f"the {what} {text[:40]!r} is not a number")
    return float(text)


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: _MEANT.get(found.group(1), found.group()), text) if "\\" in text else text


def _families(said: Mapping[str, Mapping[str, str]], samples: list[MetricSample]) -> tuple[MetricFamily, ...]:
    types = {name: about.get("TYPE", "unknown").replace("untyped", "unknown") for name, about in said.items()}
    # Buckets are those of a histogram even where nothing says so.
    for sample in samples:
        base = sample.name.removesuffix("_bucket")
        if "le" in sample.labels and base != sample.name and types.get(base, "unknown") == "unknown":
            types[base] = "histogram"
    grouped: dict[str, list[MetricSample]] = {name: [] for name in said}
    for sample in samples:
        grouped.setdefault(_family_of(sample.name, types), []).append(sample)
    return tuple(
        MetricFamily(
            name,
            types.get(name, "unknown"),
            said.get(name, {}).get("HELP", ""),
            said.get(name, {}).get("UNIT", ""),
            tuple(members),
        )
        for name, members in grouped.items()
    )


def _family_of(name: str, types: Mapping[str, str]) -> str:
    if name in types:
        return name
    base, underscore, _ = name.rpartition("_")
    fits = underscore and name[len(base) :] in SUFFIXES.get(types.get(base, ""), ())
    return base if fits else name
