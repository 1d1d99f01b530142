"""The request journal: every request but the steering ones, without its secrets."""

from __future__ import annotations

import json
import re
import uuid
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, Protocol

from serving_widgets.mock.service.endpoint import digest
from serving_widgets.mock.service.strict_json import read_json
from serving_widgets.mock.service.users import MockUser

_SECRET = re.compile(
    r"plaintext|password|secret|assertion|authorization|private_key|api_key|access_key|token$|^environment_vars$",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\{\{secrets/[^{}]+\}\}")
_TOKEN = re.compile(r"mock-(?:oauth-)?[0-9a-f]{32}|dapi[0-9a-f]{32}")
_HIDDEN = "[redacted]"
_LARGEST = 64 * 1024
_LONGEST = 2_000
_KEPT = 10_000
_BODIES = 16 * 1024 * 1024
_MEASURED = 100


class JournaledRequest(Protocol):
    """What the journal reads of a request."""

    method: str
    path: str
    body: bytes
    caller: MockUser | None
    now: float
    request_id: str

    @property
    def query(self) -> Mapping[str, str]:
        """The parameters in its URL."""
        ...


class RequestJournal:
    """The latest requests, oldest first: at most 10,000, and 16 MiB of bodies, of which the oldest are dropped."""

    def __init__(self) -> None:
        self._entries: deque[tuple[dict[str, Any], bytes]] = deque()
        self._size = 0
        self._count = 0
        self._writes: Counter[tuple[str, str]] = Counter()

    def request_id(self, request: JournaledRequest) -> str:
        """Return an id for a request that does not depend on how often a client polls: reads are not counted."""
        method, path = request.method, request.path
        if method == "GET":
            return str(uuid.UUID(digest("request", method, path, str(request.query), request.now)))
        self._writes[method, path] += 1
        return str(uuid.UUID(digest("request", method, path, self._writes[method, path])))

    def open(self, request: JournaledRequest) -> dict[str, Any]:
        """Enter a request as it arrives; its ``status`` comes with the answer (0: the connection was dropped)."""
        self._count += 1
        entry: dict[str, Any] = {
            "n": self._count,
            "method": request.method,
            "path": _TOKEN.sub(_HIDDEN, request.path)[:_LONGEST],
            "query": {key[:_LONGEST]: value[:_LONGEST] for key, value in redacted(dict(request.query)).items()},
            "user": request.caller.name if request.caller else None,
            "status": None,
            "service_time": request.now,
            "body": None,
            "request_id": request.request_id,
        }
        self._keep(entry, _shown(request.body, known=request.caller is not None))
        return entry

    def entries(self) -> list[dict[str, Any]]:
        """Return copies of the entries."""
        return [{**entry, "body": json.loads(body)} for entry, body in self._entries]

    def _keep(self, entry: dict[str, Any], body: bytes) -> None:
        self._entries.append((entry, body))
        self._size += len(body)
        while len(self._entries) > _KEPT:
            self._size -= len(self._entries.popleft()[1])
        for place, (old, kept) in enumerate(self._entries):
            if self._size <= _BODIES:
                break
            if len(kept) > _MEASURED:
                measured = json.dumps({"bytes": len(kept)}).encode()
                self._entries[place] = (old, measured)
                self._size -= len(kept) - len(measured)


def redacted(value: Any, *, secret: bool = False) -> Any:
    """Return JSON without secrets: members by their name, environment variables that aren't references, tokens."""
    if isinstance(value, Mapping):
        return {key: redacted(one, secret=secret or bool(_SECRET.search(key))) for key, one in value.items()}
    if isinstance(value, list):
        return [redacted(one, secret=secret) for one in value]
    if secret and value is not None and not (isinstance(value, str) and _REFERENCE.fullmatch(value)):
        return _HIDDEN
    return _TOKEN.sub(_HIDDEN, value) if isinstance(value, str) else value


def _shown(body: bytes, *, known: bool) -> bytes:
    """Return what is kept of a body, as JSON: only its size if the sender has no token, or it is large or not JSON."""
    if not body:
        return b"null"
    try:
        if known and len(body) <= _LARGEST:
            return json.dumps(redacted(read_json(body)), separators=(",", ":")).encode()
    except ValueError:
        pass  # it may be a form with credentials
    return json.dumps({"bytes": len(body)}).encode()
