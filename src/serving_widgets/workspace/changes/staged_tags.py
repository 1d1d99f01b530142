"""Changes of tags that are about to be made: held until they are sent, and checked against what others did."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError, ServingError

from .dry_run import Request, plan
from .tags import tags_body

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.workspace.session.session import Session


class TagsChanged(ActionRefused):
    """Another user changed a tag that was about to be changed; nothing was sent, ``info`` is the endpoint as it is."""

    info: EndpointInfo


@dataclasses.dataclass(frozen=True, slots=True)
class Retag:
    """A tag that is about to change: its value when that was decided, and as it shall be; None means no tag."""

    before: str | None
    after: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Retagging:
    """The tags that are about to change, by key. Immutable: each edit returns another one.

    Examples
    --------
    >>> Retagging("churn").set(ep.info, "team", "risk").request(where="").body
    {'add_tags': [{'key': 'team', 'value': 'risk'}], 'delete_tags': []}
    """

    name: str
    staged: Mapping[str, Retag] = dataclasses.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.staged)

    def set(self, info: EndpointInfo, key: object, value: object) -> Retagging:
        """Have a tag set to a value; "" makes it a key alone.

        Raises
        ------
        ConfigError
            When the key is empty, or either is not text.
        """
        if not isinstance(key, str) or not key.strip():
            raise ConfigError("A tag needs a key.", hint="For example team.", code="bad_request")
        if not isinstance(value, str):
            raise ConfigError(f"The value of {key!r} is not text.", hint="Reload the page.", code="bad_request")
        return self._with(info, key.strip(), value.strip())

    def remove(self, info: EndpointInfo, key: object) -> Retagging:
        """Have a tag taken away; one that was about to be added is forgotten."""
        return self._with(info, str(key), None)

    def undo(self, key: object) -> Retagging:
        """Leave a tag as it is."""
        return dataclasses.replace(self, staged={each: tag for each, tag in self.staged.items() if each != key})

    def rebased(self, info: EndpointInfo) -> Retagging:
        """Return the same wishes on top of the tags that there are now."""
        result = dataclasses.replace(self, staged={})
        for key, tag in self.staged.items():
            result = result._with(info, key, tag.after)
        return result

    def behind(self, info: EndpointInfo) -> list[str]:
        """Return the keys that others changed since they were staged."""
        now = tags_of(info)
        return [key for key, tag in self.staged.items() if now.get(key) != tag.before]

    @property
    def add(self) -> dict[str, str | None]:
        """The tags to set, as the client takes them."""
        return {key: tag.after or None for key, tag in self.staged.items() if tag.after is not None}

    @property
    def gone(self) -> tuple[str, ...]:
        """The keys to take away."""
        return tuple(key for key, tag in self.staged.items() if tag.after is None)

    def request(self, *, where: str) -> Request:
        """Return the request that would be sent."""
        return plan("tags", self.name, tags_body(self.add, self.gone), where=where)

    def _with(self, info: EndpointInfo, key: str, after: str | None) -> Retagging:
        before = tags_of(info).get(key)
        rest = {each: tag for each, tag in self.staged.items() if each != key}
        return dataclasses.replace(self, staged=rest if before == after else {**rest, key: Retag(before, after)})


def tags_of(info: EndpointInfo) -> dict[str, str]:
    """Return an endpoint's tags by key."""
    return {tag.key: tag.value or "" for tag in info.tags or () if tag.key is not None}


async def retag(workspace: Session, wanted: Retagging) -> None:
    """Send changes of tags and read them back; runs on the loop thread.

    Raises
    ------
    TagsChanged
        When one of the same tags was changed since. Nothing was sent.
    ServingError
        When the tags read back are others than those asked for.
    """

    async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
        assert before is not None
        behind = wanted.behind(before)
        if behind:
            changed = TagsChanged(
                f"{_listed(behind)} of {wanted.name} {'was' if len(behind) == 1 else 'were'} changed by someone else "
                "meanwhile. Nothing was sent.",
                action="tags",
                endpoint=wanted.name,
                hint="Your changes are on top of the new tags now. Look at them and save again.",
                code="changed_meanwhile",
            )
            changed.info = before
            raise changed
        await client.patch_tags(wanted.name, wanted.add, wanted.gone)
        return None

    after = await workspace.write(wanted.name, "tags", send, join=False)
    now = tags_of(after) if after is not None else {}
    lost = [key for key, tag in wanted.staged.items() if after is not None and now.get(key) != tag.after]
    if lost:
        raise ServingError(
            f"The tags were sent, but {_listed(lost)} of {wanted.name} read back otherwise.",
            hint="Someone may have changed them at the same time. Check the tags as they are now.",
            code="read_back_differs",
        )


def _listed(keys: list[str]) -> str:
    return f"tag {keys[0]!r}" if len(keys) == 1 else "tags " + ", ".join(map(repr, keys))
