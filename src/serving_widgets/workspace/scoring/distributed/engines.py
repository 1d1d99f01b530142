"""Which engine a table is of, and the plan that has it scored there."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any, NamedTuple, Protocol, cast

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError, PermissionDenied, ServingError
from serving_widgets.openapi.answers.answer_columns import AnswerColumn, answer_columns
from serving_widgets.workspace.queries.schema import schema_to_check
from serving_widgets.workspace.runtime.event_loop import hop, off_loop
from serving_widgets.workspace.scoring.gate_server import serve
from serving_widgets.workspace.scoring.plan import Plan
from serving_widgets.workspace.session.handle import Handle

from .part_scorer import PartScorer


class Engine(Protocol):
    """The module of an engine."""

    #: Whether predictions stand beside the table's own columns unless told otherwise: where rows have no index.
    JOIN: bool

    @staticmethod
    def driver(table: Any) -> str:
        """Return the address at which the engine's workers reach this process."""
        ...

    @staticmethod
    def names(table: Any) -> list[str]:
        """Return the names of a table's columns."""
        ...

    @staticmethod
    def scored(table: Any, scorer: PartScorer) -> Any:
        """Return the table of predictions, not computed yet."""
        ...


class _EnginePlace(NamedTuple):
    """What tables of an engine have that all else of its library has not, and the module that knows them."""

    mark: str
    module: str


#: By the library that a table's type is defined in.
ENGINES: Mapping[str, _EnginePlace] = {
    "pyspark": _EnginePlace("mapInArrow", "spark_frames"),
    "dask": _EnginePlace("map_partitions", "dask_frames"),
    "ray": _EnginePlace("map_batches", "ray_datasets"),
}


def engine_of(table: Any) -> Engine | None:
    """Return the module that knows a table; None where it is of no engine."""
    place = ENGINES.get(type(table).__module__.partition(".")[0])
    if place is None or not hasattr(table, place.mark):
        return None
    return cast("Engine", import_module(f"{__package__}.{place.module}"))


async def planned(
    engine: Engine,
    endpoint: Handle,
    table: Any,
    entity: str | None,
    timeout: float | None,
    *,
    join: bool = False,
    format: str | None = None,
    resume: Any = None,
    **how: Any,
) -> Any:
    """Return the table of predictions, of the same engine; the rows are sent when it is computed.

    The parameters are those of ``ep.predict``.
    """
    if resume:
        raise ConfigError(
            "resume= is for tables in memory: an engine keeps what it has computed.",
            hint='on_error="rows" keeps the rows that went well, and tells which did not.',
        )
    plan = Plan(entity, timeout, **how)
    beside = engine.JOIN or join
    host, names = await off_loop(lambda: (engine.driver(table), engine.names(table) if beside else []))
    columns = await hop(lambda: _columns(endpoint, entity))
    told = [AnswerColumn("error", "")] * plan.by_row + [AnswerColumn("coerced", "")] * plan.coerce
    gate = await hop(lambda: serve(plan.concurrency, host, f"Scoring {endpoint.name}"))
    scorer = PartScorer(endpoint, plan, format, gate, _renamed([*columns, *told], names), beside)
    if open_ones := [each.name for each in scorer.columns if each.example is None]:
        said = f"The schema of {endpoint.name} leaves open what it answers"
        warnings.warn(f"{said}: {', '.join(open_ones)} will be JSON text.", stacklevel=2)
    return await off_loop(engine.scored, table, scorer)


async def _columns(endpoint: Handle, entity: str | None) -> tuple[AnswerColumn, ...]:
    workspace = endpoint.workspace
    try:
        info = await workspace.watcher.look(endpoint.name)
    except PermissionDenied:
        # Who may query need not be allowed to look.
        info = EndpointInfo.read({"name": endpoint.name})
    document = await schema_to_check(workspace, info)
    try:
        return answer_columns({} if document is None else document.operation(entity).request.response)
    except ServingError:
        return answer_columns({})


def _renamed(columns: Iterable[AnswerColumn], names: Iterable[Any]) -> tuple[AnswerColumn, ...]:
    """Give columns names that none of a table's own has, whatever their case: Spark makes no difference."""
    taken = {str(name).casefold() for name in names}
    renamed = []
    for column in columns:
        name = column.name
        while name.casefold() in taken:
            name += "_predicted"
        taken.add(name.casefold())
        renamed.append(dataclasses.replace(column, name=name))
    return tuple(renamed)
