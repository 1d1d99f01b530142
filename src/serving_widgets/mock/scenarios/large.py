"""A thousand endpoints, or as many as wanted, with every kind and every status among them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from serving_widgets.mock import assumptions
from serving_widgets.mock.clock import EPOCH
from serving_widgets.mock.endpoint import (
    ABORTED,
    CREATING,
    FAILED,
    JSON,
    READY,
    SCALED_TO_ZERO,
    Config,
    Endpoint,
    Entity,
    draw,
)
from serving_widgets.mock.lifecycle import FATES
from serving_widgets.mock.people import ADA, BATCH, BEN, DEFAULT_BUDGET_POLICY, TEAM_GRANTS, USERS

if TYPE_CHECKING:
    from serving_widgets.mock.world import World

_DAY = 86_400.0
_TEAMS = ("risk", "sales", "shop", "customers", "logistics", "support", "finance", "platform")
_SUBJECTS = (
    "churn", "fraud", "price", "demand", "routing", "intent", "lead", "stock", "credit", "anomaly", "ranking", "upsell",
)  # fmt: skip
_FORMS = ("score", "forecast", "classifier", "embedding", "assistant", "ranker", "detector", "lookup")
_STAGES = ("dev", "test", "prod")
_CREATORS = (ADA, BEN, BATCH, *USERS[2:])
_KINDS = (("custom", 0.80), ("provisioned", 0.85), ("external", 0.93), ("features", 1.0))
_SITUATIONS = (
    ("ready", 0.60),
    ("zero", 0.75),
    ("stopped", 0.84),
    ("failed", 0.88),
    ("failed at first", 0.91),
    ("canceled", 0.93),
    ("without config", 0.95),
    ("creating", 0.97),
    ("updating", 1.0),
)


def fill(world: World, count: int) -> None:
    """Put `count` endpoints into the workspace; each is built when somebody first looks at it."""
    for index in range(count):
        subject, form = _SUBJECTS[index % len(_SUBJECTS)], _FORMS[index // 7 % len(_FORMS)]
        name = f"{_TEAMS[index % len(_TEAMS)]}-{subject}-{form}-{index:05d}"
        world.add_later(name, partial(_build, world, index, name))


def _build(world: World, index: int, name: str) -> Endpoint:
    """Return endpoint number `index`; all of it follows from the number."""
    made = EPOCH - (5 + 700 * draw(index, "made")) * _DAY
    endpoint = world.make(name, _CREATORS[int(draw(index, "creator") ** 2 * len(_CREATORS))], made)
    endpoint.updated = made + (EPOCH - made) * draw(index, "updated") * 0.99
    endpoint.grants.update(TEAM_GRANTS)
    endpoint.tags = {"team": name.split("-")[0], "stage": _STAGES[index % 3]}
    if index % 5 == 0:
        endpoint.tags["owner"] = endpoint.creator
    if index % 11 == 0:
        endpoint.tags["pii"] = None
    kind, situation = _pick(_KINDS, draw(index, "kind")), _pick(_SITUATIONS, draw(index, "situation"))
    endpoint.budget_policy = DEFAULT_BUDGET_POLICY if kind != "external" and index % 3 == 0 else None
    endpoint.route_optimized = kind == "custom" and index % 17 == 0
    if kind == "external":
        endpoint.task = "llm/v1/chat"
    version = 1 + int(draw(index, "version") * 30)
    specs = [_spec(kind, name, version, share) for share in range(1 + (index % 13 == 0 and kind == "custom"))]
    _place(endpoint, situation if kind == "custom" else "ready", specs, version)
    return endpoint


def _place(endpoint: Endpoint, situation: str, specs: list[JSON], version: int) -> None:
    """Put an endpoint into a situation. None of them ends by itself: a large workspace is for looking."""
    if situation == "without config":
        return
    if situation == "stopped" and endpoint.route_optimized:
        situation = "ready"
    first = situation in ("creating", "failed at first")
    if not first:
        endpoint.config = _config(endpoint, specs, version, READY, SCALED_TO_ZERO if situation == "zero" else "")
        endpoint.ready = True
    if situation == "stopped":
        endpoint.ready, endpoint.stopped = False, True
        for entity in endpoint.config.entities if endpoint.config else ():
            entity.deployment, entity.message = assumptions.STOPPED_DEPLOYMENT, assumptions.STOPPED_MESSAGE
    if situation in _PENDING:
        endpoint.update, deployment, message = _PENDING[situation]
        endpoint.pending = _config(endpoint, specs, 1 if first else version + 1, deployment, message)
    endpoint.history = [config for config in (endpoint.config, endpoint.pending) if config is not None]


_PENDING = {
    "failed": ("UPDATE_FAILED", FAILED, FATES["broken"].message),
    "failed at first": ("UPDATE_FAILED", ABORTED, FATES["stuck"].message),
    "canceled": ("UPDATE_CANCELED", ABORTED, ""),
    "creating": ("IN_PROGRESS", CREATING, assumptions.STEPS_OF_A_BUILD[0][1]),
    "updating": ("IN_PROGRESS", CREATING, assumptions.STEPS_OF_A_BUILD[3][1]),
}


def _config(endpoint: Endpoint, specs: list[JSON], version: int, deployment: str, message: str) -> Config:
    entities = [Entity(spec, endpoint.creator, endpoint.updated, deployment, message) for spec in specs]
    routes = [(entities[0].name, 100)] if len(entities) == 1 else [(entities[0].name, 90), (entities[1].name, 10)]
    return Config(version, entities, routes, endpoint.updated)


def _spec(kind: str, name: str, version: int, share: int) -> JSON:
    team, subject, form, _ = name.split("-")
    model = f"{subject}_{form}" + ("_challenger" if share else "")
    entity_name = f"main.{team}.{model}"
    if kind == "external":
        external = {"name": "gpt-4o-mini", "provider": "openai", "task": "llm/v1/chat"}
        return {"name": "gpt-4o-mini", "type": "EXTERNAL_MODEL", "external_model": external}
    sized: JSON = {"workload_size": "Small", "scale_to_zero_enabled": True}
    if kind == "features":
        return {
            "name": f"{subject}_features",
            "entity_name": f"main.{team}.{subject}_features",
            "type": "FEATURE_SPEC",
            **sized,
        }
    spec: JSON = {
        "name": f"{model}-{version}",
        "entity_name": entity_name,
        "entity_version": str(version),
        "type": "UC_MODEL",
        "workload_type": "CPU",
        **sized,
    }
    if kind == "provisioned":
        spec.update(min_provisioned_throughput=0, max_provisioned_throughput=19_000, workload_type="GPU_MEDIUM")
    return spec


def _pick(table: tuple[tuple[str, float], ...], number: float) -> str:
    return next(name for name, upper in table if number < upper)
