"""``%serving stop``: shut an endpoint down, for a while."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from serving_widgets.magic.call import Call, unsent
from serving_widgets.magic.grammar import Argument, Command, Option
from serving_widgets.magic.kinds import ENDPOINT, SECONDS

if TYPE_CHECKING:
    from serving_widgets.workspace import Endpoint

#: Service seconds that stopping may take before --wait gives up.
LIMIT = 600.0
#: Host seconds between two looks.
PAUSE = 2.0


def run(call: Call) -> Any:
    """Stop the endpoint, or show the request."""
    if call["dry_run"]:
        return unsent(call.handle().plan("stop"))
    endpoint = call.endpoint().stop()
    if call["wait"] or call.given("timeout"):
        _settle(endpoint, call["timeout"] or LIMIT)
    return endpoint


def _settle(endpoint: Endpoint, limit: float) -> None:
    from serving_widgets.api.errors import WaitTimeout

    clock = endpoint.workspace.clock
    deadline = clock.now() + limit
    while not endpoint.status.settled:
        left = deadline - clock.now()
        if left <= 0:
            hint = f"It goes on by itself. Look again: %serving status {endpoint.name}"
            raise WaitTimeout(f"{endpoint.name} is still {endpoint.label}.", hint=hint)
        if not clock.skip(left):
            time.sleep(PAUSE)
        endpoint.refresh()


COMMAND = Command(
    summary="Stop an endpoint: it costs nothing and answers nothing until it is started again.",
    about="Only endpoints that serve custom models, are not route-optimized and have no update in progress can "
    "be stopped.",
    run=run,
    writes=True,
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        Option(("--wait",), "Wait until it has stopped."),
        Option(("--timeout",), "Wait, for so many seconds at most.", SECONDS),
    ),
    examples=(
        ("stop unity-model-endpoint", "Stop it."),
        ("stop unity-model-endpoint --dry-run", "Show the request."),
    ),
)
