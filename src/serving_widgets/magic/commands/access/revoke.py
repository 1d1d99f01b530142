"""``%serving revoke``: take away what was granted on an endpoint."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.permission_changes import CONFIRM, KIND, WHO, change, resolve_principal
from serving_widgets.magic.shared.prompt import YES
from serving_widgets.magic.syntax.grammar import Argument, Command
from serving_widgets.magic.syntax.value_types import ENDPOINT, PRINCIPAL


def run(call: CommandCall) -> Any:
    """Revoke, and show what changed; or show the request."""
    endpoint = call.endpoint()
    base = endpoint.permissions.list().acl
    return change(call, endpoint, {resolve_principal(call, call["principal"], base): None}, base)


COMMAND = Command(
    summary="Take away what was granted to a user, group or service principal on an endpoint.",
    about="What is inherited stays: it can only be changed where it comes from. The service has no request to revoke "
    "one grant, so all that stay are sent, and nothing is if another user changed them meanwhile. Taking away "
    "your own access, or the last manager's, needs --confirm.",
    run=run,
    see_also=("permissions", "grant"),
    writes=True,
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument("principal", PRINCIPAL, WHO),
    ),
    options=(KIND, CONFIRM, YES),
    examples=(
        ("revoke churn analysts", "Take a group's grant away."),
        ("revoke churn analysts --dry-run", "Show what would change, and the request."),
    ),
)
