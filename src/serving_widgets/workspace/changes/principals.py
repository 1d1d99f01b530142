"""Who a word means, and why a principal can do what: told by the workspace's directory, never guessed.

Everything here runs on the loop thread.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.permissions.access_changes import AccessReason, ability_reasons, access_reasons
from serving_widgets.api.permissions.access_control_list import AccessControlList, Principal, highest_level
from serving_widgets.api.permissions.directory import COLLECTIONS, DirectoryEntry
from serving_widgets.render import Card

from .grants import read_access, who_asks

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class AccessExplanation:
    """Why a principal can do what it can with an endpoint.

    Attributes
    ----------
    principal : Principal
        Whom it is about.
    level : str or None
        The highest level that the principal has, None for none that is known.
    reasons : tuple of AccessReason
        Where its levels come from, the strongest first: granted to it, to one of its groups, or inherited.
    groups : tuple of str or None
        The groups that it is a member of; None where the caller is not shown them.
    members : tuple of str or None
        Of a group, who is in it; None where the caller is not shown them, or it is not a group.
    note : str
        What could not be found out, and why.
    """

    principal: Principal
    level: str | None
    reasons: tuple[AccessReason, ...]
    groups: tuple[str, ...] | None
    members: tuple[str, ...] | None
    note: str
    display_name: str
    endpoint: str
    where: str
    abilities: Mapping[str, AccessReason | None]

    def card(self) -> Card:
        """Return it as something to display."""
        can = ", ".join(f"{name} ({_source(reason)})" for name, reason in self.abilities.items() if reason is not None)
        named = "" if self.display_name in ("", self.principal.name) else self.display_name
        facts = [
            ("Principal", str(self.principal)),
            ("Name", named),
            ("Level", self.level or "none that is known"),
            ("Can", can or "nothing that is known"),
            ("Groups", ", ".join(self.groups or ())),
            ("Members", ", ".join(self.members or ())),
            ("Not known", self.note),
        ]
        return Card(f"{self.principal} on {self.endpoint} – {self.where}", facts)

    def __repr__(self) -> str:
        return repr(self.card())

    def _repr_html_(self) -> str:
        return self.card()._repr_html_()


async def look_up(workspace: Session, text: str) -> list[DirectoryEntry]:
    """Return the principals that go by a word: its e-mail, application id or name, or the name they are shown by.

    Raises
    ------
    ConfigError
        When the directory may not be read: ``code`` is ``"no_directory"``.
    """
    client, named = workspace.client(), Principal.named(text)
    asked = [(named.kind, COLLECTIONS[named.kind][1])]
    if named.kind == "group":
        asked += [(kind, "displayName") for kind in COLLECTIONS if kind != "group"]
    try:
        found = await asyncio.gather(*(client.find_principals(kind, field, text) for kind, field in asked))
    except ServingError as error:
        raise ConfigError(
            f"The principal {text!r} can't be looked up: {error.message}",
            hint=f'Say what it is: --kind group, in Python Principal("group", "{text}").',
            code="no_directory",
        ) from None
    return [entry for entries in found for entry in entries]


async def principal_to_grant(workspace: Session, text: str, acl: AccessControlList) -> Principal:
    """Return whom a word means that is about to be granted something.

    An e-mail address and an application id tell by their form, and whoever is on the list is known. Any other word has
    to be a group of the directory: people choose the names that they are shown by, so a grant must not go by one.

    Raises
    ------
    ConfigError
        When it is not a group, several principals go by it, or the directory may not be read. Nothing was sent.
    """
    named = Principal.named(text)
    if named.kind != "group" or acl.of(named) is not None:
        return named
    found = await look_up(workspace, named.name)
    if len(found) == 1 and found[0].principal.kind == "group":
        return found[0].principal
    raise _unclear(named.name, [entry.principal for entry in found])


async def explain_access(workspace: Session, name: str, who: str | Principal) -> AccessExplanation:
    """Return why a principal can do what it can with an endpoint."""
    acl = await read_access(workspace, name)
    entry, note = await _entry(workspace, who, acl)
    principal, groups = entry.principal, entry.groups
    me = await who_asks(workspace)
    if groups is None and me is not None and me.user_name and me.principal == principal:
        groups = me.groups
    members = None
    if principal.kind == "group" and entry.id:
        try:
            group = await workspace.client().get_principal("group", entry.id)
            members = None if group.members is None else tuple(shown for _, _, shown in group.members)
        except ServingError as error:
            note = note or error.message
        if members is None:
            note = note or "you are not shown who is in the group."
    elif principal.kind != "group" and groups is None:
        note = note or "you are not shown its groups, so what it may have through them is left out."
    reasons = access_reasons(acl, principal, groups or ())
    listed = acl.of(principal)
    return AccessExplanation(
        principal,
        highest_level(reason.level for reason in reasons),
        reasons,
        groups,
        members,
        note,
        entry.display_name or (listed.display_name if listed is not None else ""),
        name,
        workspace.where,
        ability_reasons(acl, principal, groups or ()),
    )


async def _entry(workspace: Session, who: str | Principal, acl: AccessControlList) -> tuple[DirectoryEntry, str]:
    """Return what the directory knows of a principal, and why that is nothing where it is."""
    principal = who if isinstance(who, Principal) else Principal.named(who)
    try:
        found = await look_up(workspace, principal.name)
    except ConfigError as error:
        if isinstance(who, Principal) or principal.kind != "group" or acl.of(principal) is not None:
            return DirectoryEntry(principal), error.message
        raise
    same = [entry for entry in found if entry.principal == principal] if isinstance(who, Principal) else found
    if len(same) == 1:
        return same[0], ""
    if same or (acl.of(principal) is None and principal.kind == "group" and not isinstance(who, Principal)):
        raise _unclear(principal.name, [entry.principal for entry in same])
    return DirectoryEntry(principal), "the directory does not know it."


def _unclear(text: str, found: Iterable[Principal]) -> ConfigError:
    several = sorted(found)
    if not several:
        return ConfigError(
            f"No user, group or service principal is called {text!r}. Nothing was sent.",
            hint=f"No group is called {text}. A user is named by e-mail, a service principal by its application id.",
            code="unknown_principal",
        )
    meant = " or ".join(f"{each.name}, the {_CALLED[each.kind]} {text}" for each in several)
    if len(several) == 1:
        return ConfigError(
            f"{text!r} is the display name of {several[0]}, and display names can be chosen freely. Nothing was sent.",
            hint=f"Did you mean {meant}?",
            code="display_name",
        )
    return ConfigError(
        f"{len(several)} principals are called {text!r}: {', '.join(map(str, several))}. Nothing was sent.",
        hint=f'Did you mean {meant}? A group is meant with --kind group, in Python Principal("group", "{text}").',
        code="ambiguous_principal",
    )


def _source(reason: AccessReason) -> str:
    if reason.source == "group":
        return f"{reason.level} of the group {reason.through}"
    return f"{reason.level}, {'inherited' if reason.source == 'inherited' else 'granted here'}"


_CALLED = {"user": "user", "group": "group", "service_principal": "service principal"}
