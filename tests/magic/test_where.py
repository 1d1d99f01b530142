"""Every result says which workspace it is of, marks the mock, and says where nothing may be changed."""

import re

import pytest
from public_calls import LINES

import serving_widgets as sw
from serving_widgets.magic.registry import COMMANDS, command
from serving_widgets.widgets.core.base import ServingWidget
from serving_widgets.workspace import activate

PUBLIC = [getattr(sw, name) for name in sw.__all__]
WIDGETS = [each for each in PUBLIC if isinstance(each, type) and issubclass(each, ServingWidget)]
WRITES = {
    "create": "create ads --entity main.ml.ads --version 3",
    "ensure": "ensure ads --entity main.ml.ads --version 3",
    "update": "update example-endpoint --version 3",
    "stop": "stop unity-model-endpoint",
    "start": "start pricing",
    "delete": "delete churn --yes",
    "permissions": "permissions pricing --copy-from churn",
    "grant": "grant churn vera@example.com CAN_QUERY",
    "revoke": "revoke churn analysts",
    "tags": "tags churn team=risk",
}


@pytest.fixture(params=["a real one", "the mock"])
def locked(request, workspace):
    """Return a read-only workspace, real or not, that is the active one, and what opens one like it again."""
    if request.param == "the mock":
        return sw.connect("mock", name="locked", read_only=True), "mock --name locked"
    ws = sw.connect(host=workspace.host, token=workspace.mock.token, name="locked", read_only=True)
    return ws, f"--host {workspace.host} --name locked"


def test_every_command_is_among_those_that_are_tested():
    assert set(LINES) >= set(COMMANDS) - {"help"}, "add it to tests/support/public_calls.py"
    assert set(WRITES) >= {name for name in COMMANDS if command(name).writes}


# Neither help nor the diagnosis of a text is about a workspace.
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("help", "diagnose")])
@pytest.mark.parametrize("display", ["auto", "static"])
def test_a_result_names_its_workspace_and_that_it_is_read_only(name, display, locked, run, workspace, monkeypatch):
    ws, again = locked
    monkeypatch.setenv("DATABRICKS_TOKEN", workspace.mock.token)
    run(f"%config ServingMagics.display = '{display}'")
    for line in LINES[name] if ws.is_mock or name != "mock" else ():
        activate("locked")
        outcome = run("%serving " + line.replace("{again}", again))
        assert outcome.error is None, outcome.text
        (shown,) = outcome.displays
        for form in ("text/plain", "text/html"):
            assert ws.label in shown.data[form], (line, form)
            assert "read-only" in shown.data[form], (line, form)
            # A list of connections names others, too.
            assert name == "connect" or ("mock workspace" in shown.data[form]) == ws.is_mock, (line, form)


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_refused_with_the_line_that_unlocks_it(name, run, workspace, changes, monkeypatch):
    for key, value in workspace.mock.env().items():
        monkeypatch.setenv(key, value)
    found = sw.connect(name="found")
    assert found.read_only
    outcome = run(f"%serving {WRITES[name]}")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert 'To change things: sw.connect(read_only=False, name="found"), or %serving connect' in outcome.text
    line = re.search(r"%serving connect .*--no-read-only", outcome.text)[0]
    assert run(line).error is None
    assert not sw.workspace("found").read_only
    assert changes() == []


@pytest.mark.parametrize("kind", WIDGETS)
def test_a_widget_shows_its_workspace_whatever_it_has_to_show(kind, locked):
    ws, _ = locked
    ws.watcher.store.forget()
    names = [()] if kind is sw.EndpointBrowser else [("churn",), ("nobody",)]
    for name in names:
        widget = kind(*name, workspace=ws)
        told = widget.state["workspace"]
        assert (told["label"], told["host"], told["mock"]) == (ws.label, ws.host, ws.is_mock)
        assert told["read_only"] == ws.read_only_reason
        shown, _ = widget._repr_mimebundle_()
        early = widget._static()
        for data in (shown, early):
            for form in ("text/plain", "text/html"):
                assert f"{ws.label}, read-only" in data[form], (name, form)
        assert ws.label in repr(widget)
        widget.close()


def test_connect_alone_lists_what_is_open_and_says_why_it_is_this_workspace(run, workspace, tmp_path, monkeypatch):
    file = tmp_path / "databrickscfg"
    file.write_text("[team]\nhost = https://team.example.com\ntoken = canary-0123\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    monkeypatch.setenv("DATABRICKS_HOST", "https://w.example.com")
    sw.connect("mock", name="other", read_only=True)
    outcome = run("%serving connect")
    for expected in (
        "2 connections are open",
        "Where the settings of other come from",
        "there is no DATABRICKS_TOKEN",
        "Set DATABRICKS_TOKEN where Jupyter starts",
        'sw.connect(profile="team")',
    ):
        assert expected in outcome.text
    assert "canary" not in outcome.text
    assert outcome.displays[0].data["text/html"].count("<table>") == 3
    assert sw.workspace().name == "other"


def test_where_nothing_will_do_the_table_is_shown_all_the_same(run, workspace, nowhere, monkeypatch):
    monkeypatch.setenv("DATABRICKS_HOST", "https://w.example.com")
    monkeypatch.setenv("PATH", "")
    outcome = run("%serving connect")
    assert isinstance(outcome.error, sw.ConfigError)
    assert "there is no token" in str(outcome.error)
    (shown,) = outcome.displays
    assert "Where settings were looked for" in shown.data["text/html"]
    assert "Set DATABRICKS_TOKEN where Jupyter starts" in outcome.text
    assert 'sw.connect("mock")' in outcome.text


def test_connect_alone_keeps_what_was_chosen_and_opens_what_was_configured_since(run, workspace, nowhere, monkeypatch):
    assert run("first = %serving connect\nfirst").value.is_mock
    assert run("again = %serving connect\nagain is first").value
    monkeypatch.setenv("DATABRICKS_HOST", "https://w.example.com")
    monkeypatch.setenv("DATABRICKS_TOKEN", "t0ken-0123")
    assert run("now = %serving connect\nnow").value.label == "w.example.com"
    chosen = sw.connect("mock", name="chosen")
    assert run("now = %serving connect\nnow").value is chosen


def test_connect_with_a_name_switches(run, workspace, changes):
    other = sw.connect("mock", name="other")
    assert sw.workspace() is other
    assert "Connection" in run("%serving connect tutorial").text
    assert sw.workspace() is workspace
    outcome = run("%serving connect other --read-only")
    assert "--read-only belongs to opening a connection" in outcome.text
    assert sw.workspace() is workspace
    assert "Open are: tutorial, other." in run("%serving connect nobody").text
