"""A workspace that was found by itself: it is read, and nothing in it is changed before somebody says the line."""

import asyncio
import pickle

import pytest
from public_calls import calls, public_methods

import serving_widgets as sw
from serving_widgets.workspace.session import write_guard


@pytest.fixture
def found(connect, monkeypatch):
    """Return a workspace that was found in the environment, and its mock."""
    mock = connect("mock", name="service").mock
    for name, value in mock.env().items():
        monkeypatch.setenv(name, value)
    return connect(), mock


def changes(mock):
    reads = ("/invocations", "/oidc/v1/token")
    return [e for e in mock.journal() if e["method"] != "GET" and not e["path"].endswith(reads)]


def test_every_public_call_is_among_those_that_are_tested():
    assert {str(call) for call in calls()} == public_methods(), "add it to tests/support/public_calls.py"


@pytest.mark.parametrize("how", ["called", "awaited"])
def test_every_write_is_refused_with_the_line_that_unlocks_it_and_nothing_is_sent(found, how):
    ws, mock = found
    for call in calls():
        if not call.writes or str(call) == "Permissions.change":
            continue
        with pytest.raises(sw.ActionRefused, match="read-only") as caught:
            call(ws) if how == "called" else asyncio.run(call.awaited(ws))
        assert caught.value.hint == (
            "To change things: sw.connect(read_only=False), or %serving connect --no-read-only"
        ), call
        assert "found automatically, in the environment" in caught.value.message, call
        assert caught.value.message.endswith(" Nothing was sent."), call
    assert changes(mock) == []


def test_what_is_not_called_yet_is_refused_without_a_word_of_sending(found, connect):
    for ws in (found[0], connect("mock", name="guarded", protect=["churn"])):
        refusal = ws.why_not("stop", ws.endpoints.get("churn").info)
        assert refusal is not None
        assert "sent" not in f"{refusal.message} {ws.outlook('stop', 'churn')}"


def test_a_dry_run_of_every_write_shows_the_request_and_that_nothing_may_be_changed_there(found, capsys):
    ws, mock = found
    # Of these a dry run ends with what there is to do: nothing.
    nothing_to_do = {"Permissions.change", "Permissions.revoke"}
    for call in calls():
        if call.writes and str(call) not in nothing_to_do:
            getattr(call.on(ws), call.method)(*call.args, **call.kwargs, dry_run=True)
            assert f"This request would be sent – {ws.label}, read-only:" in capsys.readouterr().out, call
    assert changes(mock) == []


def test_every_read_is_allowed(found):
    ws, mock = found
    for call in calls():
        if not call.writes:
            call(ws)
    assert changes(mock) == []


@pytest.fixture
def locked(found, monkeypatch):
    """Return the workspace of the environment and its mock, in a process that may change no real workspace."""
    monkeypatch.setattr(write_guard, "_locked", True)
    return found[1]


@pytest.mark.parametrize(
    "opened",
    [
        lambda mock: sw.connect(read_only=False),
        lambda mock: sw.connect(host=mock.host, token=mock.token),
        lambda mock: pickle.loads(pickle.dumps(sw.connect().endpoints.get("churn"))).workspace,
    ],
    ids=["writable", "by its address", "a handle that travelled"],
)
def test_a_process_that_is_locked_changes_no_real_workspace_however_it_is_opened(locked, connect, opened):
    ws = opened(locked)
    with pytest.raises(sw.ActionRefused, match="SERVING_WIDGETS_READ_ONLY is set") as caught:
        ws.endpoints.get("unity-model-endpoint").stop()
    assert "unset SERVING_WIDGETS_READ_ONLY" in caught.value.hint
    assert "when freezing, add --allow-changes" in caught.value.hint
    assert changes(locked) == []
    ws.close()


@pytest.mark.parametrize("value", ["1", "true", "yes", " ON "])
def test_a_process_is_locked_from_when_the_variable_is_set_and_stays_so(value, found, monkeypatch):
    monkeypatch.setattr(write_guard, "_locked", False)
    monkeypatch.setenv("SERVING_WIDGETS_READ_ONLY", value)
    assert sw.connect(read_only=False, name="locked").read_only
    monkeypatch.delenv("SERVING_WIDGETS_READ_ONLY")
    assert sw.connect(read_only=False, name="locked").read_only
    sw.workspace("locked").close()


@pytest.mark.parametrize("value", ["", " ", "0", "false", "False", "no", "off"])
def test_a_variable_that_is_switched_off_locks_nothing(value, found, monkeypatch):
    monkeypatch.setattr(write_guard, "_locked", False)
    monkeypatch.setenv("SERVING_WIDGETS_READ_ONLY", value)
    ws = sw.connect(read_only=False, name="open")
    assert not ws.read_only
    ws.close()


def test_a_process_that_is_locked_may_still_change_its_own_embedded_workspace(locked, connect):
    assert not connect("mock", name="own").read_only
