"""``%serving permissions``: who may do what with an endpoint; several grants at once."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError, NotFound
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.permission_changes import CONFIRM, change
from serving_widgets.magic.shared.prompt import YES
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.known_names import KnownNames
from serving_widgets.magic.syntax.value_types import ENDPOINT, FILE, OBJECT, PRINCIPAL, TEXT

if TYPE_CHECKING:
    from serving_widgets.api.permissions.access_control_list import AccessControlList, Principal
    from serving_widgets.workspace import Endpoint

#: Spellings of the type of an object whose permissions are meant.
TYPES = ("servingendpoints", "serving-endpoints")
_GET, _UPDATE = "get", "update"
_WRITING = ("copy_from", "import")
_BODY = "body"
_FLAGS = {"copy_from": "--copy-from", "import": "--import", _BODY: "the body"}


def run(call: CommandCall) -> Any:
    """Show the permissions, keep them, or make those of a list or of another endpoint so."""
    if call.given("type"):
        return _by_id(call)
    endpoint = _endpoint(call)
    given = [option for option in _WRITING if call.given(option)] + [_BODY] * call.has_body()
    if len(given) > 1:
        words = " and ".join(_FLAGS[option] for option in given)
        raise call.problem(f"{words} both say what to grant.", at=given[0], hint="Leave one of them out.")
    if given:
        return _replace(call, endpoint, given[0])
    hint = "What would change them is --import or --copy-from; for one principal, %serving grant and revoke."
    message = "{} belongs to a change; this line only shows permissions."
    call.refuse_with(("replace", "confirm", "dry_run"), message, hint)
    if call.given("explain"):
        try:
            return endpoint.permissions.explain(call["explain"])
        except ConfigError as error:
            raise call.problem(error.message, at="explain", hint=error.hint) from None
    return _shown(call, endpoint)


def _endpoint(call: CommandCall) -> Endpoint:
    try:
        return call.endpoint()
    except NotFound as error:
        if call["name"] in (_GET, _UPDATE):
            error.hint = f"With type and id: %serving permissions {call['name']} {TYPES[0]} ID"
        raise


# Show -----------------------------------------------------------------------------------------------------------------


def _shown(call: CommandCall, endpoint: Endpoint, note: str = "") -> Result:
    from serving_widgets.api.permissions.grants_file import write_grants
    from serving_widgets.render import access_table, message
    from serving_widgets.render.permissions import abilities_table
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.changes.grants import who_asks
    from serving_widgets.workspace.runtime.event_loop import run_sync

    access, where = endpoint.permissions.list(), endpoint.workspace.where
    notes = [note] if note else []
    if call.given("save"):
        # A file outlives the connection: what that one allows is said on the screen alone.
        notes.append(_saved(call, write_grants(endpoint.name, access.acl.direct, where=endpoint.workspace.label)))
    said = message("\n\n".join(notes)) if notes else None
    if call.as_json:
        return Result(json.loads(write_grants(endpoint.name, access.acl.direct, where=where)), said)
    user = run_sync(lambda: who_asks(endpoint.workspace), twin="ep.permissions.aio.list()")
    me = user.principal if user is not None and user.user_name else None
    matrix = abilities_table(
        access.acl, endpoint.name, where=where, me=me, groups=user.groups if user is not None else ()
    )
    return Result(access, Stack(said, access_table(access.acl, endpoint.name, where=where), matrix))


def _saved(call: CommandCall, text: str) -> str:
    call.save(lambda file: file.write_text(f"{text}\n", encoding="utf-8"), "churn.json")
    return f"The grants were saved in {call['save']}; --import @{call['save']} takes them in."


# Several grants at once -----------------------------------------------------------------------------------------------


def _replace(call: CommandCall, endpoint: Endpoint, option: str) -> Result:
    base = endpoint.permissions.list().acl
    if option == "copy_from":
        grants, note = _copied(call, endpoint), f"From {call['copy_from']}:"
    else:
        grants, note = _grants(call, option), ""
    gone = [who for who in base.direct if who not in grants] if call["replace"] else []
    return change(call, endpoint, {**grants, **dict.fromkeys(gone)}, base, note)


def _copied(call: CommandCall, endpoint: Endpoint) -> Mapping[Principal, str]:
    from serving_widgets.workspace import Endpoint

    other = call["copy_from"]
    opened = getattr(other, "workspace", endpoint.workspace)
    source = other if isinstance(other, Endpoint) else Endpoint(opened, other)
    if source.name == endpoint.name and opened is endpoint.workspace:
        hint = "Name another endpoint."
        raise call.problem(f"These are the permissions of {source.name} already.", at="copy_from", hint=hint)
    acl: AccessControlList = source.permissions.list().acl
    return acl.direct


def _grants(call: CommandCall, option: str) -> Mapping[Principal, str]:
    from serving_widgets.api.permissions.grants_file import read_grants

    value = call.body() if option == _BODY else call[option]
    try:
        return read_grants(json.dumps(value))
    except ConfigError as error:
        raise call.problem(error.message, at=option, hint=error.hint) from None


# As the official command-line tool has it -----------------------------------------------------------------------------


def _by_id(call: CommandCall) -> Result:
    verb = call["name"] if isinstance(call["name"], str) else ""
    if verb not in (_GET, _UPDATE):
        hint = f"With type and id it is get or update: %serving permissions get {TYPES[0]} ID"
        raise call.problem(f"{call['type']!r} is unexpected here.", at="type", hint=hint)
    if call["type"].lower() not in TYPES:
        hint = f"Write %serving permissions {verb} {TYPES[0]} ID"
        raise call.problem(f"{call['type']!r} is neither {' nor '.join(TYPES)}.", at="type", hint=hint)
    if not call.given("id"):
        raise call.problem("ID is missing: the endpoint's id.", hint="%serving status NAME shows it.")
    refused = (*_WRITING, "replace", *(() if verb == _GET else ("save",)))
    call.refuse_with(
        refused, f"permissions {verb} has no {{}}.", "Name the endpoint instead: %serving permissions NAME"
    )
    endpoint, note = _found(call)
    if verb == _GET:
        if call.has_body() or call.given("grants"):
            raise call.problem("permissions get takes no grants.", at="grants", hint="Write update instead of get.")
        return _shown(call, endpoint, note)
    given = ["grants"] * call.given("grants") + [_BODY] * call.has_body()
    if len(given) > 1:
        raise call.problem("The line and the body both say what to grant.", at="grants", hint="Leave one of them out.")
    if not given:
        hint = 'After the id: \'{"access_control_list": [{"user_name": "…", "permission_level": "CAN_QUERY"}]}\''
        raise call.problem("The grants to make are missing.", hint=hint)
    return change(call, endpoint, _grants(call, given[0]), endpoint.permissions.list().acl, note)


def _found(call: CommandCall) -> tuple[Endpoint, str]:
    """Return the endpoint with the id on the line; one of that name does, too, and is told."""
    from serving_widgets.workspace import Endpoint

    opened, wanted = call.workspace(), call["id"]
    for ask in (False, True):
        if ask:
            opened.endpoints.list()
        infos = opened.watcher.seen()
        by_id = next((name for name, info in infos.items() if info.id == wanted), None)
        if by_id is not None:
            return Endpoint(opened, by_id), ""
        if wanted in infos:
            own = f"its id is {infos[wanted].id}" if infos[wanted].id else "it has no id"
            note = f"{wanted} is an endpoint's name; {own}, which is what the service's own tools want here."
            return Endpoint(opened, wanted), note
    hint = "%serving list shows the endpoints, %serving status NAME the id of one."
    raise call.problem(f"No endpoint that you may view has the id {wanted!r}.", at="id", hint=hint)


def _types(known: KnownNames) -> Iterable[str]:
    return TYPES if known.first_word in (_GET, _UPDATE) else ()


def _ids(known: KnownNames) -> Iterable[str]:
    return known.ids() if known.first_word in (_GET, _UPDATE) else ()


def _read_type(value: Any) -> str:
    if not isinstance(value, str):
        raise BadValueError("Grants go after --import here.", "%serving permissions NAME --import JSON")
    return value


_NAME = ValueType("NAME", ENDPOINT.read, lambda known: (*known.endpoints(), _GET, _UPDATE))


COMMAND = Command(
    summary="Show who may do what with an endpoint and why, save the grants, or apply those of a list or "
    "another endpoint.",
    about="For one principal, use %serving grant and %serving revoke. Grants are added by PATCH, and others "
    "stay; with --replace, others are removed. permissions get and update with type and id are those of the "
    "service's own "
    "command-line tool. It takes CAN_MANAGE on the endpoint, to look as well as to change.",
    run=run,
    see_also=("grant", "revoke"),
    writes=True,
    body='The grants to make, {"access_control_list": […]}, as for --import and update.',
    arguments=(
        Argument("name", _NAME, "The endpoint; or get or update, followed by type and id."),
        Argument("type", ValueType("TYPE", _read_type, _types), "servingendpoints, after get or update.", False),
        Argument("id", ValueType("ID", TEXT.read, _ids), "The endpoint's id, after the type.", False),
        Argument("grants", OBJECT, "The grants to make, after update and the id.", False),
    ),
    options=(
        Option(("--save",), "Write the grants to a file, as JSON.", FILE),
        Option(("--import",), "Grant what JSON, @file or $variable says.", OBJECT),
        Option(("--copy-from",), "Grant what is granted on another endpoint.", ENDPOINT),
        Option(("--replace",), "Remove what the list or the other endpoint does not have."),
        Option(("--explain",), "Explain why this principal has the access that it has.", PRINCIPAL),
        CONFIRM,
        YES,
    ),
    examples=(
        ("permissions churn", "Who may do what, and why."),
        ("permissions churn --explain vera@example.com", "Why a person has access, by her groups too."),
        ("permissions churn --save churn.json", "Keep the grants in a file."),
        ("permissions churn --import @churn.json --replace --dry-run", "Show what would restore them."),
        ("permissions pricing --copy-from churn", "Grant on one what is granted on another."),
        ("permissions get servingendpoints ed8f5616f33aabb67660df03647a8d3c", "By the endpoint's id."),
        (
            "permissions update servingendpoints ed8f5616f33aabb67660df03647a8d3c --json "
            '\'{"access_control_list": [{"user_name": "jsmith@example.com", "permission_level": "CAN_QUERY"}]}\'',
            "Grant by the endpoint's id.",
        ),
    ),
)
