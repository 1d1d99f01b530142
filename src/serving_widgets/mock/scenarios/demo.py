"""The demo: ten endpoints, one of each kind and in each state that there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from serving_widgets.mock.language import BY_TASK
from serving_widgets.mock.scoring import demo_models
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import (
    SCALED_TO_ZERO,
    Config,
    EndpointRecord,
    Entity,
    foundation_model,
    registered_model,
)
from serving_widgets.mock.service.users import ADA, BATCH, BEN, CUSTOMER, DEFAULT_BUDGET_POLICY, TEAM_GRANTS, MockUser
from serving_widgets.mock.state.lifecycle import OUTCOMES

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

_HOUR = 3600.0
_DAY = 24 * _HOUR
_RESEARCH_POLICY = "c41b0f6e-2d8f-4f0a-8b53-9a1e7d204c66"

_MODELS = {
    "myCatalog.mySchema.my-ads-model": demo_models.ADS,
    "main.examples.vanilla_simple_model": demo_models.VANILLA,
    "main.risk.fraud_detector": demo_models.FRAUD,
    "main.risk.fraud_challenger": demo_models.FRAUD,
    "main.customers.churn_model": demo_models.CHURN,
    "main.sales.pricing_model": demo_models.PRICING,
    "main.customers.nightly_scores": demo_models.NIGHTLY,
    "main.shop.recommender": demo_models.RECOMMENDER,
    "main.features.user_features": demo_models.FEATURES,
    "system.ai.databricks-llama": BY_TASK["llm/v1/chat"],
}


def fill(world: World) -> None:
    """Put the ten endpoints into the workspace."""
    world.models.update(_MODELS)
    _unity_model(world)
    _example(world)
    _fraud_detector(world)
    _churn(world)
    _pricing(world)
    _nightly_scores(world)
    _recommender(world)
    _chat(world)
    _llama(world)
    _user_features(world)


def _unity_model(world: World) -> None:
    """Add the first example of the docs' page *Manage model serving endpoints*; it has ``update_state``, too."""
    at = 1666829055.0
    endpoint = _add(world, "unity-model-endpoint", CUSTOMER, at, legacy_state=True)
    spec = registered_model("myCatalog.mySchema.my-ads-model", "1", scale_to_zero=False)
    endpoint.serve(1, [Entity({**spec, "name": "my-ads-model"}, CUSTOMER.name, at)], at)


def _example(world: World) -> None:
    updated = _days_ago(12)
    endpoint = _add(world, "example-endpoint", ADA, _days_ago(41), {"purpose": "tutorial"}, updated=updated)
    endpoint.description = "A small model to try queries with."
    spec = registered_model("main.examples.vanilla_simple_model", "2", scale_to_zero=False)
    endpoint.serve(2, [Entity(spec, ADA.name, updated)], updated)


def _fraud_detector(world: World) -> None:
    """Add one where two entities share the traffic, and a new version of one of them is on its way."""
    tags = {"team": "risk", "tier": "critical", "cost-center": "4711"}
    accepted, asked = _days_ago(20), EPOCH - 75.0
    endpoint = _add(world, "fraud-detector", BEN, _days_ago(96), tags, updated=asked)
    endpoint.demand, endpoint.budget_policy = 240.0, DEFAULT_BUDGET_POLICY
    challenger = registered_model("main.risk.fraud_challenger", "2", scale_to_zero=False)
    versions = {7: accepted, 8: asked}
    serving, coming = (
        [
            Entity(
                registered_model("main.risk.fraud_detector", str(version), "Medium", scale_to_zero=False), BEN.name, at
            ),
            Entity(challenger, ADA.name, accepted),
        ]
        for version, at in versions.items()
    )
    endpoint.serve(11, serving, accepted, 90, 10)
    routes = [("fraud_detector-8", 90), ("fraud_challenger-2", 10)]
    world.lifecycle.accept(endpoint, Config(12, coming, routes, asked), asked)


def _churn(world: World) -> None:
    """Add one whose update failed in its build; the old version serves on."""
    accepted, asked = _days_ago(33), EPOCH - 2 * _HOUR
    tags = {"team": "customers", "tier": "standard"}
    endpoint = _add(world, "churn", ADA, _days_ago(61), tags, updated=asked, budget_policy=DEFAULT_BUDGET_POLICY)
    endpoint.serve(3, [Entity(registered_model("main.customers.churn_model", "3"), ADA.name, accepted)], accepted)
    failure = replace(OUTCOMES["broken"], failing="version_conflict")
    world.lifecycle.outcomes["main.customers.churn_model", "4"] = failure
    broken = Entity(registered_model("main.customers.churn_model", "4"), ADA.name, asked)
    world.lifecycle.accept(endpoint, Config(4, [broken], [("churn_model-4", 100)], asked), asked)


def _pricing(world: World) -> None:
    accepted = _days_ago(70)
    tags = {"team": "sales", "season": "winter"}
    endpoint = _add(world, "pricing", BEN, _days_ago(150), tags, updated=accepted)
    del endpoint.grants["group", "analysts"]
    spec = registered_model("main.sales.pricing_model", "5", scale_to_zero=False)
    endpoint.serve(5, [Entity(spec, BEN.name, accepted)], accepted)
    world.lifecycle.stop(endpoint)


def _nightly_scores(world: World) -> None:
    accepted = _days_ago(48)
    tags = {"team": "customers", "schedule": "nightly"}
    endpoint = _add(world, "nightly-scores", BATCH, _days_ago(200), tags, updated=accepted)
    spec = registered_model("main.customers.nightly_scores", "14")
    endpoint.serve(14, [Entity(spec, BATCH.name, accepted, message=SCALED_TO_ZERO)], accepted)


def _recommender(world: World) -> None:
    at = _days_ago(28)
    endpoint = _add(world, "recommender", BEN, at, {"team": "shop", "tier": "critical"}, route_optimized=True)
    endpoint.demand, endpoint.budget_policy = 90.0, _RESEARCH_POLICY
    spec = registered_model("main.shop.recommender", "21", "Large", "GPU_SMALL", scale_to_zero=False)
    endpoint.serve(2, [Entity(spec, BEN.name, at)], at)


def _chat(world: World) -> None:
    at = _days_ago(17)
    limits = [{"calls": 100, "key": "user", "renewal_period": "minute"}]
    gateway = {"usage_tracking_config": {"enabled": True}, "rate_limits": limits}
    endpoint = _add(world, "chat", ADA, at, {"team": "assistants"}, task="llm/v1/chat", extra={"ai_gateway": gateway})
    model = {"name": "gpt-4o", "provider": "openai", "task": "llm/v1/chat"}
    model["openai_config"] = {"openai_api_key": "{{secrets/llm/openai}}"}  # type: ignore[assignment]
    spec = {"name": "gpt-4o", "type": "EXTERNAL_MODEL", "external_model": model}
    endpoint.serve(1, [Entity(spec, ADA.name, at)], at)


def _llama(world: World) -> None:
    """Add a ready-made pay-per-token endpoint: it has no creator and no id, and no user may change it."""
    at = _days_ago(300)
    endpoint = _add(world, "databricks-llama", ADA, at, built_in=True, task="llm/v1/chat")
    endpoint.extra = {"capabilities": {"function_calling": True, "long_context": True}}
    spec = foundation_model("system.ai.databricks-llama", "Llama")
    endpoint.serve(1, [Entity(spec, "", at)], at)


def _user_features(world: World) -> None:
    at = _days_ago(9)
    endpoint = _add(world, "user-features", BEN, at, {"team": "platform"})
    spec = {"name": "user_features", "entity_name": "main.features.user_features", "type": "FEATURE_SPEC"}
    size = {"workload_size": "Small", "scale_to_zero_enabled": True}
    endpoint.serve(1, [Entity({**spec, **size}, BEN.name, at)], at)


def _add(
    world: World, name: str, user: MockUser, at: float, tags: Mapping[str, str | None] | None = None, **fields: Any
) -> EndpointRecord:
    endpoint = replace(world.new_endpoint(name, user, at), tags=dict(tags or {}), **fields)
    endpoint.grants.update(TEAM_GRANTS)
    world.add(endpoint)
    return endpoint


def _days_ago(days: float) -> float:
    return EPOCH - days * _DAY
