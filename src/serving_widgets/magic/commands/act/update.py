"""``%serving update``: another configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.config_options import BODY, ENTITY, REST, VERSION, check_name, fields_of, whole_config
from serving_widgets.magic.shared.waiting import WAIT_UNTIL_READY, waited
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import ENDPOINT, SHARE

if TYPE_CHECKING:
    from serving_widgets.workspace import Endpoint


def run(call: CommandCall) -> Any:
    """Update the endpoint, or show the request."""
    config, fields = whole_config(call), fields_of(call)
    if call.given("traffic"):
        return _shared(call, config, fields)
    if config is None and not fields:
        hint = (
            "Name what is new, such as --version 4 or --traffic ENTITY=30, or give a whole configuration in the body "
            "or with --config."
        )
        raise call.problem("What shall change?", hint=hint)
    if config is not None:
        check_name(call, config)
        config = _bare(call, config)
    endpoint = call.handle()
    if config is None and "entity_name" not in fields:
        endpoint = call.endpoint()
        fields = _kept(call, endpoint) | fields
    if call["dry_run"]:
        return call.dry_run("update", config, **fields)
    return waited(call, endpoint.update_config(config, **fields))


def _shared(call: CommandCall, config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> Any:
    """Change the traffic alone, or show the request."""
    from serving_widgets.workspace.changes.traffic_split import shared

    if config is not None or fields:
        hint = "--traffic leaves the entities as they are. To change both, give a whole configuration."
        raise call.problem("--traffic is for the traffic alone.", at="traffic", hint=hint)
    traffic: dict[str, int] = {}
    for name, percent in call["traffic"]:
        if name in traffic:
            raise call.problem(f"The share of {name} is given twice.", at="traffic", hint="Leave one out.")
        traffic[name] = percent
    endpoint = call.endpoint()
    try:
        body = shared(endpoint.info, traffic)
    except ConfigError as error:
        raise call.problem(error.message, at="traffic", hint=error.hint) from None
    if call["dry_run"]:
        return call.dry_run("update", body)
    return waited(call, endpoint.update_config(traffic=traffic))


def _bare(call: CommandCall, config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the configuration without the wrapping of a create request."""
    inner = config.get("config", {key: value for key, value in config.items() if key != "name"})
    if not isinstance(inner, Mapping):
        raise call.problem("The configuration's config is no JSON object.", at="config", hint=BODY)
    return inner


def _kept(call: CommandCall, endpoint: Endpoint) -> dict[str, Any]:
    """Return the fields of the endpoint's one served entity, of which the line changes some."""
    from serving_widgets.workspace.changes.request_bodies import ENTITY_FIELDS

    if len(endpoint.entities) != 1:
        count = len(endpoint.entities)
        hint = f"%serving status {endpoint.name} shows them. Name one with --entity, or give the whole configuration."
        raise call.problem(f"{endpoint.name} serves {count} entities: which one is meant?", at="name", hint=hint)
    entity = endpoint.entities[0]
    fields = {field: getattr(entity, field, None) for field in ENTITY_FIELDS}
    return {field: value for field, value in fields.items() if value is not None}


COMMAND = Command(
    summary="Change what an endpoint serves; the old configuration serves until the new one is ready.",
    about="Without --entity, the options change the one entity that the endpoint serves. With it, or with a whole "
    "configuration, they replace all that it serves. --traffic changes the traffic alone: what it does not name shares "
    "the rest in its present proportions.",
    run=run,
    see_also=("wait", "status", "create"),
    writes=True,
    body=BODY,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        ENTITY,
        VERSION,
        *REST,
        Option(("--traffic",), "The share of a served entity, in whole percents; entities stay.", SHARE, repeated=True),
        *WAIT_UNTIL_READY,
    ),
    examples=(
        ("update ads --version 4", "Serve another version of the same model."),
        ("update ads --entity main.ml.ads2 --version 1 --wait", "Serve another model, and wait."),
        ("update fraud-detector --traffic fraud_challenger-2=30", "Give it 30 percent, and the others the rest."),
        ("update ads --size Medium --dry-run", "Show the request that would resize it."),
    ),
)
