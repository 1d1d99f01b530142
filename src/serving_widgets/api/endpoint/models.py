"""What the service sends about endpoints, as objects.

Read leniently: every field may be absent, a field of an odd shape is dropped (and stays in ``raw``), unknown fields
are kept. Names are those on the wire; times are milliseconds since the epoch.
"""

from __future__ import annotations

import contextlib
import functools
import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from serving_widgets.api.redaction import redacted

P = ParamSpec("P")
T = TypeVar("T")

Kind = Literal["custom", "provisioned", "external", "foundation", "feature", "unknown"]


def _after_reading(method: Callable[P, T]) -> Callable[P, T]:
    """Return a method that looks at all fields of an endpoint at once, so that they are read before."""

    @functools.wraps(method)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        _read_fields(cast(EndpointInfo, args[0]))
        return method(*args, **kwargs)

    return reading


class ServiceObject(BaseModel):
    """A JSON object of the service: immutable, open to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True, protected_namespaces=())

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for key, value in super().__repr_args__():
            if key in self.model_fields_set:
                # A user may have put a key of an external model where a reference to it belongs.
                yield key, redacted({key: value})[key]

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Return the object for ``raw`` without ever raising: a field of an odd shape is left out."""
        return _eagerly(cls, raw)


class EntityState(ServiceObject):
    """How the deployment of one served entity is going."""

    deployment: str | None = None
    deployment_state_message: str | None = None


class ServedEntity(ServiceObject):
    """One thing that an endpoint serves: a model version, an external model, a feature spec."""

    name: str | None = None
    entity_name: str | None = None
    entity_version: str | None = None
    type: str | None = None
    workload_size: str | None = None
    workload_type: str | None = None
    scale_to_zero_enabled: bool | None = None
    min_provisioned_throughput: int | None = None
    max_provisioned_throughput: int | None = None
    provisioned_model_units: int | None = None
    external_model: dict[str, Any] | None = None
    foundation_model: dict[str, Any] | None = None
    environment_vars: dict[str, Any] | None = Field(default=None, repr=False)  # may hold secrets
    state: EntityState | None = None
    creator: str | None = None
    creation_timestamp: int | None = None

    @property
    def kind(self) -> Kind:
        """What is served, as far as this entity tells."""
        special = _KIND_OF_TYPE.get(self.type or "")
        if self.external_model is not None or special == "external":
            return "external"
        if special == "feature":
            return "feature"
        if (self.min_provisioned_throughput, self.max_provisioned_throughput, self.provisioned_model_units) != (
            None,
            None,
            None,
        ):
            return "provisioned"
        if self.foundation_model is not None or special == "foundation":
            return "foundation"
        if self.workload_size is None and (self.entity_name or "").startswith(SYSTEM_MODELS):
            return "provisioned"
        return "custom" if self.entity_version is not None or special == "custom" else "unknown"


class TrafficRoute(ServiceObject):
    """The share of the queries that goes to one served entity, in percent."""

    served_model_name: str | None = None
    served_entity_name: str | None = None
    traffic_percentage: int | None = None


class TrafficConfig(ServiceObject):
    """How queries are shared out."""

    routes: tuple[TrafficRoute, ...] = ()


class EndpointConfig(ServiceObject):
    """An active or a pending configuration."""

    served_entities: tuple[ServedEntity, ...] = ()
    served_models: tuple[dict[str, Any], ...] = ()
    traffic_config: TrafficConfig | None = None
    config_version: int | None = None
    start_time: int | None = None

    @property
    def entities(self) -> tuple[ServedEntity, ...]:
        """The served entities; those of the legacy list ``served_models`` where the service sends no other."""
        return self.served_entities or tuple(_entity_from_model(model) for model in self.served_models)


class EndpointState(ServiceObject):
    """The state of an endpoint, as four fields of which the service sends some."""

    ready: str | None = None
    config_update: str | None = None
    update_state: str | None = None
    suspend: str | None = None
    system_update_failure: bool | None = None

    @property
    def update(self) -> str | None:
        """The state of the configuration's update, under its present name or the one in the older documentation."""
        return self.config_update or self.update_state


class Tag(ServiceObject):
    """A key with a value, or a key alone."""

    key: str | None = None
    value: str | None = None


class EndpointInfo(ServiceObject):
    """A serving endpoint, as a list or a get shows it.

    Examples
    --------
    >>> info = EndpointInfo.read({"name": "churn", "state": {"ready": "READY"}, "brand_new": 1})
    >>> info.name, info.state.ready, info.raw["brand_new"]
    ('churn', 'READY', 1)
    """

    name: str = ""
    id: str | None = None
    creator: str | None = None
    creator_display_name: str | None = None
    creator_kind: str | None = None
    creation_timestamp: int | None = None
    last_updated_timestamp: int | None = None
    state: EndpointState = EndpointState()
    config: EndpointConfig | None = None
    pending_config: EndpointConfig | None = None
    permission_level: str | None = None
    route_optimized: bool | None = None
    endpoint_url: str | None = None
    endpoint_type: str | None = None
    task: str | None = None
    tags: tuple[Tag, ...] = ()
    description: str | None = None
    budget_policy_id: str | None = None
    effective_budget_policy_id: str | None = None
    usage_policy_id: str | None = None

    _raw: Mapping[str, Any] = PrivateAttr(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Self:
        """Return the endpoint for a JSON object of any shape; it never raises, and ``raw`` stays at hand.

        The fields are read when the first of them is asked for: of a long list most are not, or not at once.
        """
        if not isinstance(raw, Mapping):
            return cls()
        info = cls.__new__(cls)
        object.__setattr__(info, "__pydantic_private__", {"_raw": raw})
        return info

    @property
    def raw(self) -> Mapping[str, Any]:
        """The JSON object as it came."""
        raw: Mapping[str, Any] = (self.__pydantic_private__ or {})["_raw"]
        return raw

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            # Before the fields are read, all of them are missing.
            if self.__dict__:
                return super().__getattr__(name)
            if name == "name" and isinstance(found := self.raw.get("name"), str):
                # All that is asked of most endpoints of a list.
                return found
            _read_fields(self)
            return getattr(self, name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, EndpointInfo):
            _read_fields(other)
        _read_fields(self)
        return super().__eq__(other)

    def __hash__(self) -> int:
        return hash((self.name, self.id))

    __iter__ = _after_reading(ServiceObject.__iter__)
    __repr_args__ = _after_reading(ServiceObject.__repr_args__)  # type: ignore[arg-type]
    __copy__ = _after_reading(ServiceObject.__copy__)
    __deepcopy__ = _after_reading(ServiceObject.__deepcopy__)
    __getstate__ = _after_reading(ServiceObject.__getstate__)
    model_copy = _after_reading(ServiceObject.model_copy)
    model_dump = _after_reading(ServiceObject.model_dump)
    model_dump_json = _after_reading(ServiceObject.model_dump_json)

    @property
    def entities(self) -> tuple[ServedEntity, ...]:
        """What is served; what will be, while nothing is served yet."""
        active = self.config.entities if self.config is not None else ()
        return active or (self.pending_config.entities if self.pending_config is not None else ())

    @property
    def kind(self) -> Kind:
        """What kind of endpoint it is: the first entity that is not a custom model decides."""
        known = _KIND_OF_TYPE.get(self.endpoint_type or "")
        if known is not None:
            return known
        kinds = {entity.kind for entity in self.entities}
        return next((kind for kind in _KINDS if kind in kinds), "unknown")

    @property
    def stoppable(self) -> bool:
        """Whether it is of a kind that can be stopped: custom models, not route-optimized."""
        return self.kind == "custom" and not self.route_optimized

    @property
    def budget_policy(self) -> str | None:
        """The id of the budget policy in effect; the service has had three names for it."""
        return self.effective_budget_policy_id or self.budget_policy_id or self.usage_policy_id

    @property
    def detailed(self) -> bool:
        """Whether this came from a get: a list has no versions, no traffic and no state of the entities."""
        if self.pending_config is not None:
            return True
        config = self.config
        return config is not None and (
            config.config_version is not None
            or config.traffic_config is not None
            or any(entity.state is not None for entity in config.entities)
        )


def _read_fields(info: EndpointInfo) -> None:
    """Read the fields of an endpoint, unless they are read; from two threads at once, both read the same."""
    if info.__dict__:
        return
    read = _eagerly(EndpointInfo, info.raw)
    for each in ("__pydantic_fields_set__", "__pydantic_extra__"):
        object.__setattr__(info, each, getattr(read, each))
    # At the end, for it says that they are read.
    info.__dict__.update(read.__dict__)


def read_list(body: Mapping[str, Any], known: Mapping[str, EndpointInfo] | None = None) -> list[EndpointInfo]:
    """Return the endpoints of a list's reply.

    Parameters
    ----------
    body : mapping
        The reply; ``{}`` stands for an empty workspace.
    known : mapping of str to EndpointInfo, optional
        Endpoints by name, from an earlier list. Where the JSON is the same that very object is returned, so that what
        did not change costs a comparison only.
    """
    before = known or {}
    items = body.get("endpoints")
    infos = []
    pool: dict[Any, Any] = {}
    with _fewer_collections():
        for raw in items if isinstance(items, list) else ():
            if isinstance(raw, Mapping):
                name = raw.get("name")
                old = before.get(name) if isinstance(name, str) else None
                if old is None or old.raw != raw:
                    _share_equal_values(raw, pool)
                    old = EndpointInfo.read(raw)
                infos.append(old)
        if len(infos) > _LONG:
            for info in infos:
                _read_fields(info)
    return infos


#: Fields that have the same few values in a whole list.
_FEW_VALUES = ("permission_level", "creator_kind", "resource_credential_strategy")


def _share_equal_values(raw: Any, pool: dict[Any, Any]) -> None:
    """Have the items of a list share what they have in common: their state above all, which is one of few."""
    state = raw.get("state")
    try:
        if isinstance(state, dict):
            # With their types, for 1 and true are equal.
            raw["state"] = pool.setdefault((*state.items(), *map(type, state.values())), state)
        for key in _FEW_VALUES:
            if isinstance(value := raw.get(key), str):
                raw[key] = pool.setdefault(value, value)
    except TypeError:
        # Values of a kind that the service does not document stay as they are.
        return


#: Of a longer list all fields are read at once, as such a list is read on a thread that may take its time.
_LONG = 2_000

# Inferred, not documented by the service: models of this schema are served with provisioned throughput, which a list's
# summary does not say otherwise. The details do, and they always fill in a workload size.
SYSTEM_MODELS = "system.ai."

_KIND_OF_TYPE: dict[str, Kind] = {
    "UC_MODEL": "custom",
    "EXTERNAL_MODEL": "external",
    "FOUNDATION_MODEL": "foundation",
    "FOUNDATION_MODEL_API": "foundation",
    "FEATURE_SPEC": "feature",
}
_KINDS: tuple[Kind, ...] = ("external", "foundation", "provisioned", "feature", "unknown", "custom")
_ROUNDS = 4  # each leaves out what the one before found odd; more would be no shape of a real answer
_Place = tuple[int | str, ...]
_Model = TypeVar("_Model", bound=ServiceObject)


@contextlib.contextmanager
def _fewer_collections() -> Iterator[None]:
    """Hold the garbage collector off for a moment.

    Nothing that is made here is garbage, yet the collector goes through all of it again and again: three quarters of
    the time that 10,000 endpoints take.
    """
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def _entity_from_model(model: Mapping[str, Any]) -> ServedEntity:
    renamed = {"model_name": "entity_name", "model_version": "entity_version"}
    return ServedEntity.read({renamed.get(key, key): value for key, value in model.items()})


def _eagerly(cls: type[_Model], raw: Mapping[str, Any]) -> _Model:
    try:
        return cls.model_validate(raw)
    except ValidationError as error:
        return _read_what_fits(cls, raw, error)


def _read_what_fits(cls: type[_Model], raw: Mapping[str, Any], error: ValidationError) -> _Model:
    if not isinstance(raw, Mapping):
        return cls()
    fitting = raw
    for _ in range(_ROUNDS):
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        fitting = _without(fitting, [fault["loc"] for fault in faults])
        try:
            return cls.model_validate(fitting)
        except ValidationError as again:
            error = again
    return cls.model_validate({key: value for key, value in raw.items() if _fits(cls, key, value)})


def _without(value: Any, places: Iterable[_Place]) -> Any:
    """Return a copy of a JSON value that lacks what is at ``places``; the rest is shared."""
    inside: dict[int | str, list[_Place]] = {}
    for place in places:
        if place:
            inside.setdefault(place[0], []).append(place[1:])
    if not inside or not isinstance(value, Mapping | list):
        return value
    parts = value.items() if isinstance(value, Mapping) else enumerate(value)
    kept = [(part, _without(item, inside.get(part, ()))) for part, item in parts if () not in inside.get(part, ())]
    return dict(kept) if isinstance(value, Mapping) else [item for _, item in kept]


def _fits(cls: type[ServiceObject], key: Any, value: Any) -> bool:
    try:
        cls.model_validate({key: value})
    except ValidationError:
        return False
    return True
