"""``%serving grant``: give a principal a level on an endpoint."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.permission_changes import CONFIRM, KIND, WHO, change, resolve_principal
from serving_widgets.magic.shared.prompt import YES
from serving_widgets.magic.syntax.grammar import Argument, Command
from serving_widgets.magic.syntax.value_types import ENDPOINT, LEVEL, PRINCIPAL


def run(call: CommandCall) -> Any:
    """Grant, and show what changed; or show the request."""
    endpoint = call.endpoint()
    base = endpoint.permissions.list().acl
    return change(call, endpoint, {resolve_principal(call, call["principal"], base): call["level"]}, base)


COMMAND = Command(
    summary="Give a user, group or service principal a level on an endpoint; all others stay as they are.",
    about="CAN_MANAGE includes CAN_QUERY, which includes CAN_VIEW. A lower level than the one granted before replaces "
    "it. It takes CAN_MANAGE on the endpoint. Lowering your own level needs --confirm.",
    run=run,
    see_also=("permissions", "revoke"),
    writes=True,
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument("principal", PRINCIPAL, WHO),
        Argument("level", LEVEL, "CAN_VIEW, CAN_QUERY or CAN_MANAGE; query is short for CAN_QUERY."),
    ),
    options=(KIND, CONFIRM, YES),
    examples=(
        ("grant churn jsmith@example.com CAN_QUERY", "Let a user query it."),
        ("grant churn analysts view", "Let a group see it."),
        ("grant churn analysts CAN_MANAGE --dry-run", "Show what would change, and the request."),
    ),
)
