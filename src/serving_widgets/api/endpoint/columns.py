"""The columns of a list of endpoints, for `%serving list` and the endpoint browser alike. A new column is a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from .models import EndpointInfo, ServedEntity
from .status import status_of

#: How a column is drawn, aligned and sorted. Numbers and times stand at the right; times are epoch milliseconds, "time"
#: by the service's clock, "host_time" by that of this machine.
ColumnKind = Literal["name", "status", "kind", "text", "names", "tags", "number", "time", "host_time"]
ColumnValue = str | float | list[str] | None

#: Kind of an endpoint → its words.
KINDS: Mapping[str, str] = {
    "custom": "Custom model",
    "provisioned": "Provisioned throughput",
    "external": "External model",
    "foundation": "Foundation model",
    "feature": "Feature spec",
    "unknown": "Unknown",
}


@dataclass(frozen=True, slots=True)
class EndpointColumn:
    """One column.

    Attributes
    ----------
    key : str
        A word for programs.
    title : str
        The header.
    kind : ColumnKind
        How it is drawn, aligned and sorted.
    value : Callable
        What it says of an endpoint; None where there is nothing to say.
    width : int
        Pixels that the browser gives it at least.
    share : float
        Its share of the pixels that are left, beside those of the others.
    shown_from : int or None
        Pixels from which the browser shows it; None where it does so only when asked to.
    listed : bool
        Whether `%serving list` has it.
    """

    key: str
    title: str
    kind: ColumnKind
    value: Callable[[EndpointInfo], ColumnValue]
    width: int = 80
    share: float = 1
    shown_from: int | None = None
    listed: bool = True


def served_words(info: EndpointInfo) -> list[str]:
    """Return what an endpoint serves."""
    return [served(entity) for entity in info.entities]


def kind_words(kind: str) -> str:
    """Return the kind of an endpoint in words."""
    return KINDS.get(kind, KINDS["unknown"])


def served(entity: ServedEntity) -> str:
    """Return what a served entity is: a model and its version, or a model of another provider."""
    for foreign in (entity.external_model, entity.foundation_model):
        name = foreign.get("name") if foreign else None
        provider = foreign.get("provider") if foreign else None
        if isinstance(name, str) and name:
            return f"{name} ({provider})" if isinstance(provider, str) and provider else name
    name = entity.entity_name or entity.name or ""
    return f"{name} v{entity.entity_version}" if entity.entity_version else name


def tag_words(info: EndpointInfo) -> list[str]:
    """Return the tags of an endpoint: "team: risk", or the key alone."""
    return [f"{tag.key or ''}: {tag.value}" if tag.value else tag.key or "" for tag in info.tags or ()]


COLUMNS: tuple[EndpointColumn, ...] = (
    EndpointColumn("name", "Name", "name", lambda info: info.name, width=112, share=2, shown_from=0),
    EndpointColumn("status", "Status", "status", lambda info: status_of(info).label, width=132, share=2, shown_from=0),
    EndpointColumn("kind", "Kind", "kind", lambda info: info.kind, width=92),
    EndpointColumn("entities", "Serves", "names", served_words, 92, share=1.5, shown_from=440),
    EndpointColumn("creator", "Creator", "text", lambda info: info.creator, share=1.2, shown_from=640),
    EndpointColumn("updated", "Updated", "time", lambda info: info.last_updated_timestamp, 88, 0, shown_from=540),
    EndpointColumn("tags", "Tags", "tags", tag_words, 72, shown_from=880, listed=False),
)
