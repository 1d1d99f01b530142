"""``%serving budget``: the budget policy of an endpoint."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import ENDPOINT


def run(call: CommandCall) -> Any:
    """Return the policy in effect, where it comes from, and how it is changed."""
    from serving_widgets.api.endpoint.budget import budget_of
    from serving_widgets.render import Card

    endpoint = call.endpoint()
    budget = budget_of(endpoint.info)
    facts = [
        ("Budget policy", budget.policy or "none"),
        ("Origin", budget.source),
        ("To change it", budget.change),
        ("Its page", endpoint.workspace.page_of(endpoint.name) if budget.change else ""),
    ]
    return Result(budget, Card(f"Budget policy of {endpoint.name} – {endpoint.workspace.where}", facts))


COMMAND = Command(
    summary="Show the budget policy of an endpoint, by which its usage is billed, and where it comes from.",
    about="A policy is set when an endpoint is created: %serving create --budget. Where none is named, the service "
    "takes the one that is assigned to the creator. Endpoints that were there before a user got a policy do not get it "
    "by themselves. Endpoints that serve external models or pay-per-token foundation models have none.",
    run=run,
    see_also=("create", "status"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    examples=(
        ("budget churn", "The policy in effect."),
        ("budget chat", "Why an endpoint of an external model has none."),
    ),
)
