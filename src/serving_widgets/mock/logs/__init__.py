"""Logs that look like the service's: of the build of each image, and of each model server."""

from .keeper import Logs, find, only

__all__ = ["Logs", "find", "only"]
