"""``%serving update``: another configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.magic.running.call import CommandCall, dry_run_result
from serving_widgets.magic.shared.config_options import BODY, REST, VERSION, check_name, fields_of, whole_config
from serving_widgets.magic.shared.prompt import YES, confirm, is_asked_about
from serving_widgets.magic.shared.waiting import WAIT_UNTIL_READY, waited
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT, SHARE, TEXT, of_known

if TYPE_CHECKING:
    from serving_widgets.api.config.config_merge import ConfigRequest, ConfigUpdate
    from serving_widgets.workspace import Endpoint


def run(call: CommandCall) -> Any:
    """Update the endpoint, and show before and after; or show the request."""
    from serving_widgets.render import status_card
    from serving_widgets.render.stack import Stack
    from serving_widgets.workspace.changes.config_update import update_config, update_request, update_table
    from serving_widgets.workspace.runtime.event_loop import run_sync
    from serving_widgets.workspace.session.write_guard import refused

    request_of = _named(call)
    endpoint = call.endpoint()
    opened, name = endpoint.workspace, endpoint.name
    request, update = _planned(call, endpoint, request_of)
    table = update_table(opened, update)
    if call["dry_run"]:
        return dry_run_result(update_request(opened, update), opened, "update", name, table)
    if update.removed or is_asked_about(call):
        refusal = opened.why_not("update", endpoint.info)
        if refusal is not None:
            # What is refused now may be allowed a moment later: it must not go out without the question.
            raise refused(refusal, "update", name)
        question = f"{name} would lose {', '.join(update.removed)}." if update.removed else f"Update {name}?"
        confirm(call, question, "yes", action="update", kept=f"{name} was not updated")
    told = opened.writes.told(name, "update")
    made = run_sync(lambda: update_config(opened, name, request, update), twin="ep.aio.update_config(…)", **told)
    waited(call, endpoint)
    card = status_card(endpoint.info, where=opened.where, status=endpoint.status)
    return Result(endpoint, Stack(update_table(opened, made), card))


def _named(call: CommandCall) -> dict[str, Any]:
    """Return what the line names, checked as far as it can be without the endpoint."""
    config, fields = whole_config(call), fields_of(call)
    if call["unset_env"]:
        fields["environment_vars"] = {**fields.get("environment_vars", {}), **dict.fromkeys(call["unset_env"])}
    traffic: dict[str, int] = {}
    for name, percent in call["traffic"]:
        if name in traffic:
            raise call.problem(f"The share of {name} is given twice.", at="traffic", hint="Leave one out.")
        traffic[name] = percent
    if config is None and not (fields or traffic or call["remove"]):
        hint = "Name what is new, such as --version 4 or --traffic ENTITY=30, or give a configuration."
        raise call.problem("Nothing to change was named.", hint=hint)
    if config is not None:
        check_name(call, config)
        config = _bare(call, config)
    named = {"config": config, "fields": fields, "remove": call["remove"], **({"traffic": traffic} if traffic else {})}
    return {**named, "add": call["add"], "replace": call["replace"]}


def _planned(call: CommandCall, endpoint: Endpoint, named: dict[str, Any]) -> tuple[ConfigRequest, ConfigUpdate]:
    from serving_widgets.workspace.changes.config_update import numbered, update_of
    from serving_widgets.workspace.changes.request_bodies import config_request
    from serving_widgets.workspace.runtime.event_loop import run_sync

    served = [entity.name for entity in endpoint.info.entities]
    if named["fields"].get("entity_name") in served:
        named["entity"] = named["fields"].pop("entity_name")
    try:
        request = config_request(**named)
        opened, info = endpoint.workspace, endpoint.info
        request = run_sync(lambda: numbered(opened, info, request), twin="ep.aio.update_config(…)")
        return request, update_of(info, request)
    except ConfigError as error:
        at = _PLACES.get(error.code, "entity")
        if error.code == "no_entity":
            at = next((option for option in ("traffic", "remove") if call[option]), "entity")
        raise call.problem(error.message, at=at, hint=error.hint) from None


def _bare(call: CommandCall, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the configuration without the wrapping of a create request."""
    inner = config.get("config", {key: value for key, value in config.items() if key != "name"})
    if not isinstance(inner, Mapping):
        raise call.problem("The configuration's config is not a JSON object.", at="config", hint=BODY)
    return inner


#: Codes of what can be wrong with an update → the place of the line that is about it.
_PLACES = {
    "no_shares": "traffic",
    "which_entity": "name",
    "no_alias": "version",
    "no_registry": "version",
    "no_model": "version",
}

ENTITY = Option(
    ("--entity",),
    "The served entity to change, by its name or its model; or a model to add, as catalog.schema.model.",
    of_known("ENTITY", lambda known: known.entities()),
)

COMMAND = Command(
    summary="Change what an endpoint serves; the old configuration serves until the new one is ready.",
    about="What the line does not name stays as it is: other entities, their names, sizes and variables, and the "
    "traffic in proportion. The same goes for a configuration in the body or in --config: entities that it does "
    "not list stay. With --replace, what is not named is removed. Before and after are shown; it asks before an "
    "entity or a variable is removed.",
    run=run,
    see_also=("wait", "status", "create"),
    writes=True,
    body=BODY,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        ENTITY,
        VERSION,
        *REST,
        Option(("--unset-env",), "An environment variable to remove.", TEXT, repeated=True),
        Option(("--traffic",), "The share of a served entity, in whole percents.", SHARE, repeated=True),
        Option(("--remove",), "A served entity to remove.", ENTITY.type, repeated=True),
        Option(("--add",), "Add the version as one more entity, beside that of the same model."),
        Option(("--replace",), "Replace the whole configuration."),
        YES,
        *WAIT_UNTIL_READY,
    ),
    examples=(
        ("update ads --version 4", "Serve another version of the same model."),
        (
            "update fraud-detector --entity main.risk.fraud_detector --version 9",
            "Change the version of one of two models.",
        ),
        (
            "update ads --entity main.ml.ads --version 5 --add --traffic ads-5=10",
            "Try a version on a tenth of the traffic.",
        ),
        ("update ads --entity main.ml.ads2 --version 1 --replace --yes --wait", "Serve another model instead."),
        ("update fraud-detector --traffic fraud_challenger-2=30", "Give it 30 percent, and the others the rest."),
        ("update fraud-detector --remove fraud_challenger-2 --yes", "Remove an entity; the others get its traffic."),
        ("update ads --size Medium --dry-run", "Show the request that would resize it."),
    ),
)
