"""Answers of a service that are nearly right, or not at all: real ones in which some places hold something else."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
from hypothesis import strategies as st

from serving_widgets.mock import MockWorkspace

BASE = "/api/2.0/serving-endpoints"
#: What of a path says which answer is meant, the more particular first; and the path that a real one is had by.
SORTS = {
    "/permissionLevels": "/api/2.0/permissions/serving-endpoints/{id}/permissionLevels",
    "/permissions/": "/api/2.0/permissions/serving-endpoints/{id}",
    "/build-logs": f"{BASE}/churn/served-models/churn_model-4/build-logs",
    "/logs": f"{BASE}/churn/served-models/churn_model-3/logs",
    "/openapi": f"{BASE}/example-endpoint/openapi",
    "/metrics": f"{BASE}/fraud-detector/metrics",
    "/Me": "/api/2.0/preview/scim/v2/Me",
    "/Groups/": "/api/2.0/preview/scim/v2/Groups/{group}",
    "/Groups": "/api/2.0/preview/scim/v2/Groups",
    "/Users": "/api/2.0/preview/scim/v2/Users",
    "/ServicePrincipals": "/api/2.0/preview/scim/v2/ServicePrincipals",
    "/versions": "/api/2.1/unity-catalog/models/main.risk.fraud_detector/versions",
    "/models/": "/api/2.1/unity-catalog/models/main.risk.fraud_detector",
    "/models": "/api/2.1/unity-catalog/models",
    "/serving-endpoints/": f"{BASE}/churn",
    "/serving-endpoints": BASE,
}
PREDICTIONS = {"predictions": [0.5], "choices": [{"message": {"role": "assistant", "content": "hello"}}]}

HOSTILE = (
    "",
    "\x1b[31m",
    "\u202e",
    "<img src=x onerror=alert(1)>",
    "a/../b",
    "\x00",
    "ü" * 70,
    "{name}",
    "%s",
    "NaN",
    "é\ud83d",
)
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**63, -(10**30), 1.5, -0.0, 1e308])
    | st.sampled_from(HOSTILE)
    | st.text(max_size=8)
)
_KEYS = st.sampled_from(
    ["name", "state", "config", "id", "ready", "tags", "key", "value", "served_entities"]
) | st.text(max_size=4)
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4), max_leaves=8
)


@st.composite
def _any_json(draw: Any) -> Any:
    """Any JSON; a function, because Hypothesis would spell the strategy out wherever it stands."""
    return draw(_JSON)


JSON = _any_json()


@dataclasses.dataclass(frozen=True)
class RandomAnswer:
    """What is wrong with an answer.

    Attributes
    ----------
    changes
        Which place of a real answer holds what instead.
    whole
        What comes instead of it altogether, where that is not None.
    """

    status: int
    kind: str
    changes: tuple[tuple[int, Any], ...]
    whole: Any = None

    def to(self, real: Any) -> tuple[int, dict[str, str], Any]:
        """Return status, headers and body of the answer where a real one would be ``real``."""
        body = self.whole if self.whole is not None else changed(real, self.changes)
        data = (
            body
            if isinstance(body, bytes)
            else json.dumps(body).encode()
            if not isinstance(body, str)
            else body.encode("utf-8", "replace")
        )
        return self.status, {"content-type": self.kind}, data


CHANGES = st.lists(st.tuples(st.integers(0, 10**6), JSON), min_size=1, max_size=3).map(tuple)
STATUSES = st.sampled_from([200] * 12 + [201, 204, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503])
KINDS = st.sampled_from(
    ["application/json"] * 6 + ["text/plain", "text/event-stream", "text/html", "", "application/json; charset=utf-16"]
)
RANDOM_ANSWERS = st.builds(
    RandomAnswer, STATUSES, KINDS, CHANGES, st.none() | st.none() | st.none() | JSON | st.binary(max_size=20)
)


def changed(value: Any, changes: tuple[tuple[int, Any], ...]) -> Any:
    """Return a JSON value in which some places hold something else, each told by its number."""
    result = copy.deepcopy(value)
    for number, instead in changes:
        places = list(_places(result))
        if not places:
            return instead
        holder, key = places[number % len(places)]
        holder[key] = copy.deepcopy(instead)
    return result


def real_answers() -> dict[str, Any]:
    """Return an answer of the embedded workspace for each sort: JSON, or text."""
    with MockWorkspace(clock="manual") as mock:
        headers = {"Authorization": f"Bearer {mock.token}"}

        def get(path: str) -> httpx.Response:
            return httpx.get(mock.host + path, headers=headers, trust_env=False)

        ids = {"id": get(f"{BASE}/churn").json()["id"], "group": get(SORTS["/Groups"]).json()["Resources"][0]["id"]}
        answers = {}
        for sort, path in SORTS.items():
            said = get(path.format(**ids))
            assert said.is_success, path
            answers[sort] = said.json() if said.headers["content-type"].startswith("application/json") else said.text
        return answers


def real_answer(answers: dict[str, Any], path: str) -> Any:
    """Return the real answer that a path asks for."""
    if "invocations" in path:
        return PREDICTIONS
    return next(answers[sort] for sort in SORTS if sort in path)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield value, key
        yield from _places(each)


class Faults(logging.Handler):
    """Keeps what is logged as an error meanwhile: what went wrong where no call could raise it."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))

    def __enter__(self) -> Faults:
        logging.getLogger().addHandler(self)
        return self

    def __exit__(self, *error: object) -> None:
        logging.getLogger().removeHandler(self)
