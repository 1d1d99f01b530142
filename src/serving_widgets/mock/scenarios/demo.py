"""Ten endpoints, one of each kind and in each situation that there is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from serving_widgets.mock.language import BY_TASK
from serving_widgets.mock.scoring import model
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import JSON, SCALED_TO_ZERO, Config, EndpointRecord, Entity
from serving_widgets.mock.service.users import ADA, BATCH, BEN, CUSTOMER, DEFAULT_BUDGET_POLICY, TEAM_GRANTS, MockUser
from serving_widgets.mock.state.lifecycle import OUTCOMES

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

_HOUR = 3600.0
_DAY = 24 * _HOUR
_RESEARCH_POLICY = "c41b0f6e-2d8f-4f0a-8b53-9a1e7d204c66"

_MODELS = {
    "myCatalog.mySchema.my-ads-model": model.ADS,
    "main.examples.vanilla_simple_model": model.VANILLA,
    "main.risk.fraud_detector": model.FRAUD,
    "main.risk.fraud_challenger": model.FRAUD,
    "main.customers.churn_model": model.CHURN,
    "main.sales.pricing_model": model.PRICING,
    "main.customers.nightly_scores": model.NIGHTLY,
    "main.shop.recommender": model.RECOMMENDER,
    "main.features.user_features": model.FEATURES,
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
    endpoint = _made(world, "unity-model-endpoint", CUSTOMER, at)
    endpoint.legacy_state = True
    spec = _model("myCatalog.mySchema.my-ads-model", "1", name="my-ads-model", to_zero=False)
    _serving(endpoint, 1, [Entity(spec, CUSTOMER.name, at)], at)


def _example(world: World) -> None:
    at = EPOCH - 41 * _DAY
    endpoint = _made(world, "example-endpoint", ADA, at)
    endpoint.tags = {"purpose": "tutorial"}
    endpoint.description = "A small model to try queries with."
    endpoint.updated = EPOCH - 12 * _DAY
    spec = _model("main.examples.vanilla_simple_model", "2", to_zero=False)
    _serving(endpoint, 2, [Entity(spec, ADA.name, endpoint.updated)], endpoint.updated)


def _fraud_detector(world: World) -> None:
    """Add one where two entities share the traffic, and a new version of one of them is on its way."""
    at = EPOCH - 96 * _DAY
    endpoint = _made(world, "fraud-detector", BEN, at)
    endpoint.tags = {"team": "risk", "tier": "critical", "cost-center": "4711"}
    endpoint.demand = 240.0
    endpoint.budget_policy = DEFAULT_BUDGET_POLICY
    champion = _model("main.risk.fraud_detector", "7", size="Medium", to_zero=False)
    challenger = _model("main.risk.fraud_challenger", "2", to_zero=False)
    newer = _model("main.risk.fraud_detector", "8", size="Medium", to_zero=False)
    accepted = EPOCH - 20 * _DAY
    served = [Entity(champion, BEN.name, accepted), Entity(challenger, ADA.name, accepted)]
    _serving(endpoint, 11, served, accepted, [("fraud_detector-7", 90), ("fraud_challenger-2", 10)])
    asked = EPOCH - 75.0
    endpoint.updated = asked
    coming = [Entity(newer, BEN.name, asked), Entity(challenger, ADA.name, accepted)]
    routes = [("fraud_detector-8", 90), ("fraud_challenger-2", 10)]
    world.lifecycle.accept(endpoint, Config(12, coming, routes, asked), asked)


def _churn(world: World) -> None:
    """Add one whose update failed in its build; the old version serves on."""
    at = EPOCH - 61 * _DAY
    endpoint = _made(world, "churn", ADA, at)
    endpoint.tags = {"team": "customers", "tier": "standard"}
    endpoint.budget_policy = DEFAULT_BUDGET_POLICY
    accepted = EPOCH - 33 * _DAY
    _serving(endpoint, 3, [Entity(_model("main.customers.churn_model", "3"), ADA.name, accepted)], accepted)
    asked = EPOCH - 2 * _HOUR
    endpoint.updated = asked
    world.lifecycle.outcomes["main.customers.churn_model", "4"] = replace(
        OUTCOMES["broken"], failing="version_conflict"
    )
    broken = Entity(_model("main.customers.churn_model", "4"), ADA.name, asked)
    world.lifecycle.accept(endpoint, Config(4, [broken], [("churn_model-4", 100)], asked), asked)


def _pricing(world: World) -> None:
    at = EPOCH - 150 * _DAY
    endpoint = _made(world, "pricing", BEN, at)
    endpoint.tags = {"team": "sales", "season": "winter"}
    del endpoint.grants["group", "analysts"]
    accepted = EPOCH - 70 * _DAY
    _serving(
        endpoint, 5, [Entity(_model("main.sales.pricing_model", "5", to_zero=False), BEN.name, accepted)], accepted
    )
    endpoint.updated = accepted
    world.lifecycle.stop(endpoint)


def _nightly_scores(world: World) -> None:
    at = EPOCH - 200 * _DAY
    endpoint = _made(world, "nightly-scores", BATCH, at)
    endpoint.tags = {"team": "customers", "schedule": "nightly"}
    accepted = EPOCH - 48 * _DAY
    entity = Entity(_model("main.customers.nightly_scores", "14"), BATCH.name, accepted, message=SCALED_TO_ZERO)
    _serving(endpoint, 14, [entity], accepted)
    endpoint.updated = accepted


def _recommender(world: World) -> None:
    at = EPOCH - 28 * _DAY
    endpoint = _made(world, "recommender", BEN, at)
    endpoint.tags = {"team": "shop", "tier": "critical"}
    endpoint.demand = 90.0
    endpoint.route_optimized = True
    endpoint.budget_policy = _RESEARCH_POLICY
    spec = _model("main.shop.recommender", "21", size="Large", to_zero=False, workload_type="GPU_SMALL")
    _serving(endpoint, 2, [Entity(spec, BEN.name, at)], at)


def _chat(world: World) -> None:
    at = EPOCH - 17 * _DAY
    endpoint = _made(world, "chat", ADA, at)
    endpoint.tags = {"team": "assistants"}
    endpoint.task = "llm/v1/chat"
    endpoint.extra = {
        "ai_gateway": {
            "usage_tracking_config": {"enabled": True},
            "rate_limits": [{"calls": 100, "key": "user", "renewal_period": "minute"}],
        }
    }
    model = {
        "name": "gpt-4o",
        "provider": "openai",
        "task": "llm/v1/chat",
        "openai_config": {"openai_api_key": "{{secrets/llm/openai}}"},
    }
    spec = {"name": "gpt-4o", "type": "EXTERNAL_MODEL", "external_model": model}
    _serving(endpoint, 1, [Entity(spec, ADA.name, at)], at)


def _llama(world: World) -> None:
    """Add a ready-made pay-per-token endpoint: nobody made it, it has no id, and no one may change it."""
    at = EPOCH - 300 * _DAY
    endpoint = _made(world, "databricks-llama", ADA, at)
    endpoint.built_in = True
    endpoint.task = "llm/v1/chat"
    endpoint.extra = {"capabilities": {"function_calling": True, "long_context": True}}
    model = {
        "name": "system.ai.databricks-llama",
        "display_name": "Llama",
        "docs": "https://docs.databricks.com/machine-learning/foundation-model-apis/",
        "description": "A general-purpose chat model, paid per token.",
    }
    spec = {
        "name": "databricks-llama",
        "entity_name": "system.ai.databricks-llama",
        "type": "FOUNDATION_MODEL",
        "foundation_model": model,
    }
    _serving(endpoint, 1, [Entity(spec, "", at)], at)


def _user_features(world: World) -> None:
    at = EPOCH - 9 * _DAY
    endpoint = _made(world, "user-features", BEN, at)
    endpoint.tags = {"team": "platform"}
    spec = {
        "name": "user_features",
        "entity_name": "main.features.user_features",
        "type": "FEATURE_SPEC",
        "workload_size": "Small",
        "scale_to_zero_enabled": True,
    }
    _serving(endpoint, 1, [Entity(spec, BEN.name, at)], at)


def _made(world: World, name: str, user: MockUser, at: float) -> EndpointRecord:
    endpoint = world.make(name, user, at)
    endpoint.grants.update(TEAM_GRANTS)
    world.add(endpoint)
    return endpoint


def _model(
    entity_name: str,
    version: str,
    *,
    name: str = "",
    size: str = "Small",
    workload_type: str = "CPU",
    to_zero: bool = True,
) -> JSON:
    return {
        "name": name or f"{entity_name.rsplit('.', 1)[-1]}-{version}",
        "entity_name": entity_name,
        "entity_version": version,
        "type": "UC_MODEL",
        "workload_size": size,
        "workload_type": workload_type,
        "scale_to_zero_enabled": to_zero,
    }


def _serving(
    endpoint: EndpointRecord,
    version: int,
    entities: list[Entity],
    at: float,
    routes: list[tuple[str, int]] | None = None,
) -> None:
    endpoint.config = Config(version, entities, routes or [(entities[0].name, 100)], at)
    endpoint.history.append(endpoint.config)
    endpoint.ready = True
