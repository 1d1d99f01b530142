"""``serving-widgets recording``: what a recording holds, and whether it holds what looks secret."""

from __future__ import annotations

import sys
from pathlib import Path

from serving_widgets.api.errors import ConfigError

from .conformance import unfamiliar
from .exchange import read_recording
from .suspects import secrets_in_recording


def run(what: str, file: Path) -> int:
    """Run one of its commands.

    Parameters
    ----------
    what : {"show", "check", "conformance"}
        Which one.
    file : Path
        The recording.

    Returns
    -------
    int
        Exit status: 1 if the file can't be read, or ``check`` or ``conformance`` found something.
    """
    try:
        return {"show": _show, "check": _check, "conformance": conformance}[what](file)
    except ConfigError as error:
        print(f"serving-widgets: {error}", file=sys.stderr)
        return 1


def _show(file: Path) -> int:
    header, exchanges = read_recording(file)
    names = "its own names" if header.kept_names else "pseudonyms for people, ids and hosts"
    print(f"{header.label}, {len(exchanges)} exchange{'s' * (len(exchanges) != 1)}, with {names}")
    for each in exchanges:
        late = each.at - header.began
        print(f"{late:9.1f} s  {each.status}  {each.method:6} {each.path}  {len(each.answer):,} bytes")
    return 0


def _check(file: Path) -> int:
    header, exchanges = read_recording(file)
    found = secrets_in_recording(file)
    for line, seen in found:
        print(f"{file}:{line}: looks like {seen}")
    if found:
        print("Look at these lines before you hand the file over; a line may be removed.")
        return 1
    kept = " E-mail addresses, ids and hosts are those of the workspace." if header.kept_names else ""
    print(
        f"Nothing in {file} looks secret ({len(exchanges)} exchanges).{kept} Rows that were sent to models are in it."
    )
    return 0


def conformance(file: Path) -> int:
    """Print what the answers of a recording have that is not known here; return 1 where there is such a thing."""
    _, exchanges = read_recording(file)
    found = unfamiliar(exchanges)
    for route, place, what, example in found:
        words = {
            "field": f"has a field that is not known: {place} ({example})",
            "value": f"has a value of {place} that is not known: {example}",
            "shape": f"has another shape than is known{f' at {place}' if place else ''}: {example}",
            "missing": f"lacks {place}",
        }
        print(f"{route}: {words[what]}")
    if found:
        things = f"{len(found)} thing{'s' * (len(found) != 1)}"
        print(f"{things} that serving-widgets does not know. Look at {file}, then send it to the project.")
        return 1
    print(f"Everything in {len(exchanges)} answers is known.")
    return 0
