"""Reading the logs of an endpoint: which entity is meant, and what its log is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.suggest import did_you_mean

from .log_text import LogText

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.session.session import Session

Sort = Literal["server", "build"]


async def read_log(
    workspace: Session, name: str, sort: Sort, entity: str | None, config_version: int | None
) -> LogText:
    """Return a log of an endpoint as it is now; runs on the loop thread.

    Raises
    ------
    ConfigError
        When several entities have logs and none is named, or there is none of that name.
    """
    seen = workspace.watcher.store.get(name)
    # A log that is asked for is a new look: which entities there are may have changed since the last one.
    info = seen.info if seen is not None and seen.fresh and seen.info.detailed else await workspace.watcher.look(name)
    chosen = choose(info, entity, sort) if config_version is None or entity is None else entity
    client = workspace.client()
    read = client.server_logs if sort == "server" else client.build_logs
    return LogText(await read(name, chosen, config_version), endpoint=name, entity=chosen, sort=sort)


def entities_of(info: EndpointInfo) -> list[str]:
    """Return the names of the entities that may have logs, those of the configuration on its way included."""
    configs = [config for config in (info.config, info.pending_config) if config is not None]
    return list(dict.fromkeys(entity.name for config in configs for entity in config.entities if entity.name))


def writers_of(info: EndpointInfo, sort: str) -> list[str]:
    """Return the names of the entities whose logs of a sort may hold something: only what was deployed has served."""
    if sort == "build":
        return entities_of(info)
    return [entity.name for entity in info.config.entities if entity.name] if info.config is not None else []


def choose(info: EndpointInfo, entity: str | None, sort: Sort | None = None) -> str:
    """Return the entity that is meant: the one named, or the only one there is.

    Of several, a server's log is meant of the only one that serves, a build's log of the only one that failed.
    """
    names = entities_of(info)
    if entity is None:
        for likely in (names, _likely(info, sort)):
            if len(likely) == 1:
                return likely[0]
        if not names:
            raise ConfigError(
                f"{info.name} serves nothing yet, so it has no logs.",
                hint=f"Give it a configuration: %serving update {info.name}",
            )
        such = recommended(info, sort)
        raise ConfigError(
            f"{info.name} has {len(names)} served entities: {', '.join(names)}.",
            hint=f'Say which one: entity="{such}", or --entity {such} on a %serving line.',
            code="which_entity",
        )
    if entity not in names:
        known = ", ".join(names) or "none"
        raise ConfigError(
            f"{info.name} has no served entity {entity!r}.",
            hint=did_you_mean(entity, names, f"It has: {known}. For an older one, say its config_version."),
        )
    return entity


def recommended(info: EndpointInfo, sort: Sort | None) -> str:
    """Return the entity to name as an example where several have logs: the last one that has something in them."""
    return [*entities_of(info), *writers_of(info, sort or "build")][-1]


def _likely(info: EndpointInfo, sort: Sort | None) -> list[str]:
    if sort == "server":
        return writers_of(info, sort)
    entities = info.pending_config.entities if sort == "build" and info.pending_config is not None else ()
    failed = (each for each in entities if each.state is not None and each.state.deployment == _FAILED)
    return [entity.name for entity in failed if entity.name]


_FAILED = "DEPLOYMENT_FAILED"
