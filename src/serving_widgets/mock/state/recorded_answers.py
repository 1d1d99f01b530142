"""Answers of another workspace, given as they were recorded until what they tell of has changed here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from serving_widgets.mock.service.endpoint import Config, EndpointRecord

Key = tuple[str, str, tuple[tuple[str, str], ...], str]


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """One answer.

    Attributes
    ----------
    endpoint : str
        Of which endpoint it tells; "" for none.
    of_model : bool
        Whether it tells of the model, which a stop or a new grant does not change.
    """

    status: int
    media_type: str
    body: bytes
    endpoint: str = ""
    of_model: bool = False


class RecordedAnswers:
    """The answers of a recording, by request.

    Those of an endpoint are given until it changes, those of its model until it is updated.
    """

    def __init__(self) -> None:
        self._answers: dict[Key, RecordedAnswer] = {}
        self._configs: dict[str, Config | None] = {}

    def add(self, method: str, path: str, query: str, body: bytes, answer: RecordedAnswer) -> None:
        """Take in an answer; of two to one request the later is given."""
        self._answers[_key(method, path, query, body)] = answer

    def begin(self, endpoint: EndpointRecord) -> None:
        """Take an endpoint as it is now for as it was when it was recorded."""
        self._configs[endpoint.name] = endpoint.config
        endpoint.summaries[_UNCHANGED] = b""

    def find(
        self, method: str, path: str, query: str, body: bytes, endpoint_of: Callable[[str], EndpointRecord | None]
    ) -> RecordedAnswer | None:
        """Return the answer to a request, None where there is none, or it is true no longer."""
        found = self._answers.get(_key(method, path, query, body)) if self._answers else None
        if found is None or not found.endpoint:
            return found
        endpoint = endpoint_of(found.endpoint)
        if endpoint is None:
            return None
        if found.of_model:
            same = endpoint.config is not None and endpoint.config is self._configs.get(endpoint.name)
            return found if same and endpoint.ready else None
        # Forgotten with everything else that is derived from the endpoint's state.
        return found if _UNCHANGED in endpoint.summaries else None

    def schema_of(self, endpoint: str) -> Any:
        """Return the recorded OpenAPI document of an endpoint, None where there is none."""
        found = self._answers.get(_key("GET", f"/api/2.0/serving-endpoints/{endpoint}/openapi", "", b""))
        try:
            return json.loads(found.body) if found is not None and found.status == 200 else None
        except (ValueError, RecursionError):
            return None

    def is_recorded(self, endpoint: str) -> bool:
        """Whether an endpoint is one of the recording."""
        return endpoint in self._configs


_UNCHANGED = "as recorded"


def _key(method: str, path: str, query: str, body: bytes) -> Key:
    pairs = tuple(sorted(parse_qsl(query, keep_blank_values=True)))
    if not body:
        return method, path, pairs, ""
    try:
        return method, path, pairs, json.dumps(json.loads(body), sort_keys=True)
    except (ValueError, RecursionError):
        return method, path, pairs, body.decode("utf-8", "replace")
