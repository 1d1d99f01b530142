"""The contract with the page: the front end has its types from it, and widgets keep to it."""

import typing

import page_contract
import pytest

from serving_widgets.widgets.browser.contract import BrowserOps
from serving_widgets.widgets.compare.contract import CompareOps
from serving_widgets.widgets.core import base
from serving_widgets.widgets.core.contract import ActOps, Ops
from serving_widgets.widgets.create.contract import CreateOps
from serving_widgets.widgets.logs.contract import LogOps
from serving_widgets.widgets.metrics.contract import MetricsOps
from serving_widgets.widgets.panel.contract import PanelOps
from serving_widgets.widgets.permissions.contract import PermissionsOps
from serving_widgets.widgets.schema.contract import SchemaOps

STALE = "is stale; run: python tests/support/page_contract.py"


OPS = {
    "create_endpoint": CreateOps,
    "endpoint_compare": CompareOps,
    "endpoint_metrics": MetricsOps,
    "endpoint_browser": BrowserOps,
    "endpoint_controls": ActOps,
    "endpoint_panel": PanelOps,
    "log_viewer": LogOps,
    "permissions_editor": PermissionsOps,
    "schema_explorer": SchemaOps,
}


def test_the_front_end_has_the_types_of_the_contracts():
    made = {**page_contract.contracts(), **page_contract.tables()}
    stale = [file.name for file, text in made.items() if file.read_text() != text]
    assert not stale, STALE


def test_the_front_ends_tests_read_what_widgets_are_like():
    made = page_contract.fixtures()
    fresh = {file for file, text in made.items() if file.read_text() == text}
    assert fresh == set(page_contract.FIXTURES.iterdir()), STALE


@pytest.fixture
def widgets(ws):
    page_contract.import_widgets()
    return [page_contract.widget_of(cls, ws) for cls in page_contract.kinds(base.ServingWidget)]


def test_a_state_has_the_members_of_its_contract_and_no_others(widgets):
    for widget in widgets:
        body = typing.get_type_hints(type(widget)._body)["return"]
        assert set(widget._body()) == set(typing.get_type_hints(body)), type(widget)


def test_pages_may_ask_for_what_the_contract_names_and_get_the_answers_that_it_names(widgets):
    for widget in widgets:
        ops = typing.get_type_hints(OPS.get(widget._kind, Ops))
        asked = widget._ops()
        assert {name.rstrip("_") for name in ops} == set(asked), type(widget)
        for name, (_, answer, *_) in ((name, typing.get_args(kind)) for name, kind in ops.items()):
            assert typing.get_type_hints(asked[name.rstrip("_")])["return"] == (answer or type(None)), (
                type(widget),
                name,
            )
