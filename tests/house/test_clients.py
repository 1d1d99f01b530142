"""CONTRIBUTING says which call of which official client is shown by which test. It tells the truth."""

import ast
import inspect
import re
from dataclasses import dataclass

import pytest
from databricks.sdk.service.serving import ServingEndpointsAPI, ServingEndpointsDataPlaneAPI
from mlflow.deployments import BaseDeploymentClient
from mlflow.deployments.databricks import DatabricksDeploymentClient

from serving_widgets.mock.routes import ROUTES

_ROW = re.compile(r"\| `(\w+): ([\w.]+)` \| `(\w+) (\S+)` \| `([\w./]+)::(\w+)` \|")
_REQUEST = re.compile(r'self\._api\.do\(\s*"(\w+)",\s*f?"([^"]+)"')


@dataclass(frozen=True)
class Row:
    client: str
    call: str
    method: str
    path: str
    file: str
    test: str

    @property
    def name(self):
        return self.call.rpartition(".")[2]


@pytest.fixture(scope="module")
def rows(project):
    """Return the rows of the table."""
    text = (project / "CONTRIBUTING.md").read_text()
    return [Row(*found) for found in _ROW.findall(text)]


def has_route(method, path):
    return any(route.method == method and route.match(path.split("/")) is not None for route in ROUTES)


def test_every_row_names_a_test_that_makes_the_call(rows, project):
    assert len(rows) > 50
    for row in rows:
        source = (project / "tests" / "mock" / row.file).read_text()
        tests = {node.name: ast.get_source_segment(source, node) for node in ast.parse(source).body if is_test(node)}
        assert row.test in tests, f"{row.file} has no {row.test}"
        assert f".{row.name}(" in tests[row.test], f"{row.test} does not call {row.call}"


def is_test(node):
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test_")


def test_every_row_names_a_route_of_the_mock(rows):
    for row in rows:
        assert has_route(row.method, row.path), f"{row.method} {row.path}"


def test_every_method_of_the_sdk_that_has_a_route_is_in_the_table(rows):
    listed = {row.call for row in rows if row.client == "sdk"}
    for prefix, api in (
        ("serving_endpoints", ServingEndpointsAPI),
        ("serving_endpoints_data_plane", ServingEndpointsDataPlaneAPI),
    ):
        for name, function in inspect.getmembers(api, inspect.isfunction):
            sent = _REQUEST.search(inspect.getsource(function))
            if not name.startswith("_") and (sent is None or has_route(*sent.groups())):
                assert f"{prefix}.{name}" in listed


def test_every_method_of_mlflows_client_that_it_implements_is_in_the_table(rows):
    listed = {row.call for row in rows if row.client == "mlflow"}
    for name, function in inspect.getmembers(DatabricksDeploymentClient, inspect.isfunction):
        own = function is not getattr(BaseDeploymentClient, name, None)
        if own and not name.startswith("_") and "raise NotImplementedError" not in inspect.getsource(function):
            assert name in listed
