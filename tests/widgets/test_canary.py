"""The token: nowhere but in the one object that signs requests."""

import json
import logging
import pickle

import pytest
from patience import drain

import serving_widgets as sw
from serving_widgets.widgets.metrics.endpoint_metrics import EndpointMetrics


@pytest.fixture
def real(ws):
    """Return a workspace opened by address and token, and its token, which is the canary."""
    canary = ws.mock.own_token
    opened = sw.connect(host=ws.host, token=canary, name="real")
    yield opened, canary
    opened.close()


def everything_said(comms):
    return json.dumps([data for each in comms.values() for _, data in each.messages])


def test_no_byte_that_goes_to_the_page_holds_the_token(real, comms, page, caplog):
    opened, canary = real
    with caplog.at_level(logging.DEBUG):
        widgets = [
            sw.EndpointBrowser(workspace=opened, selected="churn"),
            sw.StatusBadge("fraud-detector", workspace=opened),
            sw.EndpointControls("unity-model-endpoint", workspace=opened),
            sw.StatusBadge("nope", workspace=opened),
            sw.EndpointPanel("example-endpoint", workspace=opened),
            sw.LogViewer("churn", sort="build", workspace=opened),
            EndpointMetrics("fraud-detector", workspace=opened),
            sw.SchemaExplorer("example-endpoint", workspace=opened),
            sw.PermissionsEditor("churn", workspace=opened),
        ]
        for widget in widgets:
            page(widget).ask("hello", view=widget.model_id)
        page(widgets[0]).ask("rows")
        page(widgets[0]).ask("act_many", action="stop", names=["chat", "nightly-scores"])
        page(widgets[4]).ask("draft")
        page(widgets[4]).ask("draft_edit", key="e0", field="entity_version", value="3")
        page(widgets[4]).ask("deploy", mark=widgets[4].state["config"]["draft"]["mark"])
        page(widgets[4]).ask("tag_set", key="team", value="x")
        page(widgets[4]).ask("tags_save", mark=widgets[4].state["tags"]["mark"])
        page(widgets[-1]).ask("add", principal="nobody@example.com", level="CAN_VIEW")
        page(widgets[-1]).ask("save", plan=widgets[-1].state["access"]["plan"]["key"])
        page(widgets[-1]).ask("export")
        page(widgets[2]).ask("act", action="stop", name="unity-model-endpoint")
        page(widgets[2]).ask("act", action="stop", name="unity-model-endpoint")
        page(widgets[2]).ask("act", action="delete", name="unity-model-endpoint", confirm="n")
        for op in ("look", "send", "snippets", "save"):
            page(widgets[-2]).ask(op)
        shown = [widget._repr_mimebundle_() for widget in widgets]
        drain()
    assert canary not in everything_said(comms)
    assert canary not in json.dumps(shown)
    assert canary not in caplog.text


def test_no_public_object_shows_the_token(real):
    opened, canary = real
    ep = opened.endpoints.get("churn")
    looked = [
        opened,
        opened.endpoints,
        ep,
        ep.aio,
        ep.info,
        opened.watcher,
        opened.client(),
        opened.guard,
        ep.plan("stop"),
    ]
    for each in looked:
        assert canary not in repr(each) + str(each)
        assert canary not in str(getattr(each, "__dict__", ""))


def test_errors_hold_no_token(real):
    opened, canary = real
    for call in (
        lambda: opened.endpoints.get("nope"),
        lambda: opened.endpoints.get("pricing").stop(),
        lambda: opened.endpoints.get("churn").wait(),
        lambda: opened.endpoints.create("churn", entity_name="main.ml.churn", entity_version="1"),
    ):
        with pytest.raises(sw.ServingError) as caught:
            call()
        assert canary not in str(caught.value) + repr(vars(caught.value))
        assert canary.encode() not in pickle.dumps(caught.value)
