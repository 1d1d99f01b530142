"""Connecting: which workspace it is, what it allows, and how to say it."""

import os
import re
import threading

import pytest

import serving_widgets as sw
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.login.resolve import find_target

SECRET = "canary-0123456789"


@pytest.fixture
def profiles(tmp_path, monkeypatch):
    """Write a configuration file that is found."""

    def write(text):
        path = tmp_path / "databrickscfg"
        path.write_text(text)
        monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))

    return write


def test_nothing_configured_opens_the_mock_and_says_so(connect):
    ws = connect()
    assert ws.is_mock
    assert "nothing else" in ws.source


def test_the_room_is_the_function_that_users_call(ws):
    assert sw.workspace() is ws
    assert sw.workspace("mock") is ws


def test_connecting_again_under_the_same_name_closes_the_first_and_its_threads(connect):
    first = connect("mock")
    threads = threading.active_count()
    second = connect("mock")
    assert first.closed
    assert sw.workspace() is second
    assert threading.active_count() <= threads
    with pytest.raises(sw.ConfigError, match="closed"):
        first.endpoints.list()


def test_several_workspaces_can_be_open_and_the_last_is_active(connect):
    a, b = connect("mock", name="a"), connect("mock", name="b")
    assert sw.workspace() is b
    assert sw.workspace("a") is a
    assert list(sw.connections())[-2:] == ["a", "b"]
    a.endpoints.get("pricing").start()
    assert b.endpoints.get("pricing").label == "Not ready (Stopped)"


def test_closing_the_active_one_leaves_the_others_as_they_are(connect):
    a, b = connect("mock"), connect("mock", name="b")
    a.endpoints.get("pricing").start()
    b.close()
    assert sw.workspace() is a
    assert a.active
    assert not a.closed
    assert a.endpoints.get("pricing").label != "Not ready (Stopped)"


def test_closing_another_than_the_active_one_changes_nothing(connect):
    a, b = connect("mock", name="a"), connect("mock", name="b")
    a.close()
    assert sw.workspace() is b
    assert len(b.endpoints.list()) == 10


@pytest.mark.parametrize(
    ("env", "text", "said"),
    [
        ({"DATABRICKS_TOKEN": SECRET}, "", "environment: DATABRICKS_TOKEN, but there is no DATABRICKS_HOST"),
        ({}, "[dev]\nhost = https://a.b\ntoken = SECRET\n", ": dev, but none of them is the default"),
        ({}, "[dev]\nhost = https://a.b\n", ": dev, but none of them is complete"),
        ({"ARM_CLIENT_ID": "x"}, "[DEFAULT]\n", "ARM_CLIENT_ID, but there is no DATABRICKS_HOST"),
    ],
)
def test_settings_that_are_not_enough_are_mentioned_where_the_mock_is_opened(
    env, text, said, connect, profiles, monkeypatch
):
    profiles(text)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with pytest.warns(UserWarning, match=r"^No workspace is completely configured") as told:
        ws = connect()
    assert ws.is_mock
    assert said in str(told[0].message)
    assert said in ws.source
    assert SECRET not in str(told[0].message) + repr(ws.sources)
    assert ws.sources[-1].reason == "some settings were found, but not enough of them"


def test_an_unknown_name_says_which_are_open(connect):
    connect("mock", name="a")
    with pytest.raises(sw.ConfigError, match=r"'b'.*Open are: .*a"):
        sw.workspace("b")


def test_a_workspace_found_in_the_environment_opens_read_only_and_the_refusal_names_the_line(
    connect, monkeypatch, writes
):
    mock = connect("mock", name="real").mock
    for key, value in mock.env().items():
        monkeypatch.setenv(key, value)
    ws = connect()
    assert (ws.is_mock, ws.read_only) == (False, True)
    with pytest.raises(sw.ActionRefused, match="read-only") as caught:
        ws.endpoints.get("unity-model-endpoint").stop()
    assert "sw.connect(read_only=False)" in caught.value.hint
    assert not [entry for entry in mock.journal() if entry["method"] == "POST"]
    assert connect(read_only=False).endpoints.get("unity-model-endpoint").stop().label == "Not ready (Stopped)"


def test_host_and_token_open_a_writable_workspace(connect):
    mock = connect("mock", name="real").mock
    ws = connect(host=mock.host, token=mock.token, name="explicit")
    assert not ws.read_only
    assert ws.endpoints.get("unity-model-endpoint").stop().label == "Not ready (Stopped)"


def test_a_named_profile_is_writable_and_the_default_one_read_only(connect, profiles):
    mock = connect("mock", name="real").mock
    profiles(f"[DEFAULT]\nhost = {mock.host}\ntoken = {mock.token}\n[team]\nhost = {mock.host}\ntoken = {mock.token}\n")
    assert connect().read_only
    named = connect(profile="team")
    assert (named.name, named.read_only) == ("team", False)


def test_a_read_only_mock_names_the_line_that_opens_one_like_it(connect):
    ws = connect("mock", scenario="incident", clock="manual", name="drill", read_only=True)
    line = re.search(r"To change things: (sw\.connect\(.*\)), or %serving", ws.read_only_reason)[1]
    again = eval(line, {"sw": sw})
    assert (again.name, again.label, again.read_only) == ("drill", "mock workspace (incident)", False)
    again.close()


def test_the_line_that_unlocks_a_workspace_that_somebody_named_works_and_keeps_what_is_protected(
    connect, profiles, monkeypatch
):
    mock = connect("mock", name="real").mock
    profiles(f"[team]\nhost = {mock.host}\ntoken = {mock.token}\n")
    monkeypatch.setenv("DATABRICKS_TOKEN", mock.token)
    for given, magic in (
        ({"profile": "team"}, "--profile team"),
        ({"host": mock.host}, f"--host {mock.host}"),
        ({"host": mock.host, "name": "mine", "protect": ["prod-*"]}, f"--host {mock.host} --name mine --protect"),
    ):
        ws = connect(**given, read_only=True)
        found = re.fullmatch(r".* To change things: (sw\.connect\(.*\)), or (%serving connect .*)", ws.read_only_reason)
        again = eval(found[1], {"sw": sw})
        assert (again.name, again.host, again.read_only) == (ws.name, ws.host, False)
        assert again.guard.protect == tuple(given.get("protect", ()))
        assert magic in found[2]
        assert found[2].endswith(" --no-read-only")
        again.close()


def test_no_line_that_is_suggested_has_a_token_in_it(connect, profiles):
    mock = connect("mock", name="real").mock
    ws = connect(host=mock.host, token=mock.token, read_only=True)
    assert ws.read_only_reason.endswith("--no-read-only, with its token in DATABRICKS_TOKEN")
    said = [ws.read_only_reason, *(source.line for source in ws.sources)]
    profiles(f"[team]\nhost = {mock.host}\n")
    for wrong in ({"token": "t"}, {"host": "https://x.example"}, {"target": "x"}, {"profile": "team"}):
        with pytest.raises(ConfigError) as raised:
            connect(**wrong)
        said.append(raised.value.hint)
    assert not [each for each in said if "token=" in each or mock.token in each]
    assert any("DATABRICKS_TOKEN" in each for each in said)


def test_what_is_protected_is_said_with_the_workspace(connect):
    assert connect("mock", protect=["fraud-*"]).where == "mock workspace (demo), fraud-* protected"
    assert connect("mock", protect=["a-*"], read_only=True).where == "mock workspace (demo), read-only"


def test_protected_names_are_not_changed(connect, writes):
    ws = connect("mock", protect=["unity-*"])
    with pytest.raises(sw.ActionRefused, match=r"protected by the pattern 'unity-\*'"):
        ws.endpoints.get("unity-model-endpoint").stop()
    assert writes(ws) == []
    ws.endpoints.get("example-endpoint").stop()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"target": "moc"}, "moc"),
        ({"target": "mock", "host": "https://x"}, "exclude"),
        ({"scenario": "demo"}, "embedded"),
        ({"token": "t"}, "host="),
        ({"host": "https://x.example"}, "no token"),
        ({"host": "", "token": "t"}, "host="),
        ({"profile": "p", "host": "https://x"}, "exclude"),
        ({"profile": "nope"}, "nope"),
        ({"target": "mock", "protect": "prod-*"}, "list"),
        ({"target": "mock", "scenario": "nope"}, "nope"),
        ({"target": "mock", "clock": "nope"}, "nope"),
        ({"target": "mock", "speed": -1}, "speed"),
        ({"host": 5, "token": "t"}, "host="),
        ({"profile": 5}, "profile="),
        ({"target": "mock", "name": ["a"]}, "name="),
        ({"target": "mock", "protect": 5}, "list"),
    ],
)
def test_arguments_that_do_not_go_together_say_what_and_the_way_out(arguments, said, profiles):
    profiles("[DEFAULT]\n")
    with pytest.raises(sw.ConfigError, match=said) as caught:
        sw.connect(**arguments)
    assert caught.value.hint


def test_a_token_of_the_environment_is_never_taken_for_another_host():
    env = {"DATABRICKS_HOST": "https://a.example", "DATABRICKS_TOKEN": "canary", "DATABRICKS_CONFIG_FILE": os.devnull}
    with pytest.raises(sw.ConfigError, match="belongs to DATABRICKS_HOST") as caught:
        find_target(host="https://b.example", environ=env)
    assert "canary" not in str(caught.value)
    assert find_target(host="a.example", environ=env).host == "https://a.example"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[team]\nhost = https://x.example\n", "no token"),
        ("[team]\n", "no host and no token"),
        ("not a file of sections\n", "can't be read"),
        ("[teem]\nhost = h\n", "no profile 'team'"),
    ],
)
def test_a_profile_that_cannot_be_used_says_what_it_lacks(profiles, text, said):
    profiles(text)
    with pytest.raises(sw.ConfigError, match=said) as caught:
        find_target(profile="team")
    assert caught.value.hint


def test_profiles_do_not_inherit_from_default(profiles):
    profiles("[DEFAULT]\ntoken = t\n[team]\nhost = https://x.example\n")
    with pytest.raises(sw.ConfigError, match="no token"):
        find_target(profile="team")


def test_an_unreachable_workspace_is_named_and_the_next_call_works(connect):
    connect("mock", name="fine")
    ws = connect(host="http://127.0.0.1:9", token="t", name="gone")
    with pytest.raises(sw.ConnectionFailed, match=r"127\.0\.0\.1:9") as caught:
        ws.endpoints.list()
    assert caught.value.hint
    assert len(sw.workspace("fine").endpoints.list()) == 10


def test_a_refused_token_says_so_and_how_to_mend_it(connect):
    mock = connect("mock", name="real").mock
    ws = connect(host=mock.host, token="wrong-token", name="refused")
    with pytest.raises(sw.ApiError) as caught:
        ws.endpoints.list()
    assert caught.value.status in (401, 403)
    assert "token" in caught.value.hint
    assert "wrong-token" not in str(caught.value)


def test_a_workspace_has_what_is_kept_of_access_metrics_and_scorings():
    with sw.connect("mock") as ws:
        assert dict(ws.access) == {}
        ws.endpoints.get("churn").permissions.list()
        assert list(ws.access) == ["churn"]
        assert dict(ws.unfinished) == {}
        assert ws.metrics is ws.metrics


@pytest.mark.parametrize(("colour", "meant"), [("prod", "red"), ("dev", "green"), ("purple", "purple"), (None, None)])
def test_a_connection_may_have_a_colour_that_widgets_are_marked_with(colour, meant):
    assert sw.connect("mock", name="shop", colour=colour).colour == meant


def test_a_colour_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(ConfigError, match="There is no colour 'mauve'") as refused:
        sw.connect("mock", colour="mauve")
    assert "purple" in refused.value.hint
