"""``%serving create``: a new endpoint."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.magic.running.call import CommandCall, dry_run_result
from serving_widgets.magic.shared.config_options import BODY
from serving_widgets.magic.shared.new_endpoint import NEW, wanted_endpoint
from serving_widgets.magic.shared.prompt import YES, ask_if_protected
from serving_widgets.magic.shared.waiting import WAIT_UNTIL_READY, waits
from serving_widgets.magic.syntax.grammar import Argument, Command, Option
from serving_widgets.magic.syntax.value_types import NEW_ENDPOINT, NUMBER


def run(call: CommandCall) -> Any:
    """Create the endpoint, or show the request; the form where nothing is said of it."""
    config, fields = wanted_endpoint(call)
    if not call.given("name"):
        if config is not None or fields or call.display == "static":
            raise call.problem("What shall it be called?", hint="Give it a name: %serving create NAME --entity MODEL.")
        from serving_widgets.widgets.create.create_endpoint import CreateEndpoint

        return CreateEndpoint(workspace=call.workspace())
    if config is None and "entity_name" not in fields:
        hint = "Name a model with --entity and --version, or give a whole configuration in the body or with --config."
        raise call.problem("What should it serve?", hint=hint)
    endpoints = call.workspace().endpoints
    try:
        planned = endpoints.plan(call.named(), config, **fields)
    except ConfigError as error:
        if error.code != "no_budget_policy" or not call.given("budget_policy"):
            raise
        raise call.problem(error.message, at="budget_policy", hint="Leave --budget out.") from None
    if call["dry_run"]:
        return dry_run_result(planned, call.workspace(), "create", call.named())
    ask_if_protected(call, "create", f"Create {call.named()}?", kept=f"{call.named()} was not created")
    waiting = {"wait": waits(call), "timeout": call["timeout"], "stop_after": call["stop_after"]}
    return endpoints.create(call.named(), config, **waiting, **fields)


COMMAND = Command(
    summary="Create an endpoint.",
    about="Its usage is billed by a budget policy: the one that --budget names, else the one that is assigned to you, "
    "if one is. It can be changed later on the endpoint's page in the workspace, with CAN_MANAGE; "
    "%serving budget shows it. Endpoints that serve external models have none.",
    run=run,
    see_also=("ensure", "update", "wait", "budget", "tags"),
    writes=True,
    body=BODY,
    arguments=(
        Argument("name", NEW_ENDPOINT, "Its name: 1 to 63 letters, digits, dashes and underscores.", required=False),
    ),
    options=(
        *NEW,
        *WAIT_UNTIL_READY,
        Option(("--stop-after",), "Minutes after which this kernel stops it again, with a notice before.", NUMBER),
        YES,
    ),
    examples=(
        ("create", "Open the form, which picks models and versions from the registry."),
        ("create ads --entity main.ml.ads --version 3", "Serve a version of a model."),
        (
            "create ads --entity main.ml.ads --version 3 --size Small --no-scale-to-zero --wait",
            "Set its size, and wait.",
        ),
        ("create ads --entity main.ml.ads --version 3 --budget 7d0c5e1a-52a4-4b1e-9a55-3f0c8f6f2b10", "Name a policy."),
        ("create ads --entity main.ml.ads --version 3 --stop-after 60", "Stop it in an hour, if this kernel runs."),
        ("create ads --config @ads.json --dry-run", "Show the request that a file makes."),
    ),
)
