"""Many endpoints in one table, and the words that tables and cards share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.columns import COLUMNS, EndpointColumn, kind_words
from serving_widgets.api.endpoint.status import Status, status_of
from serving_widgets.render.blocks.table import Cell, Table
from serving_widgets.render.blocks.text import FailedText, moment

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo

#: A table's cell names at most this many served entities.
_NAMED = 2


def endpoints_table(
    infos: Sequence[EndpointInfo], *, where: str, note: str = "", most: int | None = None, rest: str = ""
) -> Table:
    """Return endpoints by name, with what a list of the service tells of each.

    Only what a list tells: what a look at one endpoint adds, such as "Scaled to zero", would make the table depend on
    who looked at what before.

    Parameters
    ----------
    infos
        The endpoints, in any order.
    where
        What the workspace is called.
    note
        A sentence below the table, instead of the one for an empty workspace.
    most
        Rows at most; the caption counts them all, and a note says how many are left out.
    rest
        How to get at those.
    """
    shown = [column for column in COLUMNS if column.listed]
    rows = [[_cell(column, info) for column in shown] for info in sorted(infos, key=lambda info: info.name)[:most]]
    many = "1 endpoint" if len(infos) == 1 else f"{len(infos):,} endpoints"
    if len(rows) < len(infos):
        more = f"And {len(infos) - len(rows):,} more"
        note = f"{more}: {rest}" if rest else f"{more}. {note}".rstrip()
    if not rows and not note:
        note = "There are no endpoints, or none that you may view."
    titles = [f"{column.title} (UTC)" if column.kind == "time" else column.title for column in shown]
    return Table(titles, rows, caption=f"{many} – {where}", note=note, most=None)


def status_label(status: Status) -> str:
    """Return the label of a status, marked where something failed."""
    return FailedText(status.label) if status.phase == "failed" else status.label


def status_words(status: Status) -> str:
    """Return a status with what stands beside it and how far it has come."""
    words = f"{status.label} · {status.note}" if status.note else status.label
    if status.done is not None and status.total:
        words += f" · {status.done} of {status.total} {'entity' if status.total == 1 else 'entities'} ready"
    return FailedText(words) if status.phase == "failed" else words


def _cell(column: EndpointColumn, info: EndpointInfo) -> Cell:
    """Return what a column says of an endpoint, as a table shows it."""
    if column.kind == "status":
        return status_label(status_of(info))
    if column.kind == "kind":
        return kind_words(info.kind).removesuffix(" model")
    match column.value(info):
        case list() as names:
            more = len(names) - _NAMED
            return ", ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
        case int() | float() as number:
            return moment(number) if column.kind == "time" else str(number)
        case text:
            return text
