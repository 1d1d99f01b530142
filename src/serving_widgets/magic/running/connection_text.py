"""Connections in words, cards and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.imported import imported
from serving_widgets.line import quote

if TYPE_CHECKING:
    from serving_widgets.render import Card, Table
    from serving_widgets.workspace import Endpoint, Workspace

_CONNECT = "serving_widgets.workspace.open_connections"


def connection_words(opened: Workspace | None = None) -> str:
    """Return which workspace this is; without one, which the next line talks with. Opens none."""
    connect = imported(_CONNECT)  # what is not imported has opened nothing
    if opened is None and connect is not None:
        opened = connect.active()
    if opened is None:
        return "No workspace is open yet: the first command opens one, or %serving connect does."
    mark = ", read-only" if opened.read_only else ""
    return f"Connected: {opened.label} (connection {opened.name}{mark})."


def tell_of_switch() -> None:
    """Print, once, that a connection became the active one because the one before it was closed."""
    from serving_widgets.workspace import switched

    if said := switched():
        print(said)


def open_names() -> list[str]:
    """Return the names of the open connections, without opening one."""
    connect = imported(_CONNECT)
    return [] if connect is None else list(connect.connections())


def opening_words(opened: Workspace) -> str:
    """Return what to say of a workspace that was opened without being named."""
    if opened.is_mock:
        from serving_widgets.workspace.login.report import incomplete

        return f"{incomplete(opened.sources) or 'No workspace is configured'}, so this is the {opened.label}."
    return f"Opened {opened.label}, found in {opened.source}{', read-only' if opened.read_only else ''}."


def overview(opened: Workspace) -> Card:
    """Return what the active connection is, which others are open, and why it is this one."""
    from serving_widgets.workspace import sources_table
    from serving_widgets.workspace.login.report import refreshed

    why = sources_table(refreshed(opened.sources), f"Where the settings of {opened.name} come from")
    return connection_card(opened, tables=(_connections(), why))


def looked_for() -> Table:
    """Return where settings are looked for, and what each place lacks; for when none of them will do."""
    from serving_widgets.workspace import explain, sources_table

    return sources_table(explain(""), "Where settings were looked for")


def counts(opened: Workspace) -> dict[str, int] | None:
    """Return how many endpoints are in which state, as last seen; None before they were listed."""
    if not opened.watcher.store.listed:
        return None
    return by_status(seen.status.label for seen in opened.watcher.store.present().values())


def by_status(labels: Iterable[str]) -> dict[str, int]:
    """Return how many there are of each label, most first.

    Examples
    --------
    >>> by_status(["Not ready", "Ready", "Ready"])
    {'Ready': 2, 'Not ready': 1}
    """
    return dict(sorted(Counter(labels).items(), key=lambda each: (-each[1], each[0])))


def _connections() -> Table:
    from serving_widgets.render import Table
    from serving_widgets.workspace import active, connections

    rows = [
        (
            name,
            opened.label,
            _changes(opened),
            "yes" if opened is active() else "no",
            # By itself, "mock" opens a fresh one.
            f"%serving connect {quote(name)}" + (" --switch" if name.lower() == "mock" else ""),
        )
        for name, opened in connections().items()
    ]
    many = "1 connection is open" if len(rows) == 1 else f"{len(rows)} connections are open"
    return Table(("Name", "Workspace", "Changes", "Active", "To switch to it"), rows, caption=many)


def _changes(opened: Workspace) -> str:
    if opened.read_only:
        return "refused"
    return f"allowed, except {', '.join(opened.guard.protect)}" if opened.guard.protect else "allowed"


_ASKS = {"typed": "type the name", "click": "a yes", "none": "never"}


def connection_card(opened: Workspace, endpoints: list[Endpoint] | None = None, tables: Sequence[Table] = ()) -> Card:
    """Return what a connection is and what it allows, and how its endpoints are where they are given."""
    from serving_widgets.render import Card

    facts: list[tuple[str, object]] = [
        ("Connection", opened.name),
        ("Settings from", "" if opened.is_mock else opened.source),
        ("Changes", f"refused. {opened.read_only_reason}" if opened.read_only else "allowed"),
        ("Protected", ", ".join(opened.guard.protect)),
        ("Asks before changes", ", ".join(f"{each} ({_ASKS[how]})" for each, how in opened.guard.questions)),
    ]
    if endpoints is not None:
        facts += [("Endpoints", len(endpoints)), *(counts(opened) or {}).items()]
    return Card(opened.label, facts, tables)
