"""EndpointPanel: everything about one endpoint in tabs, from an overview to the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.api.endpoint.budget import budget_of
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.suggest import nearest
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.widgets.core.channel import Args, Op, Progress, text_of
from serving_widgets.workspace import Endpoint, Session
from serving_widgets.workspace.queries.schema import task_of
from serving_widgets.workspace.watch.events import Change

from .config_tab import ConfigTab
from .contract import BudgetPicture, PanelBody
from .endpoint_controls import EndpointControls
from .tabs import TAB_NAMES, TABS
from .tags_tab import TagsTab

#: Tasks that are a conversation.
CHATS = ("llm/v1/chat", "agent/v1/chat", "agent/v1/responses", "agent/v2/chat")


class EndpointPanel(EndpointControls):
    """Everything about one endpoint, in tabs.

    Overview has status, controls, the update under way and the facts; Logs and Permissions are the widgets
    :class:`LogViewer` and :class:`PermissionsEditor`; Metrics plots requests, latencies and load, which are read about
    once a minute while it is on screen; Schema tells what the endpoint takes, and Query sends it a request: a
    table, or a chat with a language model; Tags is an editor; Config shows the active configuration beside the pending
    one, and deploys another: what is about to change and the exact request are shown before it is sent.

    Parameters
    ----------
    endpoint : str or Endpoint
        The endpoint's name, or a handle.
    tab : str, default "overview"
        The tab to open first: ``"overview"``, ``"logs"``, ``"metrics"``, ``"permissions"``, ``"schema"``,
        ``"query"``, ``"tags"`` or ``"config"``.
    workspace : Workspace or str, optional
        A workspace or its name; the active one unless given.
    **kwargs : Any
        Traits of every ipywidgets widget, such as ``layout``; an unknown name is an error.

    Attributes
    ----------
    status : str
        As of :class:`StatusBadge`.

    Examples
    --------
    >>> sw.EndpointPanel("fraud-detector", tab="config")
    <EndpointPanel 'fraud-detector' of mock workspace (demo)>
    """

    _kind = "endpoint_panel"
    _facts = True

    def __init__(
        self,
        endpoint: str | Endpoint,
        *,
        tab: str = "overview",
        workspace: Session | str | None = None,
        **kwargs: Any,
    ) -> None:
        self._tab = _checked(tab)
        self._children: dict[str, ServingWidget] = {}
        self._tags = TagsTab(self)
        self._config = ConfigTab(self)
        self._unread: ServingError | None = None
        super().__init__(endpoint, workspace=workspace, **kwargs)

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return self._endpoint

    @property
    def seen(self) -> EndpointInfo | None:
        """The endpoint as last seen; None before the first look, and once it is deleted."""
        seen = self.workspace.watcher.store.get(self._endpoint)
        return None if seen is None or seen.deleted else seen.info

    async def look(self) -> EndpointInfo:
        """Look at the endpoint now."""
        return await self.workspace.watcher.look(self._endpoint)

    async def first_picture(self) -> None:
        """Look, and publish what is seen."""
        await self._first_picture()

    def publish_now(self) -> None:
        """Publish what has changed without waiting for more of it."""
        self._publish()

    def close(self) -> None:
        """Close the panel, and with it the widgets in its tabs.

        Examples
        --------
        >>> panel = sw.EndpointPanel("churn")
        >>> panel.close()
        """
        for child in getattr(self, "_children", {}).values():
            child.close()
        super().close()

    def _ops(self) -> dict[str, Op]:
        return {**super()._ops(), "tab": self._choose, **self._tags.ops(), **self._config.ops()}

    def _body(self) -> PanelBody:
        info = self.seen
        chat = info is not None and task_of(info) in CHATS
        return {
            **super()._body(),
            "tab": self._tab,
            "tabs": [tab.picture(chat=chat) for tab in TABS],
            "children": {name: f"IPY_MODEL_{child.model_id}" for name, child in self._children.items()},
            "budget": None if info is None else _budget(info),
            "tags": None if info is None else self._tags.picture(info),
            "config": None if info is None else self._config.picture(info),
        }

    def _arguments(self) -> Mapping[str, object]:
        return {"endpoint": self._endpoint, "tab": self._tab}

    def _changed(self, change: Change) -> None:
        seen = self.workspace.watcher.store.get(self._endpoint)
        # Only a get tells a configuration whole; over a list's summary the draft would lose what that leaves out.
        if seen is not None and seen.fresh and not seen.deleted and self._concerned(change):
            self._config.follow(seen.info)
        super()._changed(change)

    async def _first_look(self) -> None:
        await super()._first_look()
        if self._tab == "metrics" and self.seen is not None:
            from serving_widgets.widgets.metrics.endpoint_metrics import read_metrics

            self._unread = await read_metrics(self.workspace, self._endpoint)

    def _static(self) -> Mapping[str, str]:
        info = self.seen
        if self._tab != "metrics" or info is None:
            return super()._static()
        from serving_widgets.render import status_card
        from serving_widgets.render.stack import Stack
        from serving_widgets.widgets.metrics.endpoint_metrics import metrics_page

        said = Stack(status_card(info, where=self.workspace.where), metrics_page(self.workspace, info, self._unread))
        return {"text/plain": repr(said), "text/html": said._repr_html_()}

    async def _choose(self, args: Args, _: Progress) -> None:
        """Note the chosen tab, and make the widget in it when it is first wanted."""
        self._tab = _checked(text_of(args, "name"))
        tab = next(tab for tab in TABS if tab.key == self._tab)
        key, make = tab.part_of or tab.key, tab.open
        if make is not None and not self._ended:
            child = self._children.get(key)
            if child is None or child.comm is None:
                self._children[key] = self._channel.within(lambda: make(self._endpoint, self.workspace))
        self.publish_now()


def _checked(tab: str) -> str:
    if tab not in TAB_NAMES:
        near = nearest(str(tab), TAB_NAMES)
        hint = f"Did you mean {near!r}?" if near else f"There are {', '.join(TAB_NAMES)}."
        raise ConfigError(f"A panel has no tab {tab!r}.", hint=hint)
    return tab


def _budget(info: EndpointInfo) -> BudgetPicture:
    budget = budget_of(info)
    return {"policy": budget.policy, "source": budget.source, "change": budget.change}
