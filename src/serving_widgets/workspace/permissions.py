"""Who may do what with an endpoint: look, grant, revoke."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.access import AccessPlan, plan_access, touched
from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError
from serving_widgets.api.permissions import (
    LEVELS,
    AccessControlList,
    Entry,
    PermissionLevel,
    Principal,
    entries_of,
    includes,
)
from serving_widgets.render import access_table

from .loop import hop, run_sync
from .plan import Request, access_request
from .show import show

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.models import EndpointInfo
    from serving_widgets.api.users import User
    from serving_widgets.client import Client

    from .session import Session

Staged = Mapping[Principal, str | None]


class AccessChanged(ActionRefused):
    """Somebody else changed the permissions meanwhile; nothing was sent, and ``acl`` is what they are now."""

    acl: AccessControlList


class Access:
    """The permissions of an endpoint as they were read: an entry for each principal, and a table of them.

    Examples
    --------
    >>> [str(entry.principal) for entry in ep.permissions.list()]
    ['ada@example.com', 'the group data-science', 'the group admins']
    """

    def __init__(self, acl: AccessControlList, *, name: str, where: str) -> None:
        self.acl = acl
        self._name, self._where = name, where

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.acl.entries)

    def __len__(self) -> int:
        return len(self.acl.entries)

    def __getitem__(self, principal: str | Principal) -> Entry:
        """Return the entry of a principal, named as for :meth:`Permissions.grant`."""
        entry = self.acl.of(principal if isinstance(principal, Principal) else Principal.named(principal))
        if entry is None:
            raise KeyError(str(principal))
        return entry

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each principal: ``principal``, ``kind``, ``level``, ``direct`` and ``inherited``."""
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
        """See :meth:`Permissions.list`."""
        acl = await hop(lambda: read_access(self._workspace, self._name))
        return Access(acl, name=self._name, where=self._workspace.where)

    async def levels(self) -> tuple[PermissionLevel, ...]:
        """See :meth:`Permissions.levels`."""

        async def ask() -> tuple[PermissionLevel, ...]:
            info = await _with_id(self._workspace, self._name)
            return await self._workspace.client().get_permission_levels(info.id, name=self._name)

        return await hop(ask)

    async def grant(
        self, principal: str | Principal, level: str, *, confirm: bool = False, dry_run: bool = False
    ) -> Access:
        """See :meth:`Permissions.grant`."""
        return await self.change({_whom(principal): _level(level)}, confirm=confirm, dry_run=dry_run)

    async def revoke(self, principal: str | Principal, *, confirm: bool = False, dry_run: bool = False) -> Access:
        """See :meth:`Permissions.revoke`."""
        return await self.change({_whom(principal): None}, confirm=confirm, dry_run=dry_run)

    async def change(
        self,
        staged: Staged,
        *,
        base: AccessControlList | None = None,
        confirm: bool = False,
        dry_run: bool = False,
    ) -> Access:
        """See :meth:`Permissions.change`."""
        if dry_run:
            request, acl = await hop(lambda: planned_request(self._workspace, self._name, staged, base))
            if request is not None:
                show(request.card())
        else:
            acl = await hop(lambda: change_access(self._workspace, self._name, staged, base=base, confirm=confirm))
        return Access(acl, name=self._name, where=self._workspace.where)


class Permissions:
    """The permissions of one endpoint. Every method has an awaitable twin of the same name under ``aio``.

    Principals are named by e-mail (users), by name (groups) or by application id (service principals).
    """

    def __init__(self, workspace: Session, name: str) -> None:
        self._workspace = workspace
        self._name = name
        self.aio = PermissionsAio(workspace, name)

    def list(self) -> Access:
        """Return who may do what.

        Raises
        ------
        ActionRefused
            When the endpoint has no permissions of its own, as those that the service provides.
        PermissionDenied
            When the caller may not see them.
        """
        return run_sync(self.aio.list, twin="ep.permissions.aio.list()")

    def levels(self) -> tuple[PermissionLevel, ...]:
        """Return the levels that can be granted, the weakest first, with what the service says about each."""
        return run_sync(self.aio.levels, twin="ep.permissions.aio.levels()")

    def grant(self, principal: str | Principal, level: str, *, confirm: bool = False, dry_run: bool = False) -> Access:
        """Give a principal a level on this endpoint, whatever it had here before; all others stay as they are.

        Parameters
        ----------
        principal
            An e-mail address, the name of a group, or the application id of a service principal.
        level
            ``"CAN_VIEW"``, ``"CAN_QUERY"`` or ``"CAN_MANAGE"``.
        confirm
            Do it even if you lose your own access by it, or nobody is left whom the endpoint lets manage it.
        dry_run
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
        return self.change({_whom(principal): _level(level)}, confirm=confirm, dry_run=dry_run)

    def revoke(self, principal: str | Principal, *, confirm: bool = False, dry_run: bool = False) -> Access:
        """Take away what was granted to a principal on this endpoint; what it inherits stays.

        Raises
        ------
        ActionRefused
            When nothing was granted here, or it takes a confirmation. Nothing was sent.
        """
        return self.change({_whom(principal): None}, confirm=confirm, dry_run=dry_run)

    def change(
        self,
        staged: Staged,
        *,
        base: AccessControlList | None = None,
        confirm: bool = False,
        dry_run: bool = False,
    ) -> Access:
        """Change the grants of several principals by one request.

        Parameters
        ----------
        staged
            The level that each shall have here; None to take it away.
        base
            The list that the changes were made on. If somebody changed since what these would undo, nothing is sent.
        confirm, dry_run
            As for :meth:`grant`.

        Raises
        ------
        AccessChanged
            When somebody was quicker; it carries the list as it is now.
        """
        if dry_run:
            request, acl = run_sync(
                lambda: planned_request(self._workspace, self._name, staged, base), twin="ep.permissions.aio.change(…)"
            )
            if request is not None:
                show(request.card())
        else:
            acl = run_sync(
                lambda: change_access(self._workspace, self._name, staged, base=base, confirm=confirm),
                twin="ep.permissions.aio.change(…)",
                **self._workspace.writes.told(self._name, "permissions"),
            )
        return Access(acl, name=self._name, where=self._workspace.where)

    def __repr__(self) -> str:
        return f"<Permissions of {self._name!r}>"


async def read_access(workspace: Session, name: str) -> AccessControlList:
    """Return an endpoint's permissions as they are; runs on the loop thread."""
    info = await _with_id(workspace, name)
    return await workspace.client().get_permissions(info.id, name=name)


async def plan_change(
    workspace: Session, name: str, staged: Staged, base: AccessControlList | None
) -> tuple[AccessPlan, AccessControlList]:
    """Return what a change takes, and the list as it is now; refuse where somebody changed what it would undo."""
    now = await read_access(workspace, name)
    for principal, level in staged.items():
        entry = now.of(principal)
        if level is None and (entry is None or entry.direct is None):
            raise _nothing_to_revoke(name, principal, entry)
    user = await _me(workspace)
    me = Principal.named(user.user_name) if user is not None and user.user_name else None
    plan = plan_access(now, staged, me=me, groups=user.groups if user is not None else ())
    if base is not None:
        others = touched(base, now, plan)
        if others:
            who = ", ".join(str(change.principal) for change in others)
            refusal = AccessChanged(
                f"The permissions of {name} were changed by somebody else meanwhile ({who}). Nothing was sent.",
                action="permissions",
                endpoint=name,
                hint="Look at them as they are now, then save again.",
                code="access_changed",
            )
            refusal.acl = now
            raise refusal
    return plan, now


async def planned_request(
    workspace: Session, name: str, staged: Staged, base: AccessControlList | None = None
) -> tuple[Request | None, AccessControlList]:
    """Return the request that a change takes, None where nothing would change; sends nothing but reads."""
    plan, now = await plan_change(workspace, name, staged, base)
    if plan.method is None:
        return None, now
    info = await _with_id(workspace, name)
    body = {"access_control_list": entries_of(plan.grants)}
    return access_request(plan.method, str(info.id), body, where=workspace.where), now


async def change_access(
    workspace: Session, name: str, staged: Staged, *, base: AccessControlList | None = None, confirm: bool = False
) -> AccessControlList:
    """Carry out a change of permissions by one request; runs on the loop thread."""
    result: list[AccessControlList] = []

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        # Planned in its turn among the writes and right before it is sent: what is replaced is what there is now.
        plan, now = await plan_change(workspace, name, staged, base)
        if plan.concerns and not confirm:
            raise ActionRefused(
                " ".join(concern.message for concern in plan.concerns) + " Nothing was sent.",
                action="permissions",
                endpoint=name,
                hint="If that is meant: confirm=True, or --confirm on a %serving line.",
                code=plan.concerns[0].code,
            )
        if plan.method is None:
            result.append(now)
            return before
        write = client.set_permissions if plan.method == "PUT" else client.update_permissions
        result.append(await write(before.id if before is not None else None, plan.grants, name=name))
        try:
            return await workspace.watcher.look(name)
        except ServingError:
            # The change was made, and may well be why nothing is to be seen any more.
            return before

    await workspace.write(name, "permissions", send, join=False)
    return result[0]


async def _with_id(workspace: Session, name: str) -> EndpointInfo:
    seen = workspace.watcher.store.get(name)
    info = seen.info if seen is not None and not seen.deleted else await workspace.watcher.look(name)
    if info.id is None:
        raise ActionRefused(
            f"{name} has no permissions of its own: the service provides it to everybody in the workspace.",
            action="permissions",
            endpoint=name,
            hint="Create an endpoint of your own to decide who may use it.",
            code="built_in",
        )
    return info


async def _me(workspace: Session) -> User | None:
    try:
        return await workspace.client().me()
    except ServingError:
        # Who asks is needed for a warning only.
        return None


def _whom(principal: str | Principal) -> Principal:
    if isinstance(principal, Principal):
        return principal
    if not isinstance(principal, str) or not principal.strip():
        raise ConfigError(
            f"{principal!r} names nobody.",
            hint="Name a user by e-mail, a group by its name, a service principal by its application id.",
        )
    return Principal.named(principal)


def _level(level: Any) -> str:
    if isinstance(level, str):
        wanted = level.strip().upper().replace("-", "_").replace(" ", "_")
        for known in LEVELS:
            if wanted in (known, known.removeprefix("CAN_")):
                return known
    near = difflib.get_close_matches(str(level).upper(), LEVELS, n=1)
    raise ConfigError(
        f"There is no permission level {level!r}.",
        hint=f"Did you mean {near[0]}?" if near else f"There are {', '.join(LEVELS)}.",
    )


def _nothing_to_revoke(name: str, principal: Principal, entry: Entry | None) -> ActionRefused:
    if entry is not None and includes(entry.inherited, "CAN_VIEW"):
        places = ", ".join(dict.fromkeys(place for grant in entry.grants for place in grant.inherited_from))
        message = f"{principal} has {entry.inherited} on {name} by inheritance ({places or 'from above'})."
        hint = "What is inherited can only be changed where it comes from: an administrator can."
    else:
        message = f"Nothing was granted to {principal} on {name}."
        hint = f"See who has what: %serving permissions {name}. Members of a group have what the group has."
    return ActionRefused(
        f"{message} Nothing was sent.", action="permissions", endpoint=name, hint=hint, code="no_grant"
    )
