"""The names that completion offers: those that this process has seen. Nothing is opened for them.

Of a connection whose endpoints were never listed, the list is asked for, once and for a moment.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from serving_widgets.api.imported import imported

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace import Workspace

_CONNECT = "serving_widgets.workspace.open_connections"
_PATIENCE = 0.5  # seconds that a person who pressed Tab waits for names, once


class KnownNames:
    """The names that a line may mean, as far as they were seen.

    Parameters
    ----------
    workspace
        The connection that the line names.
    first_word
        The first word after the command: for most commands, the endpoint that the line names.
    """

    def __init__(self, workspace: str | None = None, first_word: str | None = None) -> None:
        self._workspace, self.first_word = workspace, first_word

    def endpoints(self) -> Iterable[str]:
        """Return the names of the endpoints of the workspace that the line means."""
        opened = self._opened()
        return () if opened is None else opened.watcher.names()

    def connections(self) -> Iterable[str]:
        """Return the names of the open connections."""
        connect = imported(_CONNECT)  # what is not imported has opened nothing
        return () if connect is None else connect.connections()

    def ids(self) -> Iterable[str]:
        """Return the ids of the endpoints of the workspace that the line means."""
        opened = self._opened()
        return () if opened is None else [info.id for info in opened.watcher.seen().values() if info.id]

    def entities(self) -> Iterable[str]:
        """Return the names of the served entities of the endpoint that the line names, pending ones included."""
        from serving_widgets.workspace.logs.read_log import entities_of

        info = self._info()
        return () if info is None else entities_of(info)

    def versions(self) -> Iterable[str]:
        """Return the versions of that endpoint's configuration, the newest first."""
        info = self._info()
        configs = () if info is None else (info.pending_config, info.config)
        return [str(each.config_version) for each in configs if each is not None and each.config_version is not None]

    def formats(self) -> Iterable[str]:
        """Return the formats of that endpoint, of its schema where it was read, else of all schemas of its sort."""
        from serving_widgets.workspace.queries.schema import known_formats

        opened, info = self._opened(), self._info()
        return () if opened is None or info is None else known_formats(opened, info)

    def models(self) -> Iterable[str]:
        """Return the registered models that were read."""
        from serving_widgets.workspace.registry.models import KnownModels

        opened = self._opened()
        return () if opened is None else opened.attachments.of(KnownModels)

    def model_versions(self) -> Iterable[str]:
        """Return the aliases and versions of that endpoint's models, as far as they were read."""
        from serving_widgets.workspace.registry.models import KnownModels

        opened, info = self._opened(), self._info()
        if opened is None or info is None:
            return ()
        known = opened.attachments.of(KnownModels)
        return dict.fromkeys(word for each in info.entities for word in known.get(each.entity_name or "", ()))

    def tags(self) -> Iterable[str]:
        """Return the keys of that endpoint's tags; where the line names none, of all tags."""
        opened, info = self._opened(), self._info()
        infos = [info] if info is not None else []
        if self.first_word is None and opened is not None:
            infos = [seen.info for seen in opened.watcher.store.present().values()]
        return dict.fromkeys(tag.key for info in infos for tag in info.tags if tag.key)

    def principals(self) -> Iterable[str]:
        """Return the principals in the workspace's access control lists, those of that endpoint first."""
        opened = self._opened()
        if opened is None:
            return ()
        from serving_widgets.workspace.changes.grants import known_access

        lists = known_access(opened)
        own = filter(None, [lists.get(self.first_word or "")])
        return dict.fromkeys(entry.principal.name for acl in (*own, *lists.values()) for entry in acl.entries)

    def _opened(self) -> Workspace | None:
        connect = imported(_CONNECT)
        if connect is None:
            return None
        found: Workspace | None = (
            connect.active() if self._workspace is None else connect.connections().get(self._workspace)
        )
        if found is not None:
            found.learn_names(_PATIENCE)
        return found

    def _info(self) -> EndpointInfo | None:
        opened = self._opened()
        seen = None if opened is None or self.first_word is None else opened.watcher.store.get(self.first_word)
        return None if seen is None or seen.deleted else seen.info
