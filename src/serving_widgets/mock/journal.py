"""What was asked: every request but the steering ones, without its secrets."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from .endpoint import digest

_SECRET = re.compile(r"plaintext|password|secret|assertion|private_key|api_key|access_key|token$", re.IGNORECASE)
_REFERENCE = re.compile(r"\{\{secrets/[^{}]+\}\}")
_HIDDEN = "[redacted]"
_LARGEST = 64 * 1024
_KEPT = 10_000


class Journal:
    """The latest requests, oldest first."""

    def __init__(self) -> None:
        self._entries: deque[dict[str, Any]] = deque(maxlen=_KEPT)
        self._count = 0
        self._writes: Counter[tuple[str, str]] = Counter()

    def request_id(self, method: str, path: str, query: str, at: float) -> str:
        """Return an id for a request, which does not depend on how often somebody looked: reads don't count."""
        if method == "GET":
            return str(uuid.UUID(digest("request", method, path, query, at)))
        self._writes[method, path] += 1
        return str(uuid.UUID(digest("request", method, path, self._writes[method, path])))

    def open(
        self,
        *,
        method: str,
        path: str,
        query: Mapping[str, str],
        user: str | None,
        at: float,
        body: bytes,
        request_id: str,
    ) -> dict[str, Any]:
        """Enter a request as it arrives; its ``status`` comes with the answer (0: the connection was dropped)."""
        self._count += 1
        entry: dict[str, Any] = {
            "n": self._count,
            "method": method,
            "path": path,
            "query": redacted(query),
            "user": user,
            "status": None,
            "service_time": at,
            "body": _shown(body),
            "request_id": request_id,
        }
        self._entries.append(entry)
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """Return copies of the entries."""
        return [dict(entry) for entry in self._entries]


def redacted(value: Any, *, within: str = "") -> Any:
    """Return JSON without secrets: members by their name, and environment variables that aren't references."""
    if isinstance(value, Mapping):
        return {
            key: redacted(one, within=within if within == "environment_vars" else key) for key, one in value.items()
        }
    if isinstance(value, list):
        return [redacted(one, within=within) for one in value]
    secret = within == "environment_vars" or _SECRET.search(within)
    if secret and isinstance(value, str) and not _REFERENCE.fullmatch(value):
        return _HIDDEN
    return value


def _shown(body: bytes) -> Any:
    if not body:
        return None
    if len(body) > _LARGEST:
        return {"bytes": len(body)}
    try:
        return redacted(json.loads(body))
    except (ValueError, RecursionError):
        # Not JSON, but a form with credentials, perhaps; or nested without end.
        return {"bytes": len(body)}
