"""Pictures of logs: what a log viewer needs of one beside its lines, as JSON."""

from __future__ import annotations

import dataclasses
import json

from serving_widgets.api.endpoint.failed_entity import find_failed_entity
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ServingError
from serving_widgets.api.logs.findings import Finding
from serving_widgets.widgets.core.snapshot import link
from serving_widgets.workspace.logs.line_buffer import Part, shortened
from serving_widgets.workspace.logs.log_feed import LogFeed, LogState, Sort
from serving_widgets.workspace.logs.read_log import entities_of

from .contract import EntityChoice, LinePart, LogFinding, LogPicture

#: Characters of a line that a saved output, and the card of a known failure, shows.
SAVED_WIDTH = 300
#: Older versions of a configuration that are offered; build logs are kept for 30 days (Databricks docs, *Model Serving
#: limits and regions*), and the service does not tell which versions were made since.
OLDER = 9


def likely(info: EndpointInfo, sort: Sort, version: int | None = None) -> str | None:
    """Return the entity to show where none was named: one in trouble or being built, else the first.

    Where it is known what a version of the configuration serves, it is one of those.
    """
    for config in (info.config, info.pending_config):
        if version is not None and config is not None and config.config_version == version:
            return next((entity.name for entity in config.entities if entity.name), None)
    pending = info.pending_config.entities if info.pending_config is not None else ()
    if sort == "build" or info.config is None:
        found = find_failed_entity(info)
        for name in (found.entity if found is not None else None, *(entity.name for entity in pending)):
            if name:
                return name
    return next(iter(entities_of(info)), None)


def entities(info: EndpointInfo, chosen: str | None, version: int | None) -> list[EntityChoice]:
    """Return the entities that may have logs, with the versions of the configuration to choose from."""
    versions: dict[str, list[int]] = {}
    waiting: dict[str, bool] = {}
    seen: set[int] = set()
    for config, pending in ((info.config, False), (info.pending_config, True)):
        if config is None:
            continue
        number = config.config_version
        seen |= set() if number is None else {number}
        for entity in config.entities:
            if entity.name:
                versions.setdefault(entity.name, []).extend([] if number is None else [number])
                waiting[entity.name] = waiting.get(entity.name, True) and pending
    if chosen is not None and chosen not in versions:
        versions[chosen], waiting[chosen] = [], False
    if version is not None and chosen is not None:
        versions[chosen].append(version)
    oldest = min(seen, default=1)
    return [
        {
            "name": name,
            "versions": sorted(set(known), reverse=True),
            "older": [number for number in range(oldest - 1, max(oldest - 1 - OLDER, 0), -1) if number not in known],
            "pending": waiting[name],
        }
        for name, known in versions.items()
    ]


def log(source: LogFeed | None, refused: ServingError | None, *, awaited: bool) -> LogPicture:
    """Return what is known of a log beside its lines; why there is none, where it is not even asked for.

    Without a log it says whether one may still be ``awaited``, rather than that there is none.
    """
    state = source.state if source is not None else LogState() if awaited else LogState(state="live", empty=True)
    return {
        **link(state, refused),
        "empty": state.empty,
        "reading": state.reading,
        "first": state.first,
        "total": state.total,
        "counts": {level or "plain": count for level, count in state.counts.items()},
        "gaps": state.gaps,
        "replicas": list(state.replicas),
        "findings": [_finding(each) for each in (() if source is None else source.findings)],
        # Lines that a page has are of this log alone.
        "key": "" if source is None else json.dumps(dataclasses.astuple(source.source)),
    }


def _finding(finding: Finding) -> LogFinding:
    return {
        "code": finding.code,
        "title": finding.title,
        "meaning": finding.meaning,
        "remedy": finding.remedy,
        "number": finding.number,
        "line": shortened(finding.line, SAVED_WIDTH),
    }


def part(lines: Part) -> LinePart:
    """Return consecutive lines as they go to a page."""
    said: LinePart = {"begin": lines.begin, "text": lines.text, "marks": lines.marks, "replicas": lines.replicas}
    return {**said, "numbers": list(lines.numbers)} if lines.numbers else said
