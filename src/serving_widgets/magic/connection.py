"""What there is to say about a connection."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serving_widgets.render import Card
    from serving_widgets.workspace import Endpoint, Workspace

_CONNECT = "serving_widgets.workspace.connect"


def connection_words() -> str:
    """Return which workspace the next line talks with, without opening one."""
    connect = sys.modules.get(_CONNECT)  # what is not imported has opened nothing
    opened = connect.active() if connect is not None else None
    if opened is None:
        return "No workspace is open yet: the first command opens one, or %serving connect does."
    mark = ", read-only" if opened.read_only else ""
    return f"Connected: {opened.label} (connection {opened.name}{mark})."


def opening_words(opened: Workspace) -> str:
    """Return what to say of a workspace that nobody asked for by name."""
    if opened.is_mock:
        return f"No workspace is configured, so this is the {opened.label}."
    return f"Opened {opened.label}, found in {opened.source}{', read-only' if opened.read_only else ''}."


def connection_card(opened: Workspace, endpoints: list[Endpoint] | None = None) -> Card:
    """Return what a connection is and what it allows, and how its endpoints are where they are given."""
    from serving_widgets.render import Card

    facts: list[tuple[str, object]] = [
        ("Connection", opened.name),
        ("Settings from", "" if opened.is_mock else opened.source),
        ("Changes", f"refused. {opened.read_only_reason}" if opened.read_only else "allowed"),
        ("Protected", ", ".join(opened.guard.protect)),
    ]
    if endpoints is not None:
        labels = Counter(endpoint.label for endpoint in endpoints)
        facts += [("Endpoints", len(endpoints)), *sorted(labels.items())]
    return Card(opened.label, facts)
