"""What was recorded of a workspace is answered again without one."""

import errno
import json
import stat
import threading

import pytest

import serving_widgets as sw
from serving_widgets.api.http_exchange import HttpExchange
from serving_widgets.cli import main
from serving_widgets.recording import read_recording
from serving_widgets.recording.masking import Masking
from serving_widgets.workspace.runtime import event_loop


@pytest.fixture
def file(tmp_path):
    return tmp_path / "dev.recording"


@pytest.fixture
def recorded(file):
    """Return what a script saw, and record it."""

    def record(script, **settings):
        with sw.connect("mock", record=file, **settings) as ws:
            return script(ws)

    return record


def look_around(ws):
    seen = [(each.name, each.status.label, each.info.creator) for each in ws.endpoints.list()]
    churn, fraud = ws.endpoints.get("churn"), ws.endpoints.get("fraud-detector")
    seen += [churn.build_logs(), churn.logs(), churn.permissions.list().to_frame().to_csv(), churn.metrics().to_csv()]
    request = fraud.sample()
    return [*map(str, seen), json.dumps(fraud.openapi().raw), fraud.query(request).to_frame().to_csv()]


def change(ws):
    churn, seen = ws.endpoints.get("churn"), []
    churn.stop()
    seen.append(churn.wait(until="stopped").status.label)
    seen.append([each.status.label for each in ws.endpoints.list()])
    churn.start()
    seen.append(churn.wait().status.label)
    churn.set_tags({"team": "growth"})
    return [*seen, dict(ws.endpoints.get("churn").tags)]


@pytest.mark.parametrize("script", [look_around, change])
def test_a_script_sees_the_same_again(recorded, file, script):
    before = recorded(script, keep_names=True)
    with sw.connect(replay=file) as ws:
        assert script(ws) == before
        assert ws.label == "recording of mock workspace (demo)"


def test_without_names_there_are_pseudonyms_that_fit_together(recorded, file):
    recorded(lambda ws: ws.endpoints.get("churn").permissions.list())
    text = file.read_text()
    assert "ada@example.com" not in text
    assert "127.0.0.1" not in text
    with sw.connect(replay=file) as ws:
        # The list is asked for by the endpoint's id.
        people = [entry.principal.name for entry in ws.endpoints.get("churn").permissions.list()]
    assert "person-1@example.com" in people or "person-2@example.com" in people


def test_what_was_not_recorded_is_named(recorded, file):
    recorded(lambda ws: ws.endpoints.get("churn"))
    with sw.connect(replay=file) as ws:
        with pytest.raises(sw.NotRecorded, match=r"GET /api/2\.0/serving-endpoints/churn/served-models/"):
            ws.endpoints.get("churn").build_logs()
        with pytest.raises(sw.ActionRefused, match="no change was recorded"):
            ws.endpoints.get("churn").stop()


def test_a_change_is_done_again_as_often_as_it_was_recorded(recorded, file):
    recorded(lambda ws: ws.endpoints.get("churn").set_tags({"team": "growth"}))
    with sw.connect(replay=file) as ws:
        ws.endpoints.get("churn").set_tags({"team": "growth"})
        with pytest.raises(sw.NotRecorded, match="was recorded, but not once more"):
            ws.endpoints.get("churn").set_tags({"team": "growth"})
        with pytest.raises(sw.NotRecorded, match="was recorded with another body"):
            ws.endpoints.get("churn").set_tags({"team": "other"})


def test_a_stream_is_recorded_as_it_came(recorded, file):
    question = {"messages": [{"role": "user", "content": "What is an endpoint?"}], "stream": True}

    def ask(ws):
        return ws.endpoints.get("chat").query(question).to_frame().to_csv()

    before = recorded(ask)
    with sw.connect(replay=file) as ws:
        assert ask(ws) == before


def test_an_answer_that_came_in_part_is_not_recorded(file, monkeypatch):
    question = {"messages": [{"role": "user", "content": "What is an endpoint?"}]}
    with sw.connect("mock", record=file) as ws:
        chat = ws.endpoints.get("chat")
        ws.mock.faults([{"path": "*/invocations", "truncate": 60, "count": None}])
        with pytest.raises(sw.ServingError):
            list(chat.query(question, stream=True))
    paths = [each.path for each in read_recording(file)[1]]
    assert any(path.endswith("/chat") for path in paths)
    assert not any(path.endswith("/invocations") for path in paths)
    monkeypatch.setattr("serving_widgets.client.http.transport.largest_answer", lambda: 1_000)
    with sw.connect("mock", record=file.with_name("cut")) as ws, pytest.raises(sw.ServingError):
        ws.endpoints.list()
    assert read_recording(file.with_name("cut"))[1] == []


async def current_thread():
    return threading.current_thread()


def test_a_large_answer_is_masked_off_the_loop_thread(file, monkeypatch):
    threads, loop = [], event_loop.run_sync(current_thread, twin="")
    written = Masking.body
    monkeypatch.setattr(Masking, "body", lambda *given: threads.append(threading.current_thread()) or written(*given))
    with sw.connect("mock", scenario="large:200", record=file) as ws:
        ws.endpoints.list()
    assert threads
    assert loop not in threads


def test_the_recording_holds_no_token_and_only_its_owner_may_read_it(recorded, file):
    tokens = []
    recorded(lambda ws: (tokens.append(ws.mock.token), look_around(ws)))
    assert tokens[0] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert main(["recording", "check", str(file)]) == 0


def test_the_summary_tells_what_was_replaced(file):
    with sw.connect("mock", record=file) as ws:
        ws.endpoints.list()
        assert ws.recorder.summary["exchanges"] >= 1
        assert ws.recorder.summary["e-mail addresses replaced"] >= 1


def test_what_was_written_before_a_kill_is_read(file):
    with sw.connect("mock", record=file) as ws:
        ws.endpoints.list()
        # Not closed yet: each exchange is in the file at once.
        assert len(read_recording(file)[1]) == ws.recorder.summary["exchanges"] >= 1


def test_a_recording_replaces_nothing(file):
    file.write_text("notes")
    with pytest.raises(sw.ConfigError, match="is not empty"):
        sw.connect("mock", record=file)
    assert file.read_text() == "notes"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"target": "mock", "replay": "a"}, 'replay= and "mock" exclude each other'),
        ({"replay": "a", "host": "https://w.example.com"}, "replay= and host= exclude each other"),
        ({"replay": "a", "record": "b"}, "replay= and record= exclude each other"),
        ({"target": "mock", "keep_names": True}, "keep_names= belongs to a recording"),
        ({"replay": "nowhere"}, "The recording nowhere can't be read"),
        ({"target": "mock", "record": "nowhere/a"}, "there is no folder nowhere"),
    ],
)
def test_arguments_that_do_not_go_together_are_refused(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(sw.ConfigError, match=said):
        sw.connect(**arguments)


def test_the_command_shows_each_exchange_and_finds_what_looks_secret(recorded, file, capsys):
    recorded(lambda ws: ws.endpoints.list())
    assert main(["recording", "show", str(file)]) == 0
    assert "GET    /api/2.0/serving-endpoints" in capsys.readouterr().out
    with file.open("a") as out:
        out.write(file.read_text().splitlines()[-1].replace("churn", "dapi0123456789abcdef") + "\n")
    assert main(["recording", "check", str(file)]) == 1
    assert "looks like a token of the workspace" in capsys.readouterr().out


def test_a_full_disk_ends_the_recording_and_nothing_else(file, monkeypatch):
    with sw.connect("mock", record=file) as ws:
        ws.endpoints.list()
        written = len(read_recording(file)[1])

        def full(descriptor, data):
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr("serving_widgets.recording.recorder.os.write", full)
            with pytest.warns(UserWarning, match="ends here: No space left on device"):
                ws.endpoints.get("churn").refresh()
        assert ws.endpoints.get("chat").refresh().name == "chat"
        assert len(read_recording(file)[1]) == written


def test_a_workspace_that_cannot_be_recorded_does_not_stay_open(file, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("serving_widgets.recording.recorder.os.open", refused)
    with pytest.raises(sw.ConfigError, match="can't be written: Permission denied"):
        sw.connect("mock", record=file, name="unrecorded")
    assert "unrecorded" not in sw.connections()


def test_a_child_process_records_nothing_and_does_not_wait_for_its_parents_lock(file):
    with sw.connect("mock", record=file) as ws:
        ws.endpoints.list()
        recorder, written = ws.recorder, len(read_recording(file)[1])
        recorder._lock.acquire()
        recorder.after_fork()
        recorder(HttpExchange("GET", "/", 200, 0.0, answer=b"{}"))
        assert len(read_recording(file)[1]) == written


@pytest.mark.parametrize("given", ["record", "replay"])
def test_what_is_no_path_is_no_recording(given):
    with pytest.raises(sw.ConfigError, match=f"{given}= is not a path"):
        sw.connect(None if given == "replay" else "mock", **{given: 5})
