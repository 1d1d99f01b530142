"""Logs in the service's style: of the build of each image, and of each model server."""

from .workspace_logs import WorkspaceLogs, find_entity, only_entity

__all__ = ["WorkspaceLogs", "find_entity", "only_entity"]
