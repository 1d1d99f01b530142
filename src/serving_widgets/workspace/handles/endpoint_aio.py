"""The awaitable twins of an endpoint's calls, which do the work."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from serving_widgets.api.errors import ActionRefused, BadRequest, ResourceConflict, WaitFailed
from serving_widgets.workspace.changes.dry_run import plan, show_outlook
from serving_widgets.workspace.changes.request_bodies import config_body
from serving_widgets.workspace.changes.tags import checked_tags, set_tags, tags_body
from serving_widgets.workspace.changes.traffic_split import check_alone, planned_shares, share_traffic
from serving_widgets.workspace.logs.failure_excerpt import with_last_words
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.logs.read_log import read_log
from serving_widgets.workspace.metrics.metric_frame import MeasuringAio
from serving_widgets.workspace.queries.schema_methods import DescribingAio
from serving_widgets.workspace.runtime.display import show
from serving_widgets.workspace.runtime.event_loop import hop
from serving_widgets.workspace.scoring.predict_methods import PredictingAio
from serving_widgets.workspace.session.handle import Handle
from serving_widgets.workspace.watch.wait import Goal, wait_until

if TYPE_CHECKING:
    from serving_widgets.client import Reply

#: The handle whose calls these are; what changes something returns it.
H = TypeVar("H", bound=Handle)


class EndpointAio(PredictingAio, DescribingAio, MeasuringAio, Generic[H]):
    """The awaitable twins of an endpoint's calls, for async cells and code on a loop of its own."""

    _endpoint: H

    def __init__(self, endpoint: H) -> None:
        self._endpoint = endpoint
        self._workspace = endpoint.workspace
        self._name = endpoint.name

    async def refresh(self) -> H:
        """See :meth:`Endpoint.refresh`."""
        await hop(lambda: self._workspace.watcher.look(self._name))
        return self._endpoint

    async def wait(self, timeout: float | None = None, until: Goal = "ready") -> H:
        """See :meth:`Endpoint.wait`."""
        await hop(lambda: self.watched(timeout, until))
        return self._endpoint

    async def stop(self, *, ok_if_already: bool = False, dry_run: bool = False) -> H:
        """See :meth:`Endpoint.stop`."""
        if dry_run:
            return self.planned("stop")
        name = self._name
        with self._already("stop", ok_if_already):
            await hop(lambda: self._workspace.write(name, "stop", lambda client, _: client.stop_endpoint(name)))
        return self._endpoint

    async def start(self, *, ok_if_already: bool = False, dry_run: bool = False) -> H:
        """See :meth:`Endpoint.start`."""
        if dry_run:
            return self.planned("start")
        name = self._name
        with self._already("start", ok_if_already):
            await hop(
                lambda: self._workspace.write(
                    name, "start", lambda client, before: client.start_endpoint(name, before=before)
                )
            )
        return self._endpoint

    async def update_config(
        self,
        config: Mapping[str, Any] | None = None,
        *,
        traffic: Mapping[str, int] | None = None,
        dry_run: bool = False,
        **fields: Any,
    ) -> H:
        """See :meth:`Endpoint.update_config`."""
        if traffic is not None:
            check_alone(config, fields)
            if dry_run:
                return self.planned("update", await hop(lambda: planned_shares(self._workspace, self._name, traffic)))
            await hop(lambda: share_traffic(self._workspace, self._name, traffic))
            return self._endpoint
        name, body = self._name, config_body(config, fields)
        if dry_run:
            return self.planned("update", body)
        await hop(
            lambda: self._workspace.write(
                name, "update", lambda client, before: client.update_config(name, body, before=before), join=False
            )
        )
        return self._endpoint

    async def set_tags(
        self, tags: Mapping[str, str | None] | None = None, *, remove: Iterable[str] = (), dry_run: bool = False
    ) -> H:
        """See :meth:`Endpoint.set_tags`."""
        add, gone = checked_tags(tags, remove)
        if dry_run:
            return self.planned("tags", tags_body(add, gone))
        await hop(lambda: set_tags(self._workspace, self._name, add, gone))
        return self._endpoint

    async def delete(self, *, dry_run: bool = False) -> H:
        """See :meth:`Endpoint.delete`."""
        if dry_run:
            return self.planned("delete")
        name = self._name
        await hop(lambda: self._workspace.write(name, "delete", lambda client, _: client.delete_endpoint(name)))
        return self._endpoint

    async def query(
        self, payload: Mapping[str, Any] | str | bytes, entity: str | None = None, timeout: float | None = None
    ) -> Reply:
        """See :meth:`Endpoint.query`."""
        return await hop(
            lambda: self._workspace.client().query_endpoint(self._name, payload, entity=entity, timeout=timeout)
        )

    async def logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """See :meth:`Endpoint.logs`."""
        return await hop(lambda: read_log(self._workspace, self._name, "server", entity, config_version))

    async def build_logs(self, entity: str | None = None, config_version: int | None = None) -> LogText:
        """See :meth:`Endpoint.build_logs`."""
        return await hop(lambda: read_log(self._workspace, self._name, "build", entity, config_version))

    async def watched(
        self, timeout: float | None, until: Goal, told: Callable[[str], None] = lambda words: None
    ) -> None:
        """Wait on the loop thread and tell what each look shows; a failure comes with the end of its log."""
        try:
            await wait_until(self._workspace.watcher, self._workspace.clock, self._name, timeout, until, told)
        except WaitFailed as failed:
            seen = self._workspace.watcher.store.get(self._name)
            if seen is None or seen.deleted:
                raise
            raise await with_last_words(failed, self._workspace.client(), seen.info) from None

    def planned(self, action: str, body: Mapping[str, Any] | None = None) -> H:
        """Show the request that an action would send, and whether it would be as far as is known; return the handle."""
        show(plan(action, self._name, body, where=self._workspace.where).card())
        show_outlook(self._workspace, action, self._name)
        return self._endpoint

    @contextlib.contextmanager
    def _already(self, action: str, ok: bool) -> Iterator[None]:
        """Pass over the refusal of an action whose end the endpoint has reached."""
        code = ""
        try:
            yield
        except (ActionRefused, BadRequest, ResourceConflict) as error:
            if isinstance(error, ActionRefused):
                code = error.code
            elif (seen := self._workspace.watcher.store.get(self._name)) is not None:
                # Somebody else was quicker, and the service refused: the endpoint was looked at again since.
                refusal = self._workspace.why_not(action, seen.info)
                code = refusal.code if refusal is not None else ""
            if not ok or code not in _ALREADY[action]:
                raise


#: Refusals that say that an endpoint is already where an action would bring it, or on its way there.
_ALREADY = {"stop": ("already_stopped",), "start": ("already_running", "update_in_progress")}
