"""Changing the tags of an endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session


def checked_tags(tags: object, remove: object) -> tuple[dict[str, str | None], tuple[str, ...]]:
    """Return tags to set and keys to remove, or say what is wrong with them.

    Raises
    ------
    ConfigError
        When they are nothing that the service takes, or nothing at all.
    """
    given = {} if tags is None else tags
    if not isinstance(given, Mapping) or not all(
        isinstance(key, str) and key and isinstance(value, str | None) for key, value in given.items()
    ):
        raise ConfigError("Tags are a dictionary of texts.", hint='For example {"team": "risk", "pii": None}.')
    if isinstance(remove, str) or not isinstance(remove, Iterable):
        raise ConfigError("remove= takes a list of keys.", hint='For example remove=["team"].')
    keys = tuple(str(key) for key in remove)
    both = [key for key in keys if key in given]
    if both:
        raise ConfigError(f"Tag {both[0]!r} is to be set and to be removed.", hint="Leave it out of one of them.")
    if not given and not keys:
        raise ConfigError("There is no tag to set and none to remove.", hint='For example {"team": "risk"}.')
    return dict(given), keys


def tags_body(add: Mapping[str, str | None], remove: Iterable[str] = ()) -> dict[str, Any]:
    """Return the body of a request that changes tags."""
    added = [{"key": key} if value is None else {"key": key, "value": value} for key, value in add.items()]
    return {"add_tags": added, "delete_tags": list(remove)}


async def set_tags(workspace: Session, name: str, add: Mapping[str, str | None], remove: tuple[str, ...] = ()) -> None:
    """Set and remove tags, and look at the endpoint afterwards; runs on the loop thread."""

    async def send(client: Client, _: EndpointInfo | None) -> EndpointInfo | None:
        await client.patch_tags(name, add, remove)
        return None

    await workspace.write(name, "tags", send, join=False)
