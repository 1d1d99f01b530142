"""The budget policy of an endpoint: which one is in effect, where it comes from, and why there is none. Pure.

Databricks docs, *Manage model serving endpoints*, "Add a budget policy": a policy is chosen at creation, or is the
creator's own; endpoints of external models and of pay-per-token foundation models have none.
"""

from __future__ import annotations

import dataclasses

from .models import EndpointInfo


@dataclasses.dataclass(frozen=True, slots=True)
class Budget:
    """What there is to say about an endpoint's budget policy.

    Attributes
    ----------
    policy
        The id of the policy in effect; None where there is none.
    possible
        Whether an endpoint of this kind can have one.
    source
        A sentence: where the policy comes from, or why there is none.
    change
        A sentence: why it can't be changed from here; "" where there is nothing to change.
    """

    policy: str | None
    possible: bool
    source: str
    change: str


_CHANGE = (
    "No public call of the service changes the budget policy of an existing endpoint; "
    "whoever can manage it can do so on its page in the workspace."
)
_SET = "Set or assigned when the endpoint was created, or set on its page since: the service does not tell which."
_UNSET = "None was set or assigned when the endpoint was created, nor set on its page since."
_WITHOUT = {"external": "external models", "foundation": "pay-per-token foundation models"}


def budget_of(info: EndpointInfo) -> Budget:
    """Return what there is to say about the budget policy of an endpoint.

    Examples
    --------
    >>> budget_of(EndpointInfo.read({"name": "ads", "effective_budget_policy_id": "c41b"})).source
    'Set or assigned when the endpoint was created, or set on its page since: the service does not tell which.'
    """
    policy = info.budget_policy
    if policy is not None:
        return Budget(policy, True, _SET, _CHANGE)
    if info.kind in _WITHOUT:
        return Budget(None, False, f"Endpoints that serve {_WITHOUT[info.kind]} can't have one.", "")
    return Budget(None, True, _UNSET, _CHANGE)
