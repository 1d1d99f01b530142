"""Reading the logs of an endpoint: which entity is meant, and what its log is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from serving_widgets.api.errors import ConfigError, NotFound
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
        When several entities have logs and none is named, or there is none of that name or in that version.
    """
    seen = workspace.watcher.store.get(name)
    # A log that is asked for is a new look: which entities there are may have changed since the last one.
    info = seen.info if seen is not None and seen.fresh and seen.info.detailed else await workspace.watcher.look(name)
    client = workspace.client()
    read = client.server_logs if sort == "server" else client.build_logs
    for chosen in candidates(info, entity, sort, config_version):
        try:
            return LogText(await read(name, chosen, config_version), endpoint=name, entity=chosen, sort=sort)
        except NotFound:
            if config_version is None:
                raise
    raise _not_in_version(info, entity, config_version)


def candidates(info: EndpointInfo, entity: str | None, sort: Sort, version: int | None) -> list[str]:
    """Return the entities that may be meant, the likeliest first: one, where it is known what a version serves.

    The service tells what the present configuration serves, and the one on its way. What an earlier version served
    has mostly the same name, or the name that it gives to an earlier version of the same model.
    """
    if version is not None and entity is not None:
        return [entity]
    known = [config for config in (info.config, info.pending_config) if config and config.config_version == version]
    if version is None or known:
        return [choose(info, entity, sort, version)]
    names = entities_of(info)
    if not names:
        return [choose(info, entity, sort)]
    return list(dict.fromkeys([*reversed(names), *(name for each in reversed(names) for name in _earlier(each))]))


def _earlier(name: str) -> list[str]:
    """Return the names that earlier versions of a model go by, such as churn-2 and churn-1 for churn-3."""
    model, dash, version = name.rpartition("-")
    if not dash or not version.isascii() or not version.isdecimal():
        return []
    return [f"{model}-{earlier}" for earlier in range(int(version) - 1, max(int(version) - 1 - _TRIED, 0), -1)]


#: Earlier versions of a model that are tried.
_TRIED = 5


def _not_in_version(info: EndpointInfo, entity: str | None, version: int | None) -> ConfigError:
    configs = [config for config in (info.config, info.pending_config) if config is not None]
    known = "; ".join(
        f"version {config.config_version} serves {', '.join(each.name for each in config.entities if each.name)}"
        for config in configs
    )
    what = f"served entity {entity!r}" if entity else "served entity known here"
    return ConfigError(
        f"Version {version} of the configuration of {info.name} has no {what}.",
        hint=f"{known[:1].upper()}{known[1:]}. Of an earlier version, name the entity that it had: --entity NAME.",
        code="no_such_version",
    )


def entities_of(info: EndpointInfo) -> list[str]:
    """Return the names of the entities that may have logs, those of the configuration on its way included."""
    configs = [config for config in (info.config, info.pending_config) if config is not None]
    return list(dict.fromkeys(entity.name for config in configs for entity in config.entities if entity.name))


def writers_of(info: EndpointInfo, sort: str) -> list[str]:
    """Return the names of the entities whose logs of a sort may hold something: only what was deployed has served."""
    if sort == "build":
        return entities_of(info)
    return [entity.name for entity in info.config.entities if entity.name] if info.config is not None else []


def choose(info: EndpointInfo, entity: str | None, sort: Sort | None = None, version: int | None = None) -> str:
    """Return the entity that is meant: the one named, or the only one there is.

    Of several, a server's log is meant of the only one that serves, a build's log of the only one that failed. Where it
    is known what a version serves, that is chosen from.
    """
    configs = [config for config in (info.config, info.pending_config) if config is not None]
    served = [each.name for config in configs if config.config_version == version for each in config.entities]
    names = [name for name in served if name] or entities_of(info)
    if entity is None:
        for likely in (names, [name for name in _likely(info, sort) if name in names]):
            if len(likely) == 1:
                return likely[0]
        if not names:
            raise ConfigError(
                f"{info.name} serves nothing yet, so it has no logs.",
                hint=f"Give it a configuration: %serving update {info.name}",
            )
        such = names[-1] if served else recommended(info, sort)
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
