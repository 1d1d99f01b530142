"""``%serving create``: a new endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.magic.running.call import CommandCall, dry_run_result
from serving_widgets.magic.shared.config_options import BODY, ENTITY, REST, VERSION, check_name, fields_of, whole_config
from serving_widgets.magic.shared.waiting import WAIT_UNTIL_READY, waits
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import NEW_ENDPOINT, PAIR, TEXT


def run(call: CommandCall) -> Any:
    """Create the endpoint, or show the request."""
    given = whole_config(call)
    beside: dict[str, Any] = {
        field: call[option]
        for option, field in (
            ("budget_policy", "budget_policy_id"),
            ("description", "description"),
            ("route_optimized", "route_optimized"),
        )
        if call.given(option)
    }
    config, tags = _taken_apart(call, given, beside) if given is not None else (None, {})
    if call["tag"] or tags:
        beside["tags"] = {**tags, **dict(call["tag"])}
    fields = {**fields_of(call), **beside}
    if config is None and "entity_name" not in fields:
        hint = "Name a model with --entity and --version, or give a whole configuration in the body or with --config."
        raise call.problem("What shall it serve?", hint=hint)
    endpoints = call.workspace().endpoints
    try:
        planned = endpoints.plan(call.named(), config, **fields)
    except ConfigError as error:
        if error.code != "no_budget_policy" or not call.given("budget_policy"):
            raise
        raise call.problem(error.message, at="budget_policy", hint="Leave --budget out.") from None
    if call["dry_run"]:
        return dry_run_result(planned, call.workspace(), "create", call.named())
    return endpoints.create(call.named(), config, wait=waits(call), timeout=call["timeout"], **fields)


def _taken_apart(
    call: CommandCall, given: Mapping[str, Any], beside: dict[str, Any]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Return configuration and tags of what may be a whole create request; its other fields go to ``beside``."""
    if "config" not in given:
        return given, {}
    check_name(call, given)
    request = dict(given)
    config, tags = request.pop("config"), request.pop("tags", None) or []
    request.pop("name", None)
    if not isinstance(config, Mapping):
        raise call.problem("The configuration's config is no JSON object.", at="config", hint=BODY)
    for field, value in request.items():
        beside.setdefault(field, value)
    try:
        return config, {tag["key"]: tag.get("value") or "" for tag in tags}
    except (TypeError, KeyError, AttributeError):
        hint = 'They look like [{"key": "team", "value": "risk"}].'
        raise call.problem("The configuration's tags can't be read.", at="config", hint=hint) from None


COMMAND = Command(
    summary="Create an endpoint.",
    about="Its usage is billed by a budget policy: the one that --budget names, else the one that is assigned to you, "
    "if one is. It can be changed later on the endpoint's page in the workspace, with CAN_MANAGE; "
    "%serving budget shows it. Endpoints that serve external models have none.",
    run=run,
    see_also=("update", "wait", "budget", "tags"),
    writes=True,
    body=BODY,
    arguments=(Argument("name", NEW_ENDPOINT, "What to call it: 1 to 63 letters, digits, dashes and underscores."),),
    options=(
        ENTITY,
        VERSION,
        *REST,
        Option(("--tag",), "A tag.", PAIR, repeated=True),
        Option(
            ("--budget", "--budget-policy"), "The id of a budget policy; yours unless given, if you have one.", TEXT
        ),
        Option(("--description",), "What it is for; it can't be changed later.", TEXT),
        Option(("--route-optimized",), "Optimize its route; it can't be changed later."),
        *WAIT_UNTIL_READY,
    ),
    examples=(
        ("create ads --entity main.ml.ads --version 3", "Serve a version of a model."),
        ("create ads --entity main.ml.ads --version 3 --size Small --no-scale-to-zero --wait", "Say how, and wait."),
        ("create ads --entity main.ml.ads --version 3 --budget 7d0c5e1a-52a4-4b1e-9a55-3f0c8f6f2b10", "Name a policy."),
        ("create ads --config @ads.json --dry-run", "Show the request that a file makes."),
    ),
)
