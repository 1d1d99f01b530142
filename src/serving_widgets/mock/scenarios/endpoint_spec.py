"""Endpoint specifications: an endpoint as a scenario describes it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from serving_widgets.mock.bodies import create_update
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import JSON, Config, Entity, foundation_model
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.service.users import MockUser, Principal
from serving_widgets.mock.state.permissions import LEVELS

from .initial_states import IN_PROGRESS, INITIAL_STATES, OUTCOME_NAMES, set_initial_state

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

KINDS = ("custom", "provisioned", "external", "foundation", "features")
_CHAT = "llm/v1/chat"
_DAY = 86_400.0
_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
# Only these are built, and so may be in the middle of it; only custom models may be stopped.
_STATES_OF = {"external": ("ready",), "foundation": ("ready",)}


@dataclass(frozen=True)
class EndpointSpec:
    """An endpoint of a scenario; its members are the arguments of `Scenario.endpoint`."""

    name: str
    creator: MockUser
    model: Model | None = None
    kind: str = "custom"
    status: str = "ready"
    outcome: str = "ready"
    entity_name: str = ""
    versions: Mapping[str, int] = field(default_factory=lambda: {"1": 100})
    workload_size: str = "Small"
    workload_type: str = ""
    scale_to_zero: bool = False
    tags: Mapping[str, str | None] = field(default_factory=dict)
    grants: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    budget_policy: str | None = None
    route_optimized: bool = False
    age_days: float = 30.0
    config_version: int = 1

    def __post_init__(self) -> None:
        _check(bool(create_update.NAME.fullmatch(self.name)), f"{self.name!r} is no name for an endpoint")
        _check(self.kind in KINDS, f"no endpoint is {self.kind!r}; there are {', '.join(KINDS)}")
        known = _STATES_OF.get(self.kind, INITIAL_STATES)
        _check(
            self.status in known,
            f"an endpoint that is {self.kind} can't be {self.status!r}; there are {', '.join(known)}",
        )
        _check(self.outcome in OUTCOME_NAMES, f"no update ends {self.outcome!r}; it ends {', '.join(OUTCOME_NAMES)}")
        _check(
            self.outcome == "ready" or self.status in IN_PROGRESS,
            f"nothing that is {self.status} ends {self.outcome!r}",
        )
        _check(self.status != "stopped" or self.kind == "custom", "only endpoints with custom models can be stopped")
        _check(not self.route_optimized or self.kind == "custom", "only custom models can be route-optimized")
        _check(self.model is None or self.kind != "external", "an external model answers by itself")
        for principal, level in self.grants.items():
            _check(level in LEVELS, f"{principal} can't be granted {level!r}; there are {', '.join(LEVELS)}")
        _check(math.isfinite(self.age_days) and self.age_days >= 0, "an endpoint's age is a number of days")
        _check(
            isinstance(self.config_version, int) and self.config_version >= 1, "versions of a configuration begin at 1"
        )
        self._config(self._made)

    def build(self, world: World) -> None:
        """Put the endpoint into a workspace."""
        if world.exists(self.name):
            raise ValueError(f"there is an endpoint {self.name!r} already")
        endpoint = world.new_endpoint(self.name, self.creator, self._made)
        endpoint.tags = dict(self.tags)
        endpoint.grants.update({_principal(name): level for name, level in self.grants.items()})
        endpoint.description = self.description
        endpoint.budget_policy = self.budget_policy
        endpoint.route_optimized = self.route_optimized
        endpoint.built_in = self.kind == "foundation"
        endpoint.task = _CHAT if self.kind in ("external", "foundation") else self.model.task if self.model else ""
        if self.model is not None:
            world.models[self._entity_name] = self.model
        set_initial_state(world, endpoint, self.status, self._config(self._made), EPOCH, self.outcome)
        endpoint.updated = max((config.accepted for config in endpoint.history), default=endpoint.created)
        world.add(endpoint)

    @property
    def _made(self) -> float:
        return EPOCH - self.age_days * _DAY

    @property
    def _entity_name(self) -> str:
        if self.entity_name:
            return self.entity_name
        stem = self.name.replace("-", "_")
        return f"system.ai.{self.name}" if self.kind == "foundation" else f"main.default.{stem}"

    @property
    def _title(self) -> str:
        return self._entity_name.rsplit(".", 1)[-1].replace("-", " ").title()

    def _config(self, at: float) -> Config:
        """Return the configuration, checked as the service checks one that a client sends."""
        if self.kind == "foundation":
            entities = [Entity(foundation_model(self._entity_name, self._title), "", at)]
            return Config(self.config_version, entities, [(entities[0].name, 100)], at)
        body: JSON = {"served_entities": [self._item(version) for version in self.versions]}
        if len(self.versions) > 1:
            routes = [
                {"served_entity_name": self._served(version), "traffic_percentage": percent}
                for version, percent in self.versions.items()
            ]
            body["traffic_config"] = {"routes": routes}
        try:
            config = create_update.config(body, None, self.creator.name, at)
        except ServiceError as refusal:
            raise ValueError(f"the service refuses such an endpoint: {refusal.message}") from None
        config.version = self.config_version
        return config

    def _served(self, version: str) -> str:
        return f"{self._entity_name.rsplit('.', 1)[-1]}-{version}"

    def _item(self, version: str) -> dict[str, Any]:
        if self.kind == "external":
            key = {"openai_api_key": "{{secrets/models/openai}}"}
            return {
                "external_model": {"name": "gpt-4o", "provider": "openai", "task": _CHAT, "openai_config": key},
            }
        sized = {"workload_size": self.workload_size, "scale_to_zero_enabled": self.scale_to_zero}
        if self.workload_type:
            sized["workload_type"] = self.workload_type
        if self.kind == "features":
            name = self._entity_name
            return {"entity_name": name if name.endswith("_spec") else f"{name}_spec", **sized}
        if self.kind == "provisioned":
            sized.update(min_provisioned_throughput=0, max_provisioned_throughput=19_000)
        named = {"name": self._served(version), "entity_name": self._entity_name, "entity_version": version}
        return {**named, **sized}


def _principal(name: str) -> Principal:
    if "@" in name:
        return ("user", name)
    return ("service_principal" if _UUID.fullmatch(name) else "group", name)


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
