"""Many endpoints in one table, and the words that tables and cards share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.status import Status, status_of
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import FailedText, moment

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo, ServedEntity

_KINDS = {
    "custom": "Custom model",
    "provisioned": "Provisioned throughput",
    "external": "External model",
    "foundation": "Foundation model",
    "feature": "Feature spec",
    "unknown": "Unknown",
}
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
    rows = [
        (
            info.name,
            status_label(status_of(info)),
            kind_words(info.kind).removesuffix(" model"),
            _all_served(info.entities),
            info.creator,
            moment(info.last_updated_timestamp),
        )
        for info in sorted(infos, key=lambda info: info.name)[:most]
    ]
    many = "1 endpoint" if len(infos) == 1 else f"{len(infos):,} endpoints"
    if len(rows) < len(infos):
        more = f"And {len(infos) - len(rows):,} more"
        note = f"{more}: {rest}" if rest else f"{more}. {note}".rstrip()
    if not rows and not note:
        note = "There are no endpoints, or none that you may view."
    columns = ("Name", "Status", "Kind", "Serves", "Creator", "Updated (UTC)")
    return Table(columns, rows, caption=f"{many} – {where}", note=note, most=None)


def kind_words(kind: str) -> str:
    """Return the kind of an endpoint in words."""
    return _KINDS.get(kind, _KINDS["unknown"])


def status_label(status: Status) -> str:
    """Return the label of a status, marked where something failed."""
    return FailedText(status.label) if status.phase == "failed" else status.label


def status_words(status: Status) -> str:
    """Return a status with what stands beside it and how far it has come."""
    words = f"{status.label} · {status.note}" if status.note else status.label
    if status.done is not None and status.total:
        words += f" · {status.done} of {status.total} {'entity' if status.total == 1 else 'entities'} ready"
    return FailedText(words) if status.phase == "failed" else words


def served(entity: ServedEntity) -> str:
    """Return what a served entity is: a model and its version, or a model of another provider."""
    for foreign in (entity.external_model, entity.foundation_model):
        name = foreign.get("name") if foreign else None
        provider = foreign.get("provider") if foreign else None
        if isinstance(name, str) and name:
            return f"{name} ({provider})" if isinstance(provider, str) and provider else name
    name = entity.entity_name or entity.name or ""
    return f"{name} v{entity.entity_version}" if entity.entity_version else name


def _all_served(entities: Sequence[ServedEntity]) -> str:
    names = [served(entity) for entity in entities]
    more = len(names) - _NAMED
    return ", ".join(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
