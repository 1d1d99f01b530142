"""Sharing the traffic out anew among the entities that an endpoint serves, which stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError

from .config_draft import Draft, shared_out

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session


def check_alone(config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
    """Refuse a change of the traffic together with one of the entities.

    Raises
    ------
    ConfigError
        When a configuration or a field of an entity is given, too.
    """
    other = "config" if config is not None else next(iter(fields), None)
    if other is not None:
        raise ConfigError(
            f"Both traffic= and {other}= are given.",
            hint="traffic= leaves the entities as they are. To change both, give a whole configuration, "
            "with its traffic_config.",
        )


def shared(info: EndpointInfo, traffic: Mapping[str, int]) -> dict[str, Any]:
    """Return the body of the update that changes the traffic alone.

    Parameters
    ----------
    info
        The endpoint as it is, looked at one by one.
    traffic
        Whole percents by the names of served entities. What is not named shares the rest in its present proportions.

    Raises
    ------
    ConfigError
        When an entity is none of the endpoint's, or the percents can't be: ``code`` is ``"no_entity"`` or
        ``"no_shares"``.
    """
    draft = Draft.begin(info)
    keys = {part.base["name"]: part.key for part in draft.parts if part.base is not None}
    _check(info.name, traffic, list(keys))
    percents = {keys[name]: percent for name, percent in traffic.items()}
    others = [part for part in draft.parts if part.key not in percents]
    rest = shared_out([part.percent for part in others], 100 - sum(percents.values()))
    percents |= {part.key: percent for part, percent in zip(others, rest, strict=True)}
    return draft.share(percents).body()


async def planned_shares(workspace: Session, name: str, traffic: Mapping[str, int]) -> dict[str, Any]:
    """Return what :func:`shared` makes of the endpoint as it is now; runs on the loop thread, and only reads."""
    return shared(await workspace.watcher.look(name), traffic)


async def share_traffic(workspace: Session, name: str, traffic: Mapping[str, int]) -> None:
    """Change the traffic alone; runs on the loop thread."""

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        # Made of the endpoint as it is just before: what others deployed meanwhile stays.
        info = before if before is not None else await workspace.watcher.look(name)
        return await client.update_config(name, shared(info, traffic), before=before)

    await workspace.write(name, "update", send, join=False)


def _check(name: str, traffic: Mapping[str, int], known: list[str]) -> None:
    if not isinstance(traffic, Mapping) or not traffic:
        raise _no_shares(
            "traffic= names no entity.", f'For example traffic={{"{known[0] if known else "ads-2"}": 30}}.'
        )
    for entity, percent in traffic.items():
        if entity not in known:
            raise ConfigError(
                f"{name} has no served entity {entity!r}.",
                hint=f"It has {', '.join(known) or 'none'}.",
                code="no_entity",
            )
        if not isinstance(percent, int) or isinstance(percent, bool) or not 0 <= percent <= 100:
            raise _no_shares(f"{percent!r} of {entity} is no whole percent from 0 to 100.", "For example 30.")
    total = sum(traffic.values())
    if total > 100:
        raise _no_shares(
            f"The traffic that is named sums to {total} %, which is more than 100 %.", "Lower one of them."
        )
    if total < 100 and len(traffic) == len(known):
        raise _no_shares(
            f"The traffic sums to {total} %, and there is no other entity for the rest.",
            "Leave one out: what is not named shares the rest.",
        )


def _no_shares(message: str, hint: str) -> ConfigError:
    return ConfigError(message, hint=f"{hint} Nothing was sent.", code="no_shares")
