"""Pages that say anything and services that answer anything: no write, no escape, no fault in the kernel."""

import asyncio
import functools
import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from patience import drain
from random_shapes import HOSTILE, JSON, RANDOM_ANSWERS, Faults, real_answer, real_answers
from scripted_service import ScriptedService

import serving_widgets as sw
from serving_widgets.client.http.timing import HostClock
from serving_widgets.widgets.metrics.endpoint_metrics import EndpointMetrics

TOKEN = "canary-0123456789"
KINDS = {
    "CreateEndpoint": lambda ws: sw.CreateEndpoint(workspace=ws),
    "EndpointCompare": lambda ws: sw.EndpointCompare("churn", "pricing", workspace=ws),
    "EndpointBrowser": lambda ws: sw.EndpointBrowser(workspace=ws, selected="churn"),
    "StatusBadge": lambda ws: sw.StatusBadge("churn", workspace=ws),
    "EndpointControls": lambda ws: sw.EndpointControls("churn", workspace=ws),
    "EndpointPanel": lambda ws: sw.EndpointPanel("churn", workspace=ws),
    "LogViewer": lambda ws: sw.LogViewer("churn", workspace=ws),
    "EndpointMetrics": lambda ws: EndpointMetrics("churn", workspace=ws),
    "SchemaExplorer": lambda ws: sw.SchemaExplorer("churn", workspace=ws),
    "PermissionsEditor": lambda ws: sw.PermissionsEditor("churn", workspace=ws),
}
FEW = settings(
    max_examples=max(8, settings.default.max_examples // 8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

# What arguments are called anywhere, with what is nearly right for them: but for two words, "stop" and "start", which
# with the endpoint's name are all that it takes to have that done.
ARGUMENTS = {
    "view": st.sampled_from(["v1", "v2", ""]),
    "name": st.sampled_from(["churn", "pricing", "Churn", "../churn", "churn/../pricing", "nobody"]),
    "names": st.lists(st.sampled_from(["churn", "pricing", "../x", ""]), max_size=3),
    "action": st.sampled_from(["delete", "update", "set_tags", "aio", "__class__", "query", "create", "STOP", "close"]),
    "confirm": st.sampled_from(["Churn", "churn ", True, ["churn"], "", None]),
    "mark": st.sampled_from(["", "0", None, True]),
    "plan": st.sampled_from(["", "0", None, True]),
    "key": st.sampled_from(["e0", "team", "__proto__", "a/b"]),
    "value": JSON,
    "field": st.sampled_from(["entity_version", "workload_size", "__dict__", "x"]),
    "principal": st.sampled_from(["vera@example.com", "analysts", ""]),
    "level": st.sampled_from(["CAN_MANAGE", "CAN_VIEW", "OWNER"]),
    "rev": st.integers(-5, 5),
    "entity": st.sampled_from(["churn_model-3", "../x", ""]),
    "text": st.text(max_size=10) | st.sampled_from(HOSTILE),
    "index": st.sampled_from([-1, 0, 10**9, "0"]),
}
ARGS = st.fixed_dictionaries({}, optional={name: value | value | JSON for name, value in ARGUMENTS.items()})


def messages(ops):
    """Messages with the operations that a widget knows, most of them with arguments of the right names; and others."""
    known = st.sampled_from([*sorted(ops), "cancel", "__init__", "close", ""])
    shaped = st.fixed_dictionaries({"op": known, "args": ARGS})
    odd = st.fixed_dictionaries({"op": known | JSON, "args": ARGS | JSON, "id": st.sampled_from(["a", "b"]) | JSON})
    return st.lists(shaped | shaped | shaped | odd | JSON, min_size=4, max_size=12)


def said_to(page):
    return json.dumps([data for _, data in page.comm.messages], default=repr)


@pytest.mark.parametrize("kind", KINDS)
def test_no_message_writes_anything_or_breaks_the_kernel(kind, ws, page, posts):
    ws.endpoints.list()
    widget = KINDS[kind](ws)
    open_page = page(widget)
    open_page.ask("hello", view="v1")
    # A query is what the button "Send request" is there for: what it sends is not a write.
    numbers = itertools.count()
    ops = set(widget._channel._ops) - {"send", "send_stream"}

    @FEW
    @given(messages(ops))
    def say(contents):
        for content in contents:
            if isinstance(content, dict):
                content = {"id": f"m{next(numbers)}", **content}
            widget._handle_msg({"content": {"data": {"method": "custom", "content": content}}, "buffers": []})
        open_page.ask("refresh")

    with Faults() as faults:
        say()
        drain()
    assert posts(ws) == []
    assert faults.said == []
    assert ws.mock.own_token not in said_to(open_page)
    asked = {entry["path"].partition("/serving-endpoints")[2] for entry in ws.mock.journal()}
    assert not [path for path in asked if ".." in path or "%2e" in path.lower()]
    widget.close()


def _own(widget):
    """What of a widget's state does not change by itself."""
    parts = [getattr(widget, name) for name in ("kind", "_esm", "_runtime", "_part")]
    return [*parts, sorted(widget.state), widget.state["workspace"]]


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_cannot_set_what_a_widget_says(kind, ws, page):
    widget = KINDS[kind](ws)
    before = _own(widget)

    @FEW
    @given(st.dictionaries(st.sampled_from(["state", "kind", "_esm", "_runtime", "_part", "status", "selected"]), JSON))
    def set_state(state):
        update = {"method": "update", "state": state, "buffer_paths": []}
        widget._handle_msg({"content": {"data": update}, "buffers": []})

    with Faults() as faults:
        set_state()
    assert _own(widget) == before
    assert faults.said == []
    widget.close()


@pytest.fixture(scope="module")
def real():
    return real_answers()


@pytest.mark.parametrize("kind", KINDS)
def test_a_service_that_answers_in_any_shape_is_a_picture_too(kind, page, real):
    with ScriptedService() as service:
        opened = sw.connect(host=service.host, token=TOKEN, name="random", read_only=False)
        at_once = HostClock(sleep=lambda seconds: asyncio.sleep(0))
        opened._new_client = functools.partial(opened._new_client, clock=at_once)

        @FEW
        @given(RANDOM_ANSWERS)
        def look(answer):
            service.rule = lambda method, path: answer.to(real_answer(real, path.partition("?")[0]))
            opened.watcher.store.forget()
            widget = KINDS[kind](opened)
            shown, _ = widget._repr_mimebundle_()
            seen = page(widget)
            seen.ask("hello", view=widget.model_id)
            seen.say("refresh")
            assert shown["text/html"]
            assert TOKEN not in json.dumps(shown) + said_to(seen)
            widget.close()

        with Faults() as faults:
            look()
            drain()
        opened.close()
        assert service.writes == []
    assert faults.said == []
