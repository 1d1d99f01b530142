"""A frozen view opens the same connection again, without a token in what it remembers."""

import json
from types import SimpleNamespace

import ipywidgets
import pytest

import serving_widgets as sw
from serving_widgets.widgets.core.reconnect import again


def remembered(widget):
    """Return what the page sends of a frozen view."""
    state = widget.state
    return {"again": state["again"], "workspace": state["workspace"]}


def told(asked):
    """Return the answer to the page, and the widget that was made."""
    answer = json.loads(repr(again(sw, json.dumps(asked))))
    return answer, ipywidgets.widgets.widget._instances.get(answer.get("model", ""))


def test_the_embedded_workspace_and_the_panel_with_its_tab_are_opened_again(page):
    with sw.connect("mock", clock="manual", name="ours", protect={"prod-*": "typed"}, read_only=True) as ws:
        panel = sw.EndpointPanel("churn", tab="config")
        asked = remembered(panel)
        assert ws.mock.token not in json.dumps(asked)
    _, made = told(asked)
    assert (made.kind, made.workspace.name, made._endpoint, made._tab) == ("endpoint_panel", "ours", "churn", "config")
    assert made.workspace.read_only
    assert made.workspace.guard.question("prod-x") == "typed"
    made.workspace.close()


@pytest.mark.parametrize(
    "make", [lambda: sw.EndpointBrowser("churn"), lambda: sw.CreateEndpoint("ads"), lambda: sw.EndpointCompare("churn")]
)
def test_each_widget_is_made_with_what_it_was_made_of(ws, page, make):
    widget = make()
    _, made = told(remembered(widget))
    assert (repr(made), made.workspace) == (repr(widget), ws)


def test_a_real_workspace_is_opened_by_this_kernels_own_credentials_for_that_address_alone(ws, page, monkeypatch):
    with sw.connect(host=ws.host, token=ws.mock.token, name="real") as real:
        asked = remembered(sw.StatusBadge("churn", workspace=real))
    answer, _ = told(asked)
    assert "no credential" in answer["error"]["message"]
    monkeypatch.setenv("DATABRICKS_HOST", ws.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", ws.mock.token)
    elsewhere = {**asked, "workspace": {**asked["workspace"], "host": "https://evil.example.com", "name": "evil"}}
    assert "error" in told(elsewhere)[0]
    _, made = told(asked)
    assert (made.workspace.host, made.workspace.name) == (ws.host, "real")
    made.workspace.close()


@pytest.fixture
def real(ws, page, monkeypatch):
    """Return what a saved view says of a real workspace, and that this kernel has credentials for."""
    with sw.connect(host=ws.host, token=ws.mock.token, name="real", protect={"a": "typed"}) as real:
        asked = remembered(sw.StatusBadge("churn", workspace=real))
    monkeypatch.setenv("DATABRICKS_HOST", ws.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", ws.mock.token)
    return asked


def test_a_file_does_not_decide_that_a_real_workspace_is_writable(real, posts, ws):
    assert real["workspace"]["read_only"] is None
    _, made = told(real)
    with made.workspace as opened, pytest.raises(sw.ActionRefused, match=r"To change things: sw\.connect"):
        opened.endpoints.get("pricing").start()
    assert posts(ws) == []


def test_a_connection_that_is_open_here_keeps_what_it_may_do(real, ws):
    with sw.connect(host=ws.host, token=ws.mock.token, name="real") as opened:
        made = told(real)[1]
        assert (made.workspace, made.workspace.read_only) == (opened, False)


@pytest.mark.parametrize("loaded", [True, False])
def test_a_file_takes_back_nothing_that_the_settings_protect(loaded, real, monkeypatch):
    protect = {"prod-*": "refuse", "churn": "typed"}
    shell = SimpleNamespace(magics_manager=SimpleNamespace(registry={}), config={})
    if loaded:
        shell.magics_manager.registry["ServingMagics"] = SimpleNamespace(protect=protect)
    else:
        shell.config["ServingMagics"] = {"protect": protect}
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    real["again"]["protect"] = {"*": "none", "prod-*": "none", "churn": "click", "a": "click"}
    _, made = told(real)
    with made.workspace as opened:
        guard = opened.guard
        assert [guard.question(name) for name in ("churn", "a", "other")] == ["typed", "click", ""]
        assert guard.protect == ("prod-*",)


def test_a_connection_of_that_name_to_another_workspace_is_not_taken_for_it(ws, page):
    asked = remembered(sw.StatusBadge("churn"))
    asked["workspace"] |= {"mock": False, "host": "https://other.example.com"}
    assert "another workspace now" in told(asked)[0]["error"]["message"]


NONSENSE = [{}, [], {"workspace": {}, "again": {"widget": "connect", "args": {}}}, {"workspace": {}, "again": None}]


@pytest.mark.parametrize("asked", NONSENSE)
def test_nonsense_is_an_error_that_the_page_can_show(asked):
    assert told(asked)[0]["error"]["hint"] == "Run the cell again."
