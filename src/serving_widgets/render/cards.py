"""One endpoint on a card."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.columns import kind_words, served
from serving_widgets.api.endpoint.failed_entity import find_failed_entity
from serving_widgets.api.endpoint.status import Status, status_of
from serving_widgets.render.blocks.table import Cell, Table, html_caption, html_cell
from serving_widgets.render.blocks.text import FailedText, marked, plain, utc, width

from .endpoints import status_words

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo, ServedEntity


class Card:
    """Facts about one thing, and tables below them.

    Parameters
    ----------
    title
        What the card is about.
    facts
        Pairs of a word and what there is to say; pairs with nothing to say are left out.
    tables
        More, in rows.
    """

    def __init__(self, title: str, facts: Sequence[tuple[str, object]], tables: Sequence[Table] = ()) -> None:
        self.title = title
        self.facts = tuple(
            (word, said if isinstance(said, str) else str(said)) for word, said in facts if said not in (None, "")
        )
        self.tables = tuple(tables)

    def to_frame(self) -> pd.DataFrame:
        """Return its first table to work with; where it has none, its facts."""
        table = self.tables[0] if self.tables else Table(("Fact", "Said"), self.facts)
        return table.to_frame()

    def __repr__(self) -> str:
        wide = max((width(word) for word, _ in self.facts), default=0)
        facts = "\n".join(f"{word}{' ' * (wide - width(word))}  {marked(said)}" for word, said in self.facts)
        return "\n\n".join(part for part in (plain(self.title), facts, *map(repr, self.tables)) if part)

    def _repr_html_(self) -> str:
        rows = "\n".join(
            f"<tr>{html_cell('th', word, scope='row')}{html_cell('td', said)}</tr>" for word, said in self.facts
        )
        card = f"<table>\n{html_caption(self.title)}\n<tbody>\n{rows}\n</tbody>\n</table>"
        return "\n".join((card, *(table._repr_html_() for table in self.tables)))


def status_card(info: EndpointInfo, *, where: str, status: Status | None = None, eta: str = "") -> Card:
    """Return what is known of an endpoint.

    Parameters
    ----------
    info
        The endpoint.
    where
        What the workspace is called.
    status
        Its status, where that is not what ``info`` says: a deleted endpoint's.
    eta
        How long its update may go on, in words.
    """
    shown = status_of(info) if status is None else status
    active = info.config.config_version if info.config is not None else None
    pending = info.pending_config.config_version if info.pending_config is not None else None
    facts = [
        ("Status", status_words(shown)),
        ("Time left", eta),
        ("Reason", shown.reason),
        ("Find out why", log_line(info, shown)),
        ("Kind", kind_words(info.kind) + (", route-optimized" if info.route_optimized else "")),
        ("ID", info.id),
        ("Task", info.task),
        ("Config version", _version(active, pending)),
        ("Creator", info.creator),
        ("Created", utc(info.creation_timestamp)),
        ("Updated", utc(info.last_updated_timestamp)),
        ("Your permission", info.permission_level),
        ("Tags", ", ".join(_tag(tag.key, tag.value) for tag in info.tags or ())),
        ("Budget policy", info.budget_policy),
        ("Description", info.description),
    ]
    tables = [
        _entities(config, caption, stopped=shown.phase == "stopped")
        for config, caption in ((info.config, "Serving"), (info.pending_config, "Not serving yet"))
        if config is not None and config.entities
    ]
    return Card(f"{info.name} – {where}", facts, tables)


def log_line(info: EndpointInfo, shown: Status) -> str:
    """Return the line that shows the log which tells why an update failed; "" where none failed."""
    if shown.phase != "failed":
        return ""
    found = find_failed_entity(info)
    if found is not None and found.sort == "server":
        return f"%serving logs {info.name} --entity {found.entity}"
    return f"%serving logs {info.name} --build"


def _version(active: int | None, pending: int | None) -> str:
    if pending is None:
        return "" if active is None else str(active)
    return f"{pending}, pending" if active is None else f"{active}; {pending} pending"


def _tag(key: str | None, value: str | None) -> str:
    return f"{key or ''}={value}" if value else key or ""


def _entities(config: EndpointConfig, caption: str, *, stopped: bool) -> Table:
    """Return a table of served entities, less the columns that none of them fills."""
    shares = _shares(config)
    names = ("Entity", "Serves", "State", "Message", "Size", "Scale to zero", "Traffic")
    rows = [_entity(entity, shares.get(entity.name or ""), stopped=stopped) for entity in config.entities]
    kept = [
        number
        for number, column in enumerate(zip(*rows, strict=True))
        if number == 0 or any(c not in (None, "") for c in column)
    ]
    return Table([names[number] for number in kept], [[row[number] for number in kept] for row in rows], caption)


def _entity(entity: ServedEntity, share: int | None, *, stopped: bool) -> tuple[Cell, ...]:
    state = entity.state
    deployment = state.deployment if state is not None else None
    # Stopping an endpoint aborts its deployments, which is no failure.
    if stopped and deployment in ("DEPLOYMENT_ABORTED", "DEPLOYMENT_READY"):
        deployment = "DEPLOYMENT_STOPPED"
    size = " ".join(part for part in (entity.workload_size, entity.workload_type) if part)
    to_zero = entity.scale_to_zero_enabled
    return (
        entity.name,
        served(entity),
        FailedText(deployment) if deployment == "DEPLOYMENT_FAILED" else deployment,
        state.deployment_state_message if state is not None else None,
        size,
        None if to_zero is None else "yes" if to_zero else "no",
        None if share is None else f"{share} %",
    )


def _shares(config: EndpointConfig) -> dict[str, int]:
    routes = config.traffic_config.routes if config.traffic_config is not None else ()
    return {
        route.served_entity_name or route.served_model_name or "": route.traffic_percentage
        for route in routes or ()
        if route.traffic_percentage is not None
    }
