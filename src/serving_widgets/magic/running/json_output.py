"""What ``--json`` makes of a result: plain data, in the service's own words where it is the service's object."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date, time
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.magic.syntax.grammar import Result
from serving_widgets.render.blocks.data import JsonBlock

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.logs.findings import Finding
    from serving_widgets.api.logs.log_lines import LogLine
    from serving_widgets.workspace import Endpoint, Workspace


def as_json(result: Result, title: str, opened: Workspace | None) -> Result:
    """Return a result as data: to keep as such, and to show as JSON.

    Parameters
    ----------
    title
        What stands above it on a page.
    opened
        The workspace it is of. The port of the embedded one, another in each run, is left out of its address.
    """
    try:
        made = plain_data(result.value if result.data is None else result.data)
        if opened is not None and opened.is_mock:
            made = _without_port(made, opened.host)
        shown = JsonBlock(made, title)
        repr(shown)
    except RecursionError:
        raise ServingError(
            "The result is nested too deeply to be shown as JSON.", hint="Run the line again without --json."
        ) from None
    return Result(made, shown)


def plain_data(value: Any) -> Any:
    """Return a result, or a part of one, as dictionaries, lists, text, finite numbers, booleans and None.

    Examples
    --------
    >>> plain_data({"at": date(2026, 1, 2), "share": float("nan")})
    {'at': '2026-01-02', 'share': None}
    """
    if value is None or isinstance(value, bool):
        return value
    # What is derived from a number or a text, such as a level, is one itself.
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    for kind in type(value).__mro__:
        for package, form in FORMS.get(kind.__name__, {}).items():
            if f"{kind.__module__}.".startswith(f"{package}."):
                return plain_data(form(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {_key(key): plain_data(each) for key, each in value.items()}
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return [plain_data(each) for each in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if dataclasses.is_dataclass(value):
        return {field.name: plain_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    return str(value)


def connection_facts(opened: Workspace) -> dict[str, Any]:
    """Return what a connection is, and how many endpoints are in which state; None before they were listed."""
    from .connection_text import counts

    return {
        "name": opened.name,
        "workspace": opened.label,
        "read_only": opened.read_only,
        "protect": list(opened.guard.protect),
        "endpoints": counts(opened),
    }


def log_records(lines: Sequence[LogLine], numbers: Iterable[int]) -> list[dict[str, Any]]:
    """Return some lines of a log, with their numbers from 1 as a page shows them."""
    from serving_widgets.api.logs.log_lines import without_escapes

    return [
        {
            "line": number + 1,
            "time": lines[number].time,
            "replica": lines[number].replica,
            "level": lines[number].level,
            "text": without_escapes(lines[number].text),
        }
        for number in numbers
    ]


def _endpoint(endpoint: Endpoint) -> Any:
    from serving_widgets.api.endpoint.status import DELETED
    from serving_widgets.api.redaction import redacted

    if endpoint.status is DELETED:
        return {"name": endpoint.name, "deleted": True}
    return redacted(endpoint.info.raw)


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        name: getattr(finding, name) for name in ("code", "title", "meaning", "remedy", "line", "lines", "confidence")
    }


def _listed(listing: Iterable[Endpoint]) -> list[Any]:
    """Return what the list said of each: what a look at one has told since would make it depend on who looked."""
    from serving_widgets.api.redaction import redacted

    seen = ((endpoint, endpoint.workspace.watcher.store.get(endpoint.name)) for endpoint in listing)
    infos = [endpoint.info if one is None or one.summary is None else one.summary for endpoint, one in seen]
    return [redacted(info.raw) for info in infos]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    index, names, columns = frame.index, [], []
    # Labels that say no more than which row it is are left out.
    if any(name is not None for name in index.names) or index.tolist() != list(range(len(index))):
        unnamed = "index" if index.nlevels == 1 else "level_{}"
        names = [unnamed.format(place) if name is None else _key(name) for place, name in enumerate(index.names)]
        columns = [index.get_level_values(place).tolist() for place in range(index.nlevels)]
    names = _told_apart([*names, *map(_key, frame.columns)])
    columns += [frame.iloc[:, place].tolist() for place in range(len(frame.columns))]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _told_apart(names: Sequence[str]) -> list[str]:
    """Return names of which no two are the same: a second one gets a number that no other has."""
    taken = set(names)
    found: dict[str, None] = {}
    for name in names:
        numbered = (f"{name}_{number}" for number in itertools.count(2))
        fresh = name if name not in found else next(each for each in numbered if each not in taken)
        taken.add(fresh)
        found[fresh] = None
    return list(found)


def _request(request: Any) -> dict[str, Any]:
    return {"method": request.method, "path": request.path, "body": request.body}


def _none(_: Any) -> None:
    return None


_OURS = "serving_widgets"
#: Name of a type → what its values are as data, or a step on the way there, by where it is defined: other packages, and
#: other rooms of ours, call something else by the same name. By name, since some of them – pandas – must not be
#: imported to be recognised. A result that is none of these is read by its shape; a new one takes a line.
FORMS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = {
    "Endpoint": {f"{_OURS}.workspace": _endpoint},
    "Finding": {f"{_OURS}.api": _finding},
    "Listing": {f"{_OURS}.magic": _listed},
    "Workspace": {f"{_OURS}.workspace": connection_facts},
    "MockWorkspace": {f"{_OURS}.mock": lambda mock: {"scenario": mock.scenario, "user": mock.user_name}},
    "Access": {f"{_OURS}.workspace": lambda access: access.acl.raw},
    "Document": {f"{_OURS}.openapi": lambda document: document.raw},
    "QueryAnswer": {f"{_OURS}.workspace": lambda answer: answer.text if answer.json is None else answer.json},
    "Request": {f"{_OURS}.workspace": _request},
    "RequestCard": {f"{_OURS}.render": _request},
    "Table": {f"{_OURS}.render": lambda table: table.records()},
    "Page": {f"{_OURS}.render": lambda page: page.to_json()},
    "DataFrame": {"pandas": _records},
    "Series": {"pandas": lambda series: series.tolist()},
    "ndarray": {"numpy": lambda array: array.tolist()},
    "generic": {"numpy": lambda scalar: scalar.item()},
    "NaTType": {"pandas": _none},
    "NAType": {"pandas": _none},
}


def _key(name: Any) -> str:
    return ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _without_port(value: Any, host: str) -> Any:
    if isinstance(value, str):
        return value.replace(host, host.rpartition(":")[0])
    if isinstance(value, dict):
        return {key: _without_port(each, host) for key, each in value.items()}
    return [_without_port(each, host) for each in value] if isinstance(value, list) else value
