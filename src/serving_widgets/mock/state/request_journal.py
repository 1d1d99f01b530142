"""What was asked: every request but the steering ones, without its secrets."""

from __future__ import annotations

import re
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any

from serving_widgets.mock.service.endpoint import digest
from serving_widgets.mock.service.strict_json import read_json

_SECRET = re.compile(
    r"plaintext|password|secret|assertion|authorization|private_key|api_key|access_key|token$|^environment_vars$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\{\{secrets/[^{}]+\}\}")
_TOKEN = re.compile(r"mock-(?:oauth-)?[0-9a-f]{32}|dapi[0-9a-f]{32}")
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
            "path": _TOKEN.sub(_HIDDEN, path),
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


def redacted(value: Any, *, secret: bool = False) -> Any:
    """Return JSON without secrets: members by their name, environment variables that aren't references, tokens."""
    if isinstance(value, Mapping):
        return {key: redacted(one, secret=secret or bool(_SECRET.search(key))) for key, one in value.items()}
    if isinstance(value, list):
        return [redacted(one, secret=secret) for one in value]
    if secret and value is not None and not (isinstance(value, str) and _REFERENCE.fullmatch(value)):
        return _HIDDEN
    return _TOKEN.sub(_HIDDEN, value) if isinstance(value, str) else value


def _shown(body: bytes) -> Any:
    if not body:
        return None
    if len(body) > _LARGEST:
        return {"bytes": len(body)}
    try:
        return redacted(read_json(body))
    except ValueError:
        # Not JSON, but a form with credentials, perhaps.
        return {"bytes": len(body)}
