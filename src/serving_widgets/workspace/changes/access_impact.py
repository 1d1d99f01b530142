"""Whom a change of permissions would affect: of groups their members, and who keeps what by another way.

Everything here runs on the loop thread, and only reads.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ServingError
from serving_widgets.api.permissions.access_changes import access_reasons, changed_list
from serving_widgets.api.permissions.access_control_list import (
    AccessControlList,
    Principal,
    highest_level,
    includes,
    level_rank,
)
from serving_widgets.api.permissions.directory import COLLECTIONS, DirectoryEntry
from serving_widgets.render import Table

from .grants import Staged, read_access

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Members of groups that are looked up; of more, it is said how many.
MEMBERS = 50
#: Look-ups at a time.
AT_ONCE = 8


@dataclasses.dataclass(frozen=True, slots=True)
class AccessShift:
    """What becomes of one person's, service principal's or group's level; None for no access."""

    principal: Principal
    before: str | None
    after: str | None

    @property
    def loses(self) -> bool:
        """Whether it is less than before."""
        return self.before is not None and not includes(self.after, self.before)


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class AccessImpact:
    """Whom a change of permissions would affect.

    Attributes
    ----------
    shifts : tuple of AccessShift
        Everyone whose level would be another one, those who lose first; members of groups one by one.
    notes : tuple of str
        What could not be found out.
    """

    name: str
    where: str
    shifts: tuple[AccessShift, ...]
    notes: tuple[str, ...]

    @property
    def losers(self) -> tuple[Principal, ...]:
        """Who would be able to do less than now."""
        return tuple(each.principal for each in self.shifts if each.loses)

    def table(self) -> Table:
        """Return it as a table."""
        rows = [(str(each.principal), each.before or "no access", each.after or "no access") for each in self.shifts]
        said = [] if rows else ["As far as it is known, no one can do more or less than now."]
        caption = f"Whom it would affect: {self.name} – {self.where}"
        return Table(("Who", "Now", "Then"), rows, caption, " ".join([*said, *self.notes]))

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


async def access_impact(
    workspace: Session, name: str, staged: Staged, acl: AccessControlList | None = None
) -> AccessImpact:
    """Return whom a change of permissions would affect.

    Parameters
    ----------
    staged
        The direct level that each principal shall have; None to take it away.
    acl
        The list as it is; read unless given.
    """
    now = acl if acl is not None else await read_access(workspace, name)
    then = changed_list(now, staged)
    changed = [who for who, level in staged.items() if now.direct.get(who) != level]
    entries, notes = await _looked_up(workspace, changed)
    shifts = []
    for entry in entries:
        levels = [
            highest_level(reason.level for reason in access_reasons(each, entry.principal, entry.groups or ()))
            for each in (now, then)
        ]
        if levels[0] != levels[1]:
            shifts.append(AccessShift(entry.principal, *levels))
            if entry.principal.kind != "group" and entry.groups is None:
                notes.append(f"{entry.principal} may have it by a group as well: you are not shown its groups.")
    shifts.sort(key=lambda each: (not each.loses, level_rank(each.after or ""), each.principal))
    return AccessImpact(name, workspace.where, tuple(shifts), tuple(dict.fromkeys(notes)))


async def _looked_up(workspace: Session, principals: Iterable[Principal]) -> tuple[list[DirectoryEntry], list[str]]:
    """Return principals as the directory has them, with members after their group, and what it does not tell."""
    notes: list[str] = []
    found = [await _entry(workspace, who, notes) for who in principals]
    members: dict[tuple[str, str], str] = {}
    for entry in found:
        if entry.principal.kind == "group":
            if entry.members is None:
                notes.append(f"Who is in {entry.principal} is not known.")
            members |= {(kind, id): shown for kind, id, shown in entry.members or ()}
    gate = asyncio.Semaphore(AT_ONCE)

    async def look(kind: str, id: str, shown: str) -> DirectoryEntry | None:
        async with gate:
            try:
                return await workspace.client().get_principal(kind, id)  # type: ignore[arg-type]
            except ServingError:
                notes.append(f"{shown or id} can't be looked up.")
                return None

    asked = list(members.items())[:MEMBERS]
    if len(members) > MEMBERS:
        notes.append(f"{len(members) - MEMBERS} more members were not looked up.")
    people = await asyncio.gather(*(look(kind, id, shown) for (kind, id), shown in asked))
    known = {entry.principal: entry for entry in [*found, *(each for each in people if each is not None)]}
    return list(known.values()), notes


async def _entry(workspace: Session, who: Principal, notes: list[str]) -> DirectoryEntry:
    client, field = workspace.client(), COLLECTIONS[who.kind][1]
    try:
        found = await client.find_principals(who.kind, field, who.name)
        if who.kind == "group" and found:
            return await client.get_principal("group", found[0].id)
    except ServingError as error:
        notes.append(f"{who} can't be looked up: {error.message}")
        found = []
    return found[0] if found else DirectoryEntry(who)
