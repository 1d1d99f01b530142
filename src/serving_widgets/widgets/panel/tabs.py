"""The tabs of a panel. A new tab is a widget with a view of its own, and a line in the table."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serving_widgets.widgets.core.base import ServingWidget
    from serving_widgets.workspace import Session

    from .contract import PanelTabPicture


@dataclasses.dataclass(frozen=True, slots=True)
class PanelTab:
    """One tab.

    Attributes
    ----------
    key
        Its name for programs.
    label, chat_label
        Its name on screen; for a language model, which one talks to, another one may fit better.
    open
        Makes the widget in it, of an endpoint in a workspace; None where the panel draws it itself.
    part_of
        The tab that has the widget already of which this one shows another part; "" where it has one of its own.
    transient
        Whether its widget goes when another tab is looked at, because the kernel works for as long as it is there.
    of_deleted
        Whether it stays for an endpoint that was deleted: "always", or "opened" where it is being read already.
    in_row
        What the menu of a browser's row calls it; "" where it does not lead there.
    """

    key: str
    label: str
    open: Callable[[str, Session], ServingWidget] | None = None
    part_of: str = ""
    transient: bool = False
    of_deleted: str = ""
    in_row: str = ""
    chat_label: str = ""

    def picture(self, *, chat: bool) -> PanelTabPicture:
        """Return the tab as the page needs it: there are many panels, so what is usual is left out."""
        made: PanelTabPicture = {"key": self.key}
        label = (chat and self.chat_label) or self.label
        if label != self.key.capitalize():
            made["label"] = label
        if self.open is not None:
            made["child"] = True
        if self.part_of:
            made["part_of"] = self.part_of
        if self.transient:
            made["transient"] = True
        if self.of_deleted:
            made["of_deleted"] = self.of_deleted
        return made


def _logs(endpoint: str, workspace: Session) -> ServingWidget:
    from serving_widgets.api.endpoint.failed_entity import find_failed_entity
    from serving_widgets.widgets.logs.log_viewer import LogViewer

    # After an update that failed, the log that tells why is what one opens the logs for.
    seen = workspace.watcher.store.get(endpoint)
    found = find_failed_entity(seen.info) if seen is not None else None
    if found is None:
        return LogViewer(endpoint, workspace=workspace)
    return LogViewer(endpoint, found.entity, sort=found.sort, workspace=workspace)


def _metrics(endpoint: str, workspace: Session) -> ServingWidget:
    from serving_widgets.widgets.metrics.endpoint_metrics import EndpointMetrics

    return EndpointMetrics(endpoint, workspace=workspace)


def _permissions(endpoint: str, workspace: Session) -> ServingWidget:
    from serving_widgets.widgets.permissions.permissions_editor import PermissionsEditor

    return PermissionsEditor(endpoint, workspace=workspace)


def _schema(endpoint: str, workspace: Session) -> ServingWidget:
    from serving_widgets.widgets.schema.schema_explorer import SchemaExplorer

    return SchemaExplorer(endpoint, workspace=workspace)


TABS: tuple[PanelTab, ...] = (
    PanelTab("overview", "Overview", of_deleted="always"),
    PanelTab("logs", "Logs", _logs, of_deleted="opened", in_row="Logs"),
    PanelTab("metrics", "Metrics", _metrics, transient=True),
    PanelTab("permissions", "Permissions", _permissions, in_row="Permissions"),
    PanelTab("schema", "Schema", _schema),
    PanelTab("query", "Query", _schema, part_of="schema", in_row="Query", chat_label="Chat"),
    PanelTab("tags", "Tags"),
    PanelTab("config", "Config"),
)
TAB_NAMES = tuple(tab.key for tab in TABS)
