"""The rows of the browser: brought up to date from what the workspace knows, with what is new and what is gone."""

from __future__ import annotations

import dataclasses
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from serving_widgets.api.endpoint.columns import COLUMNS
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.widgets.core import snapshot
from serving_widgets.workspace import Session
from serving_widgets.workspace.runtime import event_loop

from .contract import Row, RowChange
from .live_columns import live_cells

AnyRow = TypeVar("AnyRow", Row, RowChange)

#: Most bytes of rows in one message; Databricks notebooks cut messages of 5 MB, so there is much room.
CHUNK = 400_000
#: Columns that a row has a member of its own for.
MEMBERS = frozenset({"name", "status", "kind", "entities", "creator", "updated", "tags"})
#: Endpoints from which comparing them takes longer than the loop thread can spare.
MANY = 200


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """New rows and changed ones, both in parts that fit into a message each, and the names of those that are gone."""

    new: list[list[Row]]
    changed: list[list[RowChange]]
    gone: list[str]

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)

    def messages(self) -> Iterator[tuple[list[Row], list[RowChange]]]:
        """Return what goes into each message; there is one at least, for what is gone."""
        yield from itertools.zip_longest(self.new or [[]], self.changed, fillvalue=[])


class Rows:
    """The rows of one browser, by name and sorted by it. Used by one task at a time."""

    def __init__(self, workspace: Session) -> None:
        self._workspace = workspace
        self._sources: dict[str, tuple[EndpointInfo, str | None, dict[str, float]]] = {}
        self.by_name: dict[str, Row] = {}
        if workspace.watcher.store.listed and len(workspace.watcher.store) <= MANY:
            self._compare()

    async def refresh(self) -> Difference:
        """Bring the rows up to date."""
        big = len(self._workspace.watcher.store) > MANY
        return await event_loop.elsewhere(self._compare) if big else self._compare()

    async def parts(self) -> list[list[Row]]:
        """Return all rows, in parts that fit into a message each."""
        rows = self.by_name.values()
        return await event_loop.elsewhere(in_parts, rows) if len(rows) > MANY else in_parts(rows)

    def _compare(self) -> Difference:
        writes = self._workspace.writes
        rows: dict[str, Row] = {}
        sources: dict[str, tuple[EndpointInfo, str | None, dict[str, float]]] = {}
        new: list[Row] = []
        changed: list[RowChange] = []
        for name, seen in self._workspace.watcher.store.present().items():
            source = (seen.info, writes.busy(name), live_cells(self._workspace, seen.info))
            old = self._sources.get(name)
            if old is not None and old[0] is source[0] and old[1:] == source[1:]:
                rows[name] = self.by_name[name]
            else:
                row = rows[name] = row_of(self._workspace, seen.info, source[2])
                before = self.by_name.get(name)
                if before is None:
                    new.append(row)
                elif row != before:
                    to = {key: value for key, value in row.items() if value != before.get(key)}
                    changed.append({"name": name, "to": to})
            sources[name] = source
        gone = [name for name in self.by_name if name not in rows]
        # New dictionaries, so that a snapshot made meanwhile sees the old ones whole.
        self.by_name, self._sources = rows, sources
        return Difference(in_parts(new), in_parts(changed), gone)


def row_of(workspace: Session, info: EndpointInfo, live: Mapping[str, float]) -> Row:
    """Return a row of the browser."""
    return {
        "name": info.name,
        "status": snapshot.short_status(status_of(info)),
        "busy": workspace.writes.busy(info.name),
        "permission": info.permission_level,
        "cells": {**{each.key: each.value(info) for each in COLUMNS if each.key not in MEMBERS}, **live},
        **snapshot.facts_of(workspace, info),
    }


def in_parts(rows: Iterable[AnyRow]) -> list[list[AnyRow]]:
    """Divide rows into parts of at most :data:`CHUNK` bytes."""
    parts: list[list[AnyRow]] = []
    size = CHUNK
    for row in rows:
        length = len(json.dumps(row))
        if size + length > CHUNK:
            parts.append([])
            size = 0
        parts[-1].append(row)
        size += length
    return parts
