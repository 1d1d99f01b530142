"""Who may do what with an endpoint: look, grant, revoke."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.permissions.access_control_list import (
    LEVELS,
    AccessControlList,
    AccessEntry,
    PermissionLevel,
    Principal,
)
from serving_widgets.api.suggest import did_you_mean
from serving_widgets.render import access_table
from serving_widgets.workspace.changes.access_impact import access_impact
from serving_widgets.workspace.changes.dry_run import show_outlook
from serving_widgets.workspace.changes.grants import Staged, change_access, planned_request, read_access, read_levels
from serving_widgets.workspace.changes.principals import AccessExplanation, explain_access, principal_to_grant
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.runtime.synchronous import synchronous

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.workspace.session.session import Session

#: As people write it: principals by what they are called, levels in any spelling.
Wanted = Mapping[str, str | None] | Mapping[Principal, str | None] | Mapping[str | Principal, str | None]


class Access:
    """The permissions of an endpoint as they were read: an entry for each principal, and a table of them.

    Examples
    --------
    >>> [str(entry.principal) for entry in ep.permissions.list()][-2:]
    ['the group data-science', 'the group admins']
    """

    def __init__(self, acl: AccessControlList, *, name: str, where: str) -> None:
        self.acl = acl
        self._name, self._where = name, where

    def __iter__(self) -> Iterator[AccessEntry]:
        return iter(self.acl.entries)

    def __len__(self) -> int:
        return len(self.acl.entries)

    def __getitem__(self, principal: str | Principal) -> AccessEntry:
        """Return the entry of a principal, named as for :meth:`Permissions.grant`."""
        entry = self.acl.of(principal if isinstance(principal, Principal) else Principal.named(principal))
        if entry is None:
            raise KeyError(str(principal))
        return entry

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each principal: ``principal``, ``kind``, ``level``, ``direct`` and ``inherited``.

        Examples
        --------
        >>> ep.permissions.list().to_frame().columns.to_list()
        ['principal', 'kind', 'level', 'direct', 'inherited']
        """
        import pandas as pd

        rows = [
            (entry.principal.name, entry.principal.kind, entry.effective, entry.direct, entry.inherited)
            for entry in self.acl.entries
        ]
        return pd.DataFrame(rows, columns=["principal", "kind", "level", "direct", "inherited"])

    def __repr__(self) -> str:
        return repr(access_table(self.acl, self._name, where=self._where))

    def _repr_html_(self) -> str:
        return access_table(self.acl, self._name, where=self._where)._repr_html_()


class PermissionsAio:
    """The awaitable twins of :class:`Permissions`' calls."""

    def __init__(self, workspace: Session, name: str) -> None:
        self._workspace = workspace
        self._name = name

    async def list(self) -> Access:
        """Return who may do what.

        Raises
        ------
        ActionRefused
            When the endpoint has no permissions of its own, as those that the service provides.
        PermissionDenied
            When the caller may not see them.

        Examples
        --------
        >>> ep.permissions.list()["analysts"].effective
        'CAN_VIEW'
        """
        acl = await hop(lambda: read_access(self._workspace, self._name))
        return Access(acl, name=self._name, where=self._workspace.where)

    async def levels(self) -> tuple[PermissionLevel, ...]:
        """Return the levels that can be granted, the weakest first, with what the service says about each.

        Examples
        --------
        >>> [each.level for each in ep.permissions.levels()]
        ['CAN_VIEW', 'CAN_QUERY', 'CAN_MANAGE']
        """
        return await hop(lambda: read_levels(self._workspace, self._name))

    async def grant(
        self, principal: str | Principal, level: str, *, confirm: bool = False, dry_run: bool = False
    ) -> Access:
        """Give a principal a level on this endpoint, whatever it had here before; all others stay as they are.

        Parameters
        ----------
        principal : str or Principal
            An e-mail address, the name of a group, or the application id of a service principal.
        level : str
            ``"CAN_VIEW"``, ``"CAN_QUERY"`` or ``"CAN_MANAGE"``.
        confirm : bool, default False
            Do it even if you lose your own access by it, or no one is left who may manage the endpoint.
        dry_run : bool, default False
            Show the exact request and send nothing.

        Raises
        ------
        ActionRefused
            When it takes a confirmation, or the caller may not. Nothing was sent.

        Examples
        --------
        >>> ep.permissions.grant("analysts", "CAN_QUERY")["analysts"].direct
        'CAN_QUERY'
        """
        wanted: dict[str | Principal, str | None] = {_named(principal): _level(level)}
        return await self.change(wanted, confirm=confirm, dry_run=dry_run)

    async def revoke(self, principal: str | Principal, *, confirm: bool = False, dry_run: bool = False) -> Access:
        """Take away what was granted to a principal on this endpoint; what it inherits stays.

        Parameters
        ----------
        principal : str or Principal
            As for :meth:`grant`.
        confirm : bool, default False
            As for :meth:`grant`.
        dry_run : bool, default False
            Show the exact request and whom it would affect, and send nothing.

        Raises
        ------
        ActionRefused
            When nothing was granted here, or it takes a confirmation. Nothing was sent.

        Examples
        --------
        >>> "analysts" in ep.permissions.revoke("analysts").to_frame()["principal"].to_list()
        False
        """
        return await self.change({_named(principal): None}, confirm=confirm, dry_run=dry_run)

    async def explain(self, principal: str | Principal) -> AccessExplanation:
        """Tell why a principal can do what it can with this endpoint: itself, by a group, or from above.

        Parameters
        ----------
        principal : str or Principal
            An e-mail address, an application id, a group, or the name that one of them is shown by.

        Raises
        ------
        ConfigError
            When several principals go by that name, or none does.

        Examples
        --------
        >>> ep.permissions.explain("vera@example.com").level
        'CAN_VIEW'
        """
        who = _named(principal)
        return await hop(lambda: explain_access(self._workspace, self._name, who))

    async def change(
        self,
        wanted: Wanted,
        *,
        base: AccessControlList | None = None,
        confirm: bool = False,
        dry_run: bool = False,
    ) -> Access:
        """Change the grants of several principals by one request.

        Parameters
        ----------
        wanted : dict of str or Principal to str or None
            The level that each principal shall have here; None to take it away.
        base : AccessControlList, optional
            The list that the changes were made on. If others changed since what these would undo, nothing is sent.
        confirm, dry_run : bool, default False
            As for :meth:`grant`.

        Raises
        ------
        AccessChanged
            When another change came first; it carries the list as it is now.

        Examples
        --------
        >>> ep.permissions.change({"vera@example.com": "query", "analysts": None})["vera@example.com"].direct
        'CAN_QUERY'
        """
        staged = await hop(lambda: _staged(self._workspace, self._name, wanted))
        if dry_run:
            request, acl = await hop(lambda: planned_request(self._workspace, self._name, staged, base))
            if request is not None:
                show(request.card())
                show(await hop(lambda: access_impact(self._workspace, self._name, staged, acl)))
                show_outlook(self._workspace, "permissions", self._name)
        else:
            acl = await hop(
                lambda: change_access(self._workspace, self._name, staged, base=base, confirm=confirm),
                **self._workspace.writes.told(self._name, "permissions"),
            )
        return Access(acl, name=self._name, where=self._workspace.where)


class Permissions:
    """The permissions of one endpoint. Every method has an awaitable twin of the same name under ``aio``.

    Principals are named by e-mail (users), by name (groups) or by application id (service principals).
    """

    def __init__(self, workspace: Session, name: str) -> None:
        self._workspace = workspace
        self._name = name
        self.aio = PermissionsAio(workspace, name)

    list = synchronous(PermissionsAio.list, "ep.permissions")
    levels = synchronous(PermissionsAio.levels, "ep.permissions")
    grant = synchronous(PermissionsAio.grant, "ep.permissions")
    revoke = synchronous(PermissionsAio.revoke, "ep.permissions")
    change = synchronous(PermissionsAio.change, "ep.permissions")
    explain = synchronous(PermissionsAio.explain, "ep.permissions")

    def __repr__(self) -> str:
        return f"<Permissions of {self._name!r}>"


async def _staged(workspace: Session, name: str, wanted: Wanted) -> Staged:
    """Return changes by principal; a word that may be a group's name is looked up before something is granted to it."""
    levels = {_named(who): None if level is None else _level(level) for who, level in wanted.items()}
    words = [who for who, level in levels.items() if isinstance(who, str) and level is not None]
    acl = AccessControlList()
    if any(Principal.named(word).kind == "group" for word in words):
        acl = await read_access(workspace, name)
    found = {word: await principal_to_grant(workspace, word, acl) for word in words}
    return {
        who if isinstance(who, Principal) else found.get(who) or Principal.named(who): level
        for who, level in levels.items()
    }


def _named(principal: object) -> str | Principal:
    if isinstance(principal, Principal):
        return principal
    if not isinstance(principal, str) or not principal.strip():
        raise ConfigError(
            f"{principal!r} names no principal.",
            hint="Name a user by e-mail, a group by its name, a service principal by its application id.",
        )
    return principal.strip()


def _level(level: Any) -> str:
    if isinstance(level, str):
        wanted = level.strip().upper().replace("-", "_").replace(" ", "_")
        for known in LEVELS:
            if wanted in (known, known.removeprefix("CAN_")):
                return known
    hint = did_you_mean(str(level), LEVELS, f"There are {', '.join(LEVELS)}.")
    raise ConfigError(f"There is no permission level {level!r}.", hint=hint)
