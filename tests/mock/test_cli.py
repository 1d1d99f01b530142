"""``serving-widgets mock``: the same workspace for other processes."""

import json
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

import serving_widgets as sw
from serving_widgets import cli
from serving_widgets.mock import connection_file


@pytest.fixture
def run():
    """Start the command; whatever still runs at the end is ended."""
    running = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "serving_widgets.cli", "mock", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


def wait_for(file):
    deadline = time.monotonic() + 10
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return json.loads(file.read_text())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_connection_file_is_private_works_and_goes_at_the_end(run, tmp_path, number):
    file = tmp_path / "connection.json"
    process = run("--connection-file", str(file), "--scenario", "empty", "--clock", "manual")
    document = wait_for(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert set(document) == {"host", "users", "clients"}
    admin = next(user for user in document["users"] if user["admin"])
    with httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {admin['token']}"}) as http:
        assert http.get(f"{document['host']}/api/2.0/serving-endpoints").json() == {"endpoints": []}
        assert http.post(f"{document['host']}/_mock/advance", json={"seconds": 5}).status_code == 200
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert admin["token"] not in out
    assert list(tmp_path.iterdir()) == []


def test_a_connection_file_that_another_server_has_written_since_stays(run, tmp_path):
    file = tmp_path / "connection.json"
    options = ("--connection-file", str(file), "--scenario", "empty")
    first = run(*options)
    before = wait_for(file)
    second = run(*options)
    deadline = time.monotonic() + 10
    while json.loads(file.read_text()) == before:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=60)
    assert json.loads(file.read_text())["host"] != before["host"]
    second.send_signal(signal.SIGTERM)
    second.communicate(timeout=60)
    assert not file.exists()


def test_no_server_removes_what_another_writes_between_its_look_and_the_removal(tmp_path, monkeypatch):
    file = tmp_path / "connection.json"
    own, other = {"host": "http://127.0.0.1:1"}, {"host": "http://127.0.0.1:2"}
    connection_file.write(file, own)
    read = Path.read_text
    writers = []

    def late(path, *arguments, **options):
        text = read(path, *arguments, **options)
        writers.append(threading.Thread(target=connection_file.write, args=(file, other)))
        writers[0].start()
        writers[0].join(0.2)
        return text

    monkeypatch.setattr(Path, "read_text", late)
    connection_file.remove(file, own)
    writers[0].join()
    monkeypatch.undo()
    assert json.loads(file.read_text()) == other


def test_without_a_file_it_prints_the_environment(run):
    process = run("--scenario", "empty")
    lines = [process.stdout.readline() for _ in range(2)]
    assert lines[0].startswith("export DATABRICKS_HOST=http://127.0.0.1:")
    assert lines[1].startswith("export DATABRICKS_TOKEN=")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--scenario", "nope"], "unknown scenario"),
        (["--speed", "0"], "speed"),
        (["--connection-file", "/nowhere/at/all.json"], "No such file"),
    ],
)
def test_what_can_not_be_started_is_said_in_one_line(capsys, arguments, words):
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert cli.main(["mock", *arguments]) == 1
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    err = capsys.readouterr().err
    assert err.startswith("serving-widgets: ")
    assert words in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [[], ["sing"], ["lst"], ["mock", "--port", "99999"], ["mock", "--clock", "lunar"]]
)
def test_wrong_arguments_exit_with_2_and_the_usage(capsys, arguments):
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2
    assert "usage: serving-widgets" in capsys.readouterr().err


def test_the_workspace_begins_as_a_recording_was(run, tmp_path):
    recording, file = tmp_path / "dev.recording", tmp_path / "connection.json"
    with sw.connect("mock", record=recording) as ws:
        ws.endpoints.list()
    run("--recording", str(recording), "--connection-file", str(file))
    connection = wait_for(file)
    headers = {"Authorization": f"Bearer {connection['users'][0]['token']}"}
    answer = httpx.get(f"{connection['host']}/api/2.0/serving-endpoints", headers=headers, trust_env=False)
    assert "churn" in {each["name"] for each in answer.json()["endpoints"]}


def test_what_is_no_recording_is_named(run, tmp_path):
    process = run("--recording", str(tmp_path / "nowhere"))
    assert "can't be read" in process.communicate(timeout=60)[1]
    assert process.returncode == 1
