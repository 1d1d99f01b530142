"""Initial states of endpoints: serving, stopped, or in the middle of an update."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from serving_widgets.mock.service.endpoint import ABORTED, FAILED, JSON, SCALED_TO_ZERO, Config, EndpointRecord, Entity
from serving_widgets.mock.state.lifecycle import OUTCOMES

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

INITIAL_STATES = (
    "ready",
    "scaled to zero",
    "stopped",
    "creating",
    "updating",
    "update failed",
    "update canceled",
    "creation failed",
    "without config",
)
"""What an endpoint can be doing at the start. What is in the making goes on as service time does."""

OUTCOME_NAMES = ("ready", *OUTCOMES)
"""How an update ends."""

_FIRST = ("creating", "creation failed")
IN_PROGRESS = ("creating", "updating")
_ENDED = {
    "update failed": ("UPDATE_FAILED", FAILED, OUTCOMES["broken"].message, OUTCOMES["broken"].failing),
    "creation failed": ("UPDATE_FAILED", ABORTED, OUTCOMES["stuck"].message, OUTCOMES["stuck"].failing),
    "update canceled": ("UPDATE_CANCELED", ABORTED, "", ""),
}


def set_initial_state(
    world: World, endpoint: EndpointRecord, state: str, config: Config, begun: float, outcome: str = "ready"
) -> None:
    """Put a new endpoint into a situation.

    Parameters
    ----------
    world : World
        The workspace; the rest of an update that is in progress is planned there.
    endpoint : Endpoint
        An endpoint without a configuration.
    situation : str
        One of `INITIAL_STATES`.
    config : Config
        What serves; where nothing has served yet, what is to.
    begun : float
        Service time at which the update began, if there is one.
    outcome : str
        How that ends, if it is in progress: one of `OUTCOME_NAMES`.
    """
    if state == "without config":
        return
    first = state in _FIRST
    if not first:
        endpoint.config, endpoint.ready = config, True
        endpoint.history.append(config)
    if state == "stopped":
        world.lifecycle.stop(endpoint)
    elif state == "scaled to zero":
        for entity in config.entities:
            entity.message = SCALED_TO_ZERO
    elif state in (*IN_PROGRESS, *_ENDED):
        coming = replace(config, version=1, accepted=begun) if first else next_config(config, begun)
        if state in IN_PROGRESS:
            set_outcome(world, coming, outcome)
            world.lifecycle.accept(endpoint, coming, begun)
        else:
            _set_ended(endpoint, coming, state)


def set_outcome(world: World, config: Config, outcome: str) -> None:
    """Have the deployment of a configuration end as one of `OUTCOME_NAMES` says."""
    for entity in config.entities if outcome != "ready" else ():
        model = (str(entity.spec.get("entity_name", "")), str(entity.spec.get("entity_version", "")))
        world.lifecycle.outcomes[model] = OUTCOMES[outcome]


def next_config(config: Config, at: float) -> Config:
    """Return a configuration that serves the next version of each model."""
    entities = [Entity(_bumped(entity.spec), entity.creator, at) for entity in config.entities]
    names = {old.name: new.name for old, new in zip(config.entities, entities, strict=True)}
    routes = [(names.get(name, name), percent) for name, percent in config.routes]
    return replace(config, version=config.version + 1, entities=entities, routes=routes, accepted=at, cached=False)


def _bumped(spec: JSON) -> JSON:
    version = str(spec.get("entity_version", ""))
    if not version.isdecimal():
        return spec
    following = str(int(version) + 1)
    name = spec["name"]
    if name.endswith(f"-{version}"):
        name = name.removesuffix(version) + following
    return {**spec, "name": name, "entity_version": following}


def _set_ended(endpoint: EndpointRecord, coming: Config, state: str) -> None:
    endpoint.update, deployment, message, failing = _ENDED[state]
    for entity in coming.entities:
        entity.deployment, entity.message, entity.failing = deployment, message, failing
    endpoint.pending = coming
    endpoint.history.append(coming)
