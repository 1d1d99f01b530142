"""Who may do what with an endpoint, and what a change of that changes, as tables."""

from __future__ import annotations

from collections.abc import Sequence

from serving_widgets.api.permissions.access_changes import ABILITIES, AccessReason, ability_reasons
from serving_widgets.api.permissions.access_control_list import AccessControlList, GrantChange, Principal, PrincipalKind
from serving_widgets.render.blocks.table import Table

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
    return Table(columns, rows, caption=f"Permissions of {name} – {where}", note="" if rows else "No one is listed.")


def abilities_table(
    acl: AccessControlList, name: str, *, where: str, me: Principal | None = None, groups: Sequence[str] = ()
) -> Table:
    """Return who can view, query and manage an endpoint, and why; the caller first.

    Parameters
    ----------
    name, where
        As for :func:`access_table`.
    me, groups
        Who asks, and the names of his groups; the groups of others are not known.
    """
    others = [entry.principal for entry in acl.entries if entry.principal != me]
    whose = [(f"{me} (you)", ability_reasons(acl, me, groups))] if me is not None else []
    whose += [(str(who), ability_reasons(acl, who)) for who in others]
    rows = [(words, *(_why(reasons[ability]) for ability in ABILITIES)) for words, reasons in whose]
    return Table(
        ["Principal", *(ability.capitalize() for ability in ABILITIES)],
        rows,
        caption=f"What they can do with {name} – {where}",
        note="Members of a group can do what the group can." if rows else "",
    )


def access_changes_table(changes: Sequence[GrantChange], name: str, *, where: str) -> Table:
    """Return what happens to the grants of an endpoint, a row for each principal.

    Parameters
    ----------
    name, where
        As for :func:`access_table`.
    """
    rows = [
        (change.principal.name, KIND_WORDS[change.principal.kind], change.before or _NONE, change.after or _NONE)
        for change in changes
    ]
    count = f"{len(rows)} change{'' if len(rows) == 1 else 's'} of grants"
    return Table(["Principal", "Kind", "Granted before", "Granted after"], rows, caption=f"{name}: {count} – {where}")


_NONE = "–"


def _why(reason: AccessReason | None) -> str:
    if reason is None:
        return "no"
    if reason.source == "direct":
        return "yes, granted here"
    if reason.source == "group":
        return f"yes, as a member of {reason.through}"
    return f"yes, inherited ({reason.through})" if reason.through else "yes, inherited"
