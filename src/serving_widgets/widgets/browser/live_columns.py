"""Columns of what this kernel knows beside the list: shown when asked for, empty where nothing is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from serving_widgets.api.endpoint.columns import COLUMNS, ColumnKind, EndpointColumn
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.metrics.plots import plot_data
from serving_widgets.workspace import Session
from serving_widgets.workspace.metrics.metric_history import metric_history, tracks
from serving_widgets.workspace.queries.request_log import Histories

from .contract import BrowserColumn


@dataclasses.dataclass(frozen=True, slots=True)
class LiveColumn:
    """One column, as of :class:`EndpointColumn`, of a value that a workspace knows of an endpoint."""

    key: str
    title: str
    kind: ColumnKind
    value: Callable[[Session, EndpointInfo], float | None]
    width: int = 88
    share: float = 0
    shown_from: int | None = None


def _requests(workspace: Session, info: EndpointInfo) -> float | None:
    scrapes = metric_history(workspace).of(info)[-1:]
    plots = plot_data(tracks(scrapes)) if scrapes else ()
    return next((round(each.lines[0][1][-1], 1) for each in plots if each.plot.key == "requests"), None)


def _last_query(workspace: Session, info: EndpointInfo) -> float | None:
    history = workspace.attachments.of(Histories).get(info.name)
    return max((round(asked.at * 1000) for asked in history or ()), default=None)


LIVE_COLUMNS = (
    LiveColumn("requests", "Requests/min", "number", _requests, 104),
    LiveColumn("last_query", "Last query", "host_time", _last_query),
)


def live_cells(workspace: Session, info: EndpointInfo) -> dict[str, float]:
    """Return what is known of an endpoint, by column."""
    cells = {column.key: column.value(workspace, info) for column in LIVE_COLUMNS}
    return {key: value for key, value in cells.items() if value is not None}


def page_columns() -> list[BrowserColumn]:
    """Return all columns as the page needs them."""
    columns: tuple[EndpointColumn | LiveColumn, ...] = (*COLUMNS, *LIVE_COLUMNS)
    made: list[BrowserColumn] = []
    for each in columns:
        made.append(
            {
                "key": each.key,
                "title": each.title,
                "kind": each.kind,
                "width": each.width,
                "shown_from": each.shown_from,
            }
        )
        if not each.share:
            made[-1]["fixed"] = True
    return made
