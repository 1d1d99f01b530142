"""The large scenario: a thousand endpoints, or as many as wanted, of every kind and status."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import JSON, Config, EndpointRecord, Entity, draw, registered_model
from serving_widgets.mock.service.users import ADA, BATCH, BEN, DEFAULT_BUDGET_POLICY, TEAM_GRANTS, USERS

from .initial_states import set_initial_state

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

_DAY = 86_400.0
_TEAMS = ("risk", "sales", "shop", "customers", "logistics", "support", "finance", "platform")
_SUBJECTS = (
    "churn", "fraud", "price", "demand", "routing", "intent", "lead", "stock", "credit", "anomaly", "ranking", "upsell",
)  # fmt: skip
_FORMS = ("score", "forecast", "classifier", "embedding", "assistant", "ranker", "detector", "lookup")
_STAGES = ("dev", "test", "prod")
_CREATORS = (ADA, BEN, BATCH, *USERS[2:])
_KINDS = (("custom", 0.80), ("provisioned", 0.85), ("external", 0.93), ("features", 1.0))
_STATES = (
    ("ready", 0.60),
    ("scaled to zero", 0.75),
    ("stopped", 0.84),
    ("update failed", 0.88),
    ("creation failed", 0.91),
    ("update canceled", 0.93),
    ("without config", 0.95),
    ("creating", 0.97),
    ("updating", 1.0),
)


def fill(world: World, count: int) -> None:
    """Put `count` endpoints into the workspace; each is built when it is first read."""
    world.quota = None
    for index in range(count):
        subject, form = _SUBJECTS[index % len(_SUBJECTS)], _FORMS[index // 7 % len(_FORMS)]
        name = f"{_TEAMS[index % len(_TEAMS)]}-{subject}-{form}-{index:05d}"
        world.add_later(name, partial(_build, world, index, name))


def _build(world: World, index: int, name: str) -> EndpointRecord:
    """Return endpoint number `index`; all of it follows from the number."""
    made = EPOCH - (5 + 700 * draw(index, "made")) * _DAY
    endpoint = world.new_endpoint(name, _CREATORS[int(draw(index, "creator") ** 2 * len(_CREATORS))], made)
    endpoint.updated = made + (EPOCH - made) * draw(index, "updated") * 0.99
    endpoint.grants.update(TEAM_GRANTS)
    endpoint.tags = {"team": name.split("-")[0], "stage": _STAGES[index % 3]}
    if index % 5 == 0:
        endpoint.tags["owner"] = endpoint.creator
    if index % 11 == 0:
        endpoint.tags["pii"] = None
    kind, state = _pick(_KINDS, draw(index, "kind")), _pick(_STATES, draw(index, "situation"))
    endpoint.budget_policy = DEFAULT_BUDGET_POLICY if kind != "external" and index % 3 == 0 else None
    endpoint.route_optimized = kind == "custom" and index % 17 == 0
    if kind == "external":
        endpoint.task = "llm/v1/chat"
    version = 1 + int(draw(index, "version") * 30)
    specs = [_spec(kind, name, version, share) for share in range(1 + (index % 13 == 0 and kind == "custom"))]
    begun = EPOCH - 200 * draw(index, "begun")
    _place(world, endpoint, state if kind == "custom" else "ready", specs, version, begun)
    return endpoint


def _place(world: World, endpoint: EndpointRecord, state: str, specs: list[JSON], version: int, begun: float) -> None:
    entities = [Entity(spec, endpoint.creator, endpoint.updated) for spec in specs]
    routes = [(entities[0].name, 100)] if len(entities) == 1 else [(entities[0].name, 90), (entities[1].name, 10)]
    if state == "stopped" and endpoint.route_optimized:
        state = "ready"
    set_initial_state(world, endpoint, state, Config(version, entities, routes, endpoint.updated), begun)


def _spec(kind: str, name: str, version: int, share: int) -> JSON:
    team, subject, form, _ = name.split("-")
    model = f"{subject}_{form}" + ("_challenger" if share else "")
    entity_name = f"main.{team}.{model}"
    if kind == "external":
        external = {"name": "gpt-4o-mini", "provider": "openai", "task": "llm/v1/chat"}
        return {"name": "gpt-4o-mini", "type": "EXTERNAL_MODEL", "external_model": external}
    if kind == "features":
        features = {"name": f"{subject}_features", "entity_name": f"main.{team}.{subject}_features"}
        return {**features, "type": "FEATURE_SPEC", "workload_size": "Small", "scale_to_zero_enabled": True}
    spec = registered_model(entity_name, str(version))
    if kind == "provisioned":
        spec.update(min_provisioned_throughput=0, max_provisioned_throughput=19_000, workload_type="GPU_MEDIUM")
    return spec


def _pick(table: tuple[tuple[str, float], ...], number: float) -> str:
    return next(name for name, upper in table if number < upper)
