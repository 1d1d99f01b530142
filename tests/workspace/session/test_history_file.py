"""A history in a file: it outlives the kernel, holds no secret, and several kernels may use it."""

import sqlite3
import subprocess
import sys
import threading

import pytest

import serving_widgets as sw
from serving_widgets.widgets.core.act import impact_ops
from serving_widgets.workspace.connect import reconnect
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.session.history_file import history_path

NAME = "example-endpoint"
SECRET = "canary-variable-4711"


@pytest.fixture
def kernels(ws, connect, tmp_path):
    """Open the same workspace as a kernel does that keeps its history in a file; each is another kernel."""
    token = ws.mock.env()["DATABRICKS_TOKEN"]
    return lambda name: connect(host=ws.host, token=token, name=name, history=tmp_path / "changes.sqlite")


def test_what_one_kernel_changed_another_one_undoes(kernels, tmp_path):
    first = kernels("first")
    ep = first.endpoints.get(NAME)
    ep.set_tags({"team": "risk"})
    ep.permissions.revoke("analysts")
    first.close()
    second = kernels("second")
    changes = second.endpoints.get(NAME).history
    assert [(each.number, each.action) for each in changes] == [(2, "permissions"), (1, "tags")]
    assert second.undo().action == "permissions"
    third = kernels("third")
    assert [each.undone for each in third.endpoints.get(NAME).history] == [True, False]
    third.undo()
    assert "team" not in third.endpoints.get(NAME).tags
    with pytest.raises(sw.ActionRefused, match="Every change that was made through this connection was undone"):
        second.undo()
    assert (tmp_path / "changes.sqlite").stat().st_mode & 0o777 == 0o600


def test_what_a_process_changed_that_has_ended_is_undone_in_another_one(ws, connect, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    token = ws.mock.env()["DATABRICKS_TOKEN"]
    code = f"""
import sys; sys.platform = "linux"
import serving_widgets as sw
ws = sw.connect(host={ws.host!r}, token={token!r}, history="file")
ws.endpoints.get({NAME!r}).set_tags(dict(team="risk"))
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert ws.endpoints.get(NAME).refresh().tags["team"] == "risk"
    again = connect(host=ws.host, token=token, name="again", history="file")
    assert again.undo().action == "tags"
    assert "team" not in again.endpoints.get(NAME).tags


def test_no_secret_is_in_the_file_and_none_is_lost_by_an_undo(kernels, tmp_path, ws, capsys):
    first = kernels("first")
    variables = {"KEY": SECRET, "REFERENCE": "{{secrets/scope/key}}"}
    for change in ({"environment_vars": variables}, {"workload_size": "Large"}):
        first.endpoints.get(NAME).update_config(**change)
        ws.endpoints.get(NAME).wait()
    first.close()
    assert SECRET.encode() not in (tmp_path / "changes.sqlite").read_bytes()
    second = kernels("second")
    second.undo()
    assert (
        "KEY of vanilla_simple_model-2 stays as it is now: a history in a file holds no secrets."
        in capsys.readouterr().out
    )
    [entity] = ws.endpoints.get(NAME).wait().entities
    assert (entity.workload_size, entity.environment_vars) == ("Small", variables)


def test_a_deleted_endpoint_comes_back_without_its_secrets_and_they_are_named(kernels, ws, capsys):
    first = kernels("first")
    first.endpoints.get(NAME).update_config(environment_vars={"KEY": SECRET, "OTHER": "{{secrets/scope/key}}"})
    ws.endpoints.get(NAME).wait()
    first.endpoints.get(NAME).delete()
    kernels("second").undo()
    assert (
        "KEY of vanilla_simple_model-2 does not come back: a history in a file holds no secrets."
        in capsys.readouterr().out
    )
    [entity] = ws.endpoints.get(NAME).wait().entities
    assert entity.environment_vars == {"OTHER": "{{secrets/scope/key}}"}
    # The endpoint that was made in its place is known as such to every kernel.
    with pytest.raises(sw.ActionRefused, match="configuration is another one"):
        kernels("third").undo()


def test_two_kernels_write_at_once_and_nothing_is_lost(kernels):
    opened = [kernels("first"), kernels("second")]

    def tag(ws, number):
        for step in range(5):
            ws.endpoints.get(NAME).set_tags({f"k{number}-{step}": "1"})

    threads = [threading.Thread(target=tag, args=(ws, number)) for number, ws in enumerate(opened)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for ws in opened:
        assert sorted(each.number for each in ws.history.of()) == list(range(1, 11))


def test_a_file_that_can_not_be_written_fails_no_change(kernels, tmp_path):
    ws = kernels("first")
    with sqlite3.connect(tmp_path / "changes.sqlite") as file:
        file.execute("CREATE TRIGGER full BEFORE INSERT ON changes BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    with pytest.warns(UserWarning, match="lacks the last change: disk full"):
        ws.endpoints.get(NAME).set_tags({"team": "risk"})
    assert ws.undo().undone


def test_what_is_no_history_is_refused(connect, tmp_path):
    (tmp_path / "notes.txt").write_text("no database" * 100)
    with pytest.raises(sw.ConfigError, match="can't be kept in"):
        connect("mock", history=tmp_path / "notes.txt")
    with pytest.raises(sw.ConfigError, match="ends with the kernel"):
        connect("mock", history="file")
    with pytest.raises(sw.ConfigError, match="history= is not a path"):
        connect("mock", history=1)


def test_each_workspace_has_a_file_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    path = history_path("file", "https://adb-1.azuredatabricks.net", mock=False)
    assert path == tmp_path / "serving-widgets" / "history" / "adb-1.azuredatabricks.net.sqlite"


def test_a_file_is_the_same_one_after_the_kernel_went_to_another_folder(connect, tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    ws = connect("mock", history="changes.sqlite")
    record = ws.reconnect.to_dict()
    monkeypatch.chdir(tmp_path / "other")
    ws.endpoints.get(NAME).set_tags({"team": "risk"})
    assert ws.undo().action == "tags"
    ws.close()
    again = reconnect(record)
    assert again.history.path == tmp_path / "changes.sqlite"
    again.close()
    assert list((tmp_path / "other").iterdir()) == []


def test_the_loop_thread_never_waits_for_the_file_and_a_look_reads_it_once(kernels, on_loop, monkeypatch):
    first = kernels("first")
    first.endpoints.create("ads", entity_name="main.ml.ads", entity_version="1")
    for step in range(3):
        first.endpoints.get(NAME).set_tags({f"k{step}": "1"})
    second, opened, connect_to = kernels("second"), [], sqlite3.connect

    def noted(*args, **kwargs):
        opened.append(event_loop.on_loop_thread())
        return connect_to(*args, **kwargs)

    monkeypatch.setattr(sqlite3, "connect", noted)
    assert len(second.history.of()) == 4
    assert len(opened) == 1
    second.undo()
    operations = impact_ops(second)
    number = on_loop(operations["undo_plan"], {"name": NAME}, None)["number"]
    on_loop(operations["undo"], {"number": number}, None)
    with pytest.raises(sw.ActionRefused):
        second.undo(endpoint="ads")
    second.idle()
    second.stop_after("ads", 30)
    assert len(opened) > 8
    assert not any(opened)


def test_a_look_before_an_undo_is_written_does_not_take_it_back(kernels):
    ws = kernels("first")
    ws.endpoints.get(NAME).set_tags({"team": "risk"})
    [change] = ws.history.of()
    change.undone = True
    assert ws.history.of() == [change]
    assert change.undone
