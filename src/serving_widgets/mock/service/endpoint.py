"""Endpoint records: endpoints, configurations and served entities as the workspace keeps them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from .event_queue import Event
from .users import Principal

JSON = dict[str, Any]
Kind = Literal["custom", "provisioned", "external", "foundation", "features"]

THROUGHPUT_FIELDS = ("min_provisioned_throughput", "max_provisioned_throughput", "provisioned_model_units")

READY = "DEPLOYMENT_READY"
CREATING = "DEPLOYMENT_CREATING"
RECOVERING = "DEPLOYMENT_RECOVERING"
FAILED = "DEPLOYMENT_FAILED"
ABORTED = "DEPLOYMENT_ABORTED"
SCALED_TO_ZERO = "Scaled to zero"


@dataclass(slots=True)
class Entity:
    """A served entity: what was asked for, in the service's own fields, and how its deployment goes."""

    spec: JSON
    creator: str
    created: float
    deployment: str = READY
    message: str = ""
    failing: str = ""
    """What goes wrong with it, as `logs.failures` names it; empty where nothing does."""
    booted: float | None = None
    """Service time at which its present model server began to start; None where it never did, or it is unknown."""
    settled: float | None = None
    """Service time at which that server was ready, or the attempt to get one had failed."""

    @property
    def name(self) -> str:
        """Name of the served entity within its endpoint."""
        return str(self.spec["name"])

    @property
    def kind(self) -> Kind:
        """What sort of thing is served."""
        if "external_model" in self.spec:
            return "external"
        if "foundation_model" in self.spec:
            return "foundation"
        if self.spec.get("type") == "FEATURE_SPEC":
            return "features"
        return "provisioned" if any(field in self.spec for field in THROUGHPUT_FIELDS) else "custom"

    @property
    def scales_to_zero(self) -> bool:
        """Whether the entity gives up its resources while it has no queries."""
        return bool(self.spec.get("scale_to_zero_enabled"))

    @property
    def at_zero(self) -> bool:
        """Whether it has done so."""
        return self.deployment == READY and self.message == SCALED_TO_ZERO


@dataclass(slots=True)
class Config:
    """One version of an endpoint's configuration."""

    version: int
    entities: list[Entity]
    routes: list[tuple[str, int]]
    accepted: float
    auto_capture: JSON | None = None
    cached: bool = False

    def entity(self, name: str) -> Entity | None:
        """Return the entity of that name, or None."""
        return next((entity for entity in self.entities if entity.name == name), None)


@dataclass(slots=True)
class EndpointRecord:
    """A serving endpoint. Times are service seconds since the Unix epoch."""

    name: str
    id: str
    creator: str
    creator_name: str
    creator_kind: str
    created: float
    updated: float
    config: Config | None = None
    pending: Config | None = None
    update: str = "NOT_UPDATING"
    ready: bool = False
    stopped: bool = False
    grants: dict[Principal, str] = field(default_factory=dict)
    tags: dict[str, str | None] = field(default_factory=dict)
    description: str = ""
    route_optimized: bool = False
    budget_policy: str | None = None
    task: str = ""
    built_in: bool = False
    legacy_state: bool = False
    extra: JSON = field(default_factory=dict)
    history: list[Config] = field(default_factory=list)
    queries: int = 0
    demand: float = 0.0
    query_count: int = 0
    warm_at: float | None = None
    last_query_at: float = 0.0
    looks: Counter[str] = field(default_factory=Counter)
    """How often clients that don't move the clock have looked at the update in progress, by kind of look."""
    events: list[Event] = field(default_factory=list)
    timers: list[Event] = field(default_factory=list)
    summaries: dict[str, bytes] = field(default_factory=dict)
    on_change: Callable[[], object] = lambda: None

    @property
    def kind(self) -> Kind:
        """What the endpoint serves; one without a configuration is taken for a custom one."""
        config = self.config or self.pending
        return config.entities[0].kind if config and config.entities else "custom"

    @property
    def updating(self) -> bool:
        """Whether an update is in progress."""
        return self.update == "IN_PROGRESS"

    @property
    def next_version(self) -> int:
        """Version that the next accepted configuration gets."""
        return max((config.version for config in self.history), default=0) + 1

    def touch(self) -> None:
        """Forget what was derived from the state; to be called after each change of it."""
        self.summaries.clear()
        self.on_change()

    def serve(self, version: int, entities: list[Entity], at: float, *percents: int) -> None:
        """Have entities serve, ready since `at`, with these shares of the traffic; all of it for a single one."""
        routes = list(zip([entity.name for entity in entities], percents or (100,), strict=True))
        self.config = Config(version, entities, routes, at)
        self.history.append(self.config)
        self.ready = True

    def drop_events(self, *, timers: bool = False) -> None:
        """Cancel what was planned for the update and, if told, for scaling to zero and waking up."""
        dropped = self.events + self.timers if timers else self.events
        for event in dropped:
            event.cancelled = True
        self.events = []
        self.timers = [] if timers else self.timers


def registered_model(
    entity_name: str, version: str, size: str = "Small", workload_type: str = "CPU", *, scale_to_zero: bool = True
) -> JSON:
    """Return the fields of a served entity that is a version of a registered model."""
    return {
        "name": f"{entity_name.rsplit('.', 1)[-1]}-{version}",
        "entity_name": entity_name,
        "entity_version": version,
        "type": "UC_MODEL",
        "workload_size": size,
        "workload_type": workload_type,
        "scale_to_zero_enabled": scale_to_zero,
    }


def foundation_model(entity_name: str, display_name: str) -> JSON:
    """Return the fields of a served entity that is a pay-per-token foundation model."""
    model = {
        "name": entity_name,
        "display_name": display_name,
        "docs": "https://docs.databricks.com/machine-learning/foundation-model-apis/",
        "description": "A general-purpose chat model, paid per token.",
    }
    name = entity_name.rsplit(".", 1)[-1]
    return {"name": name, "entity_name": entity_name, "type": "FOUNDATION_MODEL", "foundation_model": model}


def digest(*parts: object) -> str:
    """Return 32 hexadecimal digits that depend on `parts` alone: the workspace's only source of "random" values."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def draw(*parts: object) -> float:
    """Return a number in [0, 1) that depends on `parts` alone."""
    return int(digest(*parts)[:13], 16) / 16**13
