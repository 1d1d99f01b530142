"""Who may do what with an endpoint, as a table."""

from __future__ import annotations

from serving_widgets.api.permissions import AccessControlList, PrincipalKind

from .table import Table

KIND_WORDS: dict[PrincipalKind, str] = {
    "user": "user",
    "group": "group",
    "service_principal": "service principal",
}


def access_table(acl: AccessControlList, name: str, *, where: str) -> Table:
    """Return a row for each principal: its kind, its level, and what of that is inherited.

    Parameters
    ----------
    name
        The endpoint's name.
    where
        The workspace's label.
    """
    rows = [
        (
            entry.principal.name,
            entry.display_name if entry.display_name != entry.principal.name else "",
            KIND_WORDS[entry.principal.kind],
            entry.effective,
            entry.direct,
            entry.inherited,
        )
        for entry in acl.entries
    ]
    columns = ["Principal", "Name", "Kind", "Level", "Granted here", "Inherited"]
    return Table(columns, rows, caption=f"Permissions of {name} ({where})", note="" if rows else "Nobody is listed.")
