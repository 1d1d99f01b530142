"""Two endpoints beside each other: configuration, settings, tags, permissions, schema, metrics, packages."""

from __future__ import annotations

import asyncio
import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_side_by_side import ComparableConfig, compare_configs, match_entities
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ServingError
from serving_widgets.api.logs.builds import compare_builds, packages_of
from serving_widgets.render import Table
from serving_widgets.workspace.changes.grants import read_access
from serving_widgets.workspace.changes.staged_tags import tags_of
from serving_widgets.workspace.metrics.metric_feed import measure
from serving_widgets.workspace.queries.schema import read_schema

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo
    from serving_widgets.workspace.metrics.metric_history import Scrape
    from serving_widgets.workspace.session.handle import Handle

#: One line of a comparison: what it is about, and both sides as text; None where a side has nothing.
Row = tuple[str, str, str | None, str | None]


@dataclasses.dataclass(frozen=True, slots=True)
class ComparedSide:
    """One side of a comparison, as far as it could be read."""

    name: str
    info: EndpointInfo
    config: EndpointConfig | None
    grants: Mapping[str, str] | None
    columns: Mapping[str, str] | None
    metrics: Mapping[str, str] | None
    builds: Mapping[str, str]


class EndpointComparison:
    """Two endpoints beside each other.

    Attributes
    ----------
    rows : tuple
        Section, what, and the two sides as text, differences first.
    notes : tuple of str
        What could not be read, and so was not compared.

    Examples
    --------
    >>> sw.compare("churn", "churn@pending").differences[0][:2]
    ('config', 'churn_model-4: name')
    """

    def __init__(self, left: ComparedSide, right: ComparedSide, where: str, notes: tuple[str, ...]) -> None:
        rows = list(_rows(left, right))
        self.left, self.right, self.notes = left.name, right.name, notes
        self.rows = (*(row for row in rows if row[2] != row[3]), *(row for row in rows if row[2] == row[3]))
        self._where = where

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows in which the two sides differ."""
        return tuple(row for row in self.rows if row[2] != row[3])

    def to_frame(self) -> pd.DataFrame:
        """Return all rows: ``section``, ``what``, ``left``, ``right`` and ``differs`` (bool)."""
        import pandas as pd

        rows = [(*row, row[2] != row[3]) for row in self.rows]
        return pd.DataFrame(rows, columns=["section", "what", "left", "right", "differs"])

    def table(self) -> Table:
        """Return the differences as a table."""
        rows = [(section, what, left or "–", right or "–") for section, what, left, right in self.differences]
        alike = len(self.rows) - len(rows)
        note = f"{alike} more are the same." if rows else f"All {alike} settings that were compared are the same."
        columns = ("Section", "What", self.left, self.right)
        caption = f"{self.left} and {self.right}: {len(rows)} differences – {self._where}"
        return Table(columns, rows, caption, " ".join([note, *self.notes]))

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


async def compare_endpoints(left: tuple[Handle, str], right: tuple[Handle, str]) -> EndpointComparison:
    """Read two endpoints and compare them; runs on the loop thread, and only reads.

    Parameters
    ----------
    left, right
        A handle, and ``"active"`` or ``"pending"``: which of its configurations.
    """
    (one, said), (other, also_said) = await asyncio.gather(_side(*left), _side(*right))
    places = list(dict.fromkeys(handle.workspace.where for handle, _ in (left, right)))
    return EndpointComparison(one, other, " and ".join(places), tuple(dict.fromkeys([*said, *also_said])))


async def _side(handle: Handle, which: str) -> tuple[ComparedSide, list[str]]:
    session, name, notes = handle.workspace, handle.name, []
    info = await session.watcher.look(name)
    config = info.pending_config if which == "pending" else info.config or info.pending_config
    grants: dict[str, str] | None = None
    columns: dict[str, str] | None = None
    try:
        grants = {str(who): level for who, level in (await read_access(session, name)).direct.items()}
    except ServingError as error:
        notes.append(f"Permissions of {name}: {error.message}")
    try:
        document = await read_schema(session, name)
        columns = columns_of(document)
    except ServingError as error:
        notes.append(f"Schema of {name}: {error.message}")
    metrics: dict[str, str] | None = None
    if which == "active":
        try:
            metrics = _measured((await measure(session, name))[-1])
        except ServingError as error:
            notes.append(f"Metrics of {name}: {error.message}")
    builds: dict[str, str] = {}
    for entity in config.entities if config is not None else ():
        if entity.name is not None and entity.kind == "custom":
            try:
                version = config.config_version if config is not None else None
                builds[entity.name] = await session.client().build_logs(name, entity.name, version)
            except ServingError as error:
                notes.append(f"Packages of {entity.name}: {error.message}")
    shown = name if which == "active" else f"{name}@{which}"
    return ComparedSide(shown, info, config, grants, columns, metrics, builds), notes


def _measured(scrape: Scrape) -> dict[str, str]:
    """Return the metrics of the last minute that two endpoints are compared by, each with its unit."""
    found: dict[str, float] = {}
    for series, value in zip(scrape.series, scrape.values, strict=True):
        what = _METRICS.get((series.metric, series.statistic))
        if what is not None and not math.isnan(value):
            # Requests of several entities add up; of a share or a time, the highest is what counts.
            found[what] = found.get(what, 0) + value if "requests" in what else max(found.get(what, 0), value)
    return {what: f"{value:,.4g}" for what, value in found.items()}


def columns_of(document: Any) -> dict[str, str]:
    """Return the columns and parameters of the first table format of each operation, each with its type."""
    found: dict[str, str] = {}
    for operation in document.operations():
        for made in operation.formats:
            for part, columns in (("", made.columns), ("parameter ", made.params)):
                for column in columns:
                    name = f"{part}{column.name}"
                    found.setdefault(name, f"{column.type}{'' if column.required else ', optional'}")
    return found


def _rows(left: ComparedSide, right: ComparedSide) -> Iterator[Row]:
    for pair in compare_configs(ComparableConfig.read(left.config), ComparableConfig.read(right.config)):
        name = pair.right or pair.left or ""
        if pair.left != pair.right:
            yield "config", f"{name}: name", pair.left, pair.right
        for line in pair.lines:
            yield "config", f"{name}: {line.field}", line.left, line.right
    for what, field in _SETTINGS.items():
        one, other = (getattr(side.info, field) for side in (left, right))
        yield "settings", what, _text(one), _text(other)
    yield "status", "status", status_of(left.info).label, status_of(right.info).label
    yield from _both("tags", tags_of(left.info), tags_of(right.info))
    if left.grants is not None and right.grants is not None:
        yield from _both("permissions", left.grants, right.grants)
    if left.metrics is not None and right.metrics is not None:
        yield from _both("metrics", left.metrics, right.metrics)
    for old, new in match_entities(*(ComparableConfig.read(each.config).entities for each in (left, right))):
        builds = (left.builds.get(old["name"]), right.builds.get(new["name"])) if old and new else (None, None)
        if new is not None and builds[0] and builds[1]:
            for package, before, after in _packages(builds[0], builds[1]):
                yield "packages", f"{new['name']}: {package}", before, after
    if left.columns is not None and right.columns is not None:
        yield from _both("schema", left.columns, right.columns)


def _packages(one: str, other: str) -> Iterator[tuple[str, str | None, str | None]]:
    changes = compare_builds(one, other)
    yield from ((each.name, each.before, each.after) for each in changes)
    changed = {each.name for each in changes}
    found = packages_of(one)
    yield from ((name, found[name], found[name]) for name in found.keys() & packages_of(other).keys() - changed)


def _both(section: str, left: Mapping[str, str], right: Mapping[str, str]) -> Iterator[Row]:
    for key in dict.fromkeys([*left, *right]):
        yield section, key, left.get(key), right.get(key)


def _text(value: object) -> str | None:
    if value in (None, "", False):
        return None
    return "yes" if value is True else str(value)


_METRICS = {
    ("request_count_total", "value"): "requests in the last minute",
    ("request_5xx_count_total", "value"): "failed requests in the last minute",
    ("request_latency_ms", "p50"): "latency p50, ms",
    ("request_latency_ms", "p99"): "latency p99, ms",
    ("cpu_usage_percentage", "value"): "CPU, %",
    ("mem_usage_percentage", "value"): "memory, %",
}
_SETTINGS = {
    "kind": "kind",
    "task": "task",
    "description": "description",
    "route-optimized": "route_optimized",
    "budget policy": "budget_policy",
}
