"""Having an endpoint as it is wanted: create it, or change only what differs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Coroutine, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from serving_widgets.api.config.config_diff import ConfigChange, ConfigDiff, diff_config
from serving_widgets.api.config.config_merge import ENTITY_DEFAULTS, ConfigRequest
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ActionRefused, ConfigError, NotFound
from serving_widgets.api.redaction import redacted
from serving_widgets.render import differences_table, message
from serving_widgets.workspace.runtime.display import show

from .config_update import update_of
from .dry_run import Request, plan
from .request_bodies import ENTITY_FIELDS, create_body, wanted_body, without_alias
from .tags import set_tags, tags_body

if TYPE_CHECKING:
    from serving_widgets.client import Client
    from serving_widgets.render.stack import Displayable
    from serving_widgets.workspace.session.session import Session

#: An action, and what carries it out on the loop thread.
Step = tuple[str, Callable[[], Coroutine[Any, Any, Any]]]


@dataclasses.dataclass(frozen=True, slots=True)
class Intent:
    """What has to be done to an endpoint for it to be as wanted; found out, but not done yet.

    Attributes
    ----------
    wanted
        What is wanted, as a create request that says nothing else.
    create
        The body to create the endpoint with; None where it exists.
    found
        How the endpoint differs.
    defaults
        What an entity gets that replaces none of the endpoint's, where nothing was said.
    """

    workspace: Session
    name: str
    wanted: Mapping[str, Any]
    create: Mapping[str, Any] | None
    found: ConfigDiff
    defaults: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def parts(self) -> list[Displayable]:
        """Return the difference as what there is to display of it."""
        where = self.workspace.where
        parts: list[Displayable] = []
        if self.create is not None:
            parts.append(message(f"{self.name} does not exist yet – {where}."))
        if not self.found:
            return [*parts, message(f"{self.name} is as wanted: nothing to change – {where}.")]
        changes = [_without_secrets(change) for change in (*self.found.changes, *self.found.fixed)]
        return [*parts, differences_table(self.name, changes, where=where)]

    def show(self) -> None:
        """Show the difference where the caller is.

        Raises
        ------
        ActionRefused
            When some of it can't be changed any more.
        """
        for part in self.parts():
            show(part)
        if self.found.fixed:
            fixed = " and ".join(change.field for change in self.found.fixed)
            raise ActionRefused(
                f"{self.name} can't be made so: its {fixed} can't be changed once it exists. Nothing was sent.",
                action="update",
                endpoint=self.name,
                hint="Leave that out, or create an endpoint of another name.",
                code="unchangeable",
            )

    def requests(self) -> list[Request]:
        """Return the requests that it takes, secrets redacted."""
        if self.create is not None:
            return [plan("create", self.name, self.create, where=self.workspace.where)]
        requests = []
        if self.found.config is not None:
            requests.append(plan("update", self.name, self.found.config, where=self.workspace.where))
        if self.found.tags:
            requests.append(plan("tags", self.name, tags_body(self.found.tags), where=self.workspace.where))
        return requests

    def steps(self) -> list[Step]:
        """Return what there is to do, in order."""
        if self.create is not None:
            return [("create", self._create)]
        steps: list[Step] = []
        if self.found.config is not None:
            steps.append(("update", self._update))
        if self.found.tags:
            steps.append(("tags", self._set_tags))
        return steps

    async def _create(self) -> None:
        body = dict(self.create or {})
        await self.workspace.write(self.name, "create", lambda client, before: client.create_endpoint(body), join=False)

    async def _update(self) -> None:
        async def send(client: Client, before: EndpointInfo | None) -> EndpointInfo | None:
            if before is None or self._changed(before):
                # An update replaces the whole configuration: it must not undo what was done since it was shown.
                raise ActionRefused(
                    f"{self.name} was just changed by someone else. Nothing was sent.",
                    action="update",
                    endpoint=self.name,
                    hint="Look at the difference again: ensure(…, dry_run=True).",
                    code="changed_meanwhile",
                )
            return await client.update_config(self.name, dict(self.found.config or {}), before=before)

        await self.workspace.write(self.name, "update", send, join=False)

    def _changed(self, now: EndpointInfo) -> bool:
        return _of_config(_difference(now, self.wanted, self.defaults)) != _of_config(self.found)

    async def _set_tags(self) -> None:
        await set_tags(self.workspace, self.name, self.found.tags)


async def intend(workspace: Session, name: str, config: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> Intent:
    """Look at an endpoint and find out what has to be done; runs on the loop thread."""
    config, fields = await without_alias(workspace, name, config, fields)
    wanted = wanted_body(name, config, fields)
    try:
        info = await workspace.watcher.look(name)
    except NotFound:
        body = create_body(name, config, fields)
        shown: dict[str, Any] = {key: body[key] for key in ("config", "tags") if key in body}
        return Intent(workspace, name, wanted, body, _difference(EndpointInfo(name=name), shown))
    entity = {key: value for key, value in fields.items() if key in ENTITY_FIELDS and value is not None}
    if config is None and entity and len(info.entities) > 1:
        # Fields say what one entity shall be; the others, which they do not name, stay.
        wanted["config"] = update_of(info, ConfigRequest(fields=entity)).body
    # A whole configuration is sent as it is; of fields, those left open are what they are for a new endpoint.
    defaults = ENTITY_DEFAULTS if config is None else {}
    return Intent(workspace, name, wanted, None, _difference(info, wanted, defaults), defaults)


def _difference(
    info: EndpointInfo, wanted: Mapping[str, Any], defaults: Mapping[str, Any] = MappingProxyType({})
) -> ConfigDiff:
    try:
        return diff_config(info, wanted, defaults)
    except ValueError as error:
        hint = 'For example "traffic_config": {"routes": [{"served_entity_name": "…", "traffic_percentage": 100}]}.'
        raise ConfigError(f"The configuration is incomplete: {error}.", hint=hint) from None


def _of_config(found: ConfigDiff) -> list[ConfigChange]:
    return [change for change in found.changes if change.subject != "tag"]


def _without_secrets(change: ConfigChange) -> ConfigChange:
    before, after = (redacted({change.field: value})[change.field] for value in (change.before, change.after))
    return dataclasses.replace(change, before=before, after=after)
