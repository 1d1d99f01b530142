"""Changes of permissions: what the commands that make them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from serving_widgets.api.permissions.access_control_list import (
    AccessControlList,
    Principal,
    PrincipalKind,
    grant_changes,
    request_entries,
)
from serving_widgets.magic.running.call import dry_run_result
from serving_widgets.magic.shared.prompt import ask_if_protected
from serving_widgets.magic.syntax.grammar import Option, Result
from serving_widgets.magic.syntax.value_types import choice

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall
    from serving_widgets.workspace import Endpoint

CONFIRM = Option(("--confirm",), "Do it even if you lose your own access, or no one is left to manage the endpoint.")
KIND = Option(
    ("--kind",),
    "What kind of principal it is, where its name does not show that.",
    choice("KIND", ("user", "group", "service-principal")),
)
WHO = "A user's e-mail, a group's name, or a service principal's application id."


def change(
    call: CommandCall,
    endpoint: Endpoint,
    wanted: Mapping[Principal, str | None],
    base: AccessControlList,
    note: str = "",
) -> Result:
    """Make a change of permissions, and show what changed; or show what would, and the request.

    Parameters
    ----------
    wanted
        The level that each principal shall have; None to take it away.
    base
        The permissions as they were read for it.
    note
        What else there is to say.
    """
    from serving_widgets.render import access_table, message
    from serving_widgets.render.permissions import access_changes_table
    from serving_widgets.render.stack import Stack

    said = message(note) if note else None
    where = endpoint.workspace.where
    if call["dry_run"]:
        return _planned(endpoint, wanted, base, note)
    ask_if_protected(
        call,
        "permissions",
        f"Change the permissions of {endpoint.name}?",
        kept=f"The permissions of {endpoint.name} were not changed",
        name=endpoint.name,
    )
    after = endpoint.permissions.change(wanted, base=base, confirm=call["confirm"])
    made = grant_changes(base.direct, after.acl.direct)
    if not made:
        return Result(after, Stack(said, message(_already(endpoint, where))))
    table = access_changes_table(made, endpoint.name, where=where)
    return Result(after, Stack(said, table, access_table(after.acl, endpoint.name, where=where)))


def resolve_principal(call: CommandCall, text: str, acl: AccessControlList) -> Principal:
    """Return the principal that a word names: by ``--kind`` where it is given, else by the word's form.

    Raises
    ------
    UsageError
        When the word is not a principal's name but a principal's display name. People choose their display names
        themselves, so a grant must not go by one.
    """
    if call.given("kind"):
        return Principal(cast(PrincipalKind, call["kind"].replace("-", "_")), text.strip())
    named = Principal.named(text)
    if acl.of(named) is not None:
        return named
    from serving_widgets.workspace.changes.grants import known_access

    shown = _shown_as(text.strip(), [acl]) or _shown_as(text.strip(), known_access(call.workspace()).values())
    shown = [principal for principal in shown if principal != named]
    if shown:
        hint = f"Write {shown[0].name!r}, or --kind {named.kind.replace('_', '-')} if {named} is meant."
        if named.name == shown[0].name:
            hint = "Say which with --kind."
        raise call.problem(
            f"{text.strip()!r} is what {' and '.join(map(str, shown))} {'is' if len(shown) == 1 else 'are'} called.",
            at="principal",
            hint=hint,
        )
    if "level" not in call:
        return named
    from serving_widgets.api.errors import ConfigError
    from serving_widgets.workspace.changes.principals import principal_to_grant
    from serving_widgets.workspace.runtime.event_loop import run_sync

    opened = call.workspace()
    try:
        return run_sync(lambda: principal_to_grant(opened, text, acl), twin="ep.permissions.aio.grant(…)")
    except ConfigError as error:
        raise call.problem(error.message, at="principal", hint=error.hint) from None


def _shown_as(text: str, lists: Iterable[AccessControlList]) -> list[Principal]:
    found = (entry for acl in lists for entry in acl.entries if text in (entry.principal.name, entry.display_name))
    return sorted({entry.principal for entry in found})


def _planned(endpoint: Endpoint, wanted: Mapping[Principal, str | None], base: AccessControlList, note: str) -> Result:
    from serving_widgets.render import message
    from serving_widgets.render.permissions import access_changes_table
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.changes.access_impact import access_impact
    from serving_widgets.workspace.changes.dry_run import access_request
    from serving_widgets.workspace.changes.grants import plan_change
    from serving_widgets.workspace.runtime.event_loop import run_sync

    workspace, name = endpoint.workspace, endpoint.name
    plan, _ = run_sync(lambda: plan_change(workspace, name, wanted, base), twin="ep.permissions.aio.change(…)")
    said = message(note) if note else None
    if plan.method is None:
        return Result(None, Stack(said, message(_already(endpoint, workspace.where))))
    impact = run_sync(lambda: access_impact(workspace, name, wanted, base), twin="ep.permissions.aio.change(…)")
    body = {"access_control_list": request_entries(plan.grants)}
    request = access_request(plan.method, str(endpoint.info.id), body, where=workspace.where)
    warnings = [f"{concern.message} It takes --confirm." for concern in plan.concerns]
    return dry_run_result(
        request,
        workspace,
        "permissions",
        name,
        said,
        access_changes_table(plan.changes, name, where=workspace.where),
        impact.table(),
        message("\n\n".join(warnings)) if warnings else None,
    )


def _already(endpoint: Endpoint, where: str) -> str:
    return f"The permissions of {endpoint.name} are already as wanted: nothing to change – {where}."
