"""Where an endpoint stands when somebody first looks: serving, stopped, or in the middle of an update."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from serving_widgets.mock.service.endpoint import ABORTED, FAILED, JSON, SCALED_TO_ZERO, Config, Endpoint, Entity
from serving_widgets.mock.state.lifecycle import FATES

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

SITUATIONS = (
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

OUTCOMES = ("ready", *FATES)
"""How an update ends."""

_FIRST = ("creating", "creation failed")
IN_PROGRESS = ("creating", "updating")
_OVER = {
    "update failed": ("UPDATE_FAILED", FAILED, FATES["broken"].message, FATES["broken"].failing),
    "creation failed": ("UPDATE_FAILED", ABORTED, FATES["stuck"].message, FATES["stuck"].failing),
    "update canceled": ("UPDATE_CANCELED", ABORTED, "", ""),
}


def place(
    world: World, endpoint: Endpoint, situation: str, config: Config, begun: float, outcome: str = "ready"
) -> None:
    """Put a new endpoint into a situation.

    Parameters
    ----------
    world : World
        The workspace; the rest of an update that is in progress is planned there.
    endpoint : Endpoint
        An endpoint without a configuration.
    situation : str
        One of `SITUATIONS`.
    config : Config
        What serves; where nothing has served yet, what is to.
    begun : float
        Service time at which the update began, if there is one.
    outcome : str
        How that ends, if it is in progress: one of `OUTCOMES`.
    """
    if situation == "without config":
        return
    first = situation in _FIRST
    if not first:
        endpoint.config, endpoint.ready = config, True
        endpoint.history.append(config)
    if situation == "stopped":
        world.lifecycle.stop(endpoint)
    elif situation == "scaled to zero":
        for entity in config.entities:
            entity.message = SCALED_TO_ZERO
    elif situation in (*IN_PROGRESS, *_OVER):
        coming = replace(config, version=1, accepted=begun) if first else newer(config, begun)
        if situation in IN_PROGRESS:
            decide(world, coming, outcome)
            world.lifecycle.accept(endpoint, coming, begun)
        else:
            _end(endpoint, coming, situation)


def decide(world: World, config: Config, outcome: str) -> None:
    """Have the deployment of a configuration end as one of `OUTCOMES` says."""
    for entity in config.entities if outcome != "ready" else ():
        model = (str(entity.spec.get("entity_name", "")), str(entity.spec.get("entity_version", "")))
        world.lifecycle.fates[model] = FATES[outcome]


def newer(config: Config, at: float) -> Config:
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


def _end(endpoint: Endpoint, coming: Config, situation: str) -> None:
    endpoint.update, deployment, message, failing = _OVER[situation]
    for entity in coming.entities:
        entity.deployment, entity.message, entity.failing = deployment, message, failing
    endpoint.pending = coming
    endpoint.history.append(coming)
