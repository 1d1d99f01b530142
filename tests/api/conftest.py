"""Replies of the service, as the tests of this room need them."""

import copy
import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo

ENTITY = {
    "name": "churn_model-3",
    "entity_name": "main.ml.churn_model",
    "entity_version": "3",
    "type": "UC_MODEL",
    "workload_size": "Small",
    "workload_type": "CPU",
    "scale_to_zero_enabled": True,
    "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
}
READY = {
    "name": "churn",
    "creator": "ana@example.com",
    "creation_timestamp": 1767000000000,
    "state": {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"},
    "config": {
        "config_version": 1,
        "served_entities": [ENTITY],
        "traffic_config": {"routes": [{"served_entity_name": "churn_model-3", "traffic_percentage": 100}]},
    },
    "id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
    "permission_level": "CAN_MANAGE",
    "route_optimized": False,
}

# Any JSON value, and objects that have the names of the real fields with values of any shape.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def like(sample: Any) -> st.SearchStrategy[Any]:
    """Objects with some of the sample's fields, right or odd."""
    if isinstance(sample, dict):
        fields = {key: like(value) for key, value in sample.items()}
        return st.fixed_dictionaries({}, optional=fields) | JSON
    if isinstance(sample, list):
        return st.lists(like(sample[0]), max_size=2) | JSON
    return st.just(sample) | JSON


@pytest.fixture(scope="session")
def endpoint() -> Callable[..., EndpointInfo]:
    """Make a ready endpoint with some fields replaced; None takes one away."""

    def make(**fields: Any) -> EndpointInfo:
        raw = {key: value for key, value in {**copy.deepcopy(READY), **fields}.items() if value is not None}
        return EndpointInfo.read(json.loads(json.dumps(raw)))

    return make


@pytest.fixture
def ready() -> dict[str, Any]:
    """The JSON of a ready endpoint."""
    return copy.deepcopy(READY)


@pytest.fixture
def entity() -> dict[str, Any]:
    """The JSON of one served entity."""
    return copy.deepcopy(ENTITY)


@pytest.fixture(scope="session")
def odd_replies() -> st.SearchStrategy[dict[str, Any]]:
    """Replies about an endpoint whose fields have any shape at all."""
    full = {**READY, "pending_config": READY["config"], "tags": [{"key": "team", "value": "ads"}]}
    return st.fixed_dictionaries({}, optional={key: like(value) for key, value in full.items()})


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Run a line in an interpreter of its own and return what it prints."""

    def run(code: str) -> str:
        return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()

    return run
