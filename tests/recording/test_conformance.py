"""What a workspace says and this package does not know is named; of the mock everything is known."""

import dataclasses
import json

import pytest

import serving_widgets as sw
from serving_widgets.cli import main
from serving_widgets.recording import RecordedExchange, read_recording, unfamiliar
from serving_widgets.workspace.conformance import read_everything


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Return what the mock says to every route that only reads."""
    file = tmp_path_factory.mktemp("recording") / "mock.recording"
    with sw.connect("mock", record=file, keep_names=True) as ws:
        assert read_everything(ws, most=50) == len(ws.endpoints.list())
    return read_recording(file)[1]


def test_of_the_mock_everything_is_known(answers):
    assert unfamiliar(answers) == []
    paths = {each.path.rsplit("/", 1)[-1] for each in answers}
    assert {"serving-endpoints", "openapi", "metrics", "permissionLevels", "build-logs", "logs", "Me"} <= paths


GET = "/api/2.0/serving-endpoints/fraud-detector"


def altered(answers, path, change):
    """Return the exchanges with one answer changed."""
    found = next(each for each in answers if each.path.endswith(path) and each.status == 200)
    value = json.loads(found.answer)
    change(value)
    other = dataclasses.replace(found, answer=json.dumps(value).encode())
    return [other if each is found else each for each in answers]


ALTERATIONS = {
    "a new field": (GET, lambda it: it.update(sleep_after=5), ("get", "sleep_after", "field", "number")),
    "a field renamed within": (
        GET,
        lambda it: it["config"]["served_entities"][0].update(size="Small"),
        ("get", "config.served_entities[].size", "field", "text"),
    ),
    "a new state": (
        GET,
        lambda it: it["state"].update(config_update="ROLLING_BACK"),
        ("get", "state.config_update", "value", "ROLLING_BACK"),
    ),
    "a new state of a deployment": (
        GET,
        lambda it: it["config"]["served_entities"][0]["state"].update(deployment="DEPLOYMENT_PAUSED"),
        ("get", "config.served_entities[].state.deployment", "value", "DEPLOYMENT_PAUSED"),
    ),
    "another shape": (GET, lambda it: it.update(config=[1]), ("get", "config", "shape", "list")),
    "a state that is gone": (GET, lambda it: it.pop("state"), ("get", "state", "missing", "")),
    "a new field of the list": (
        "/api/2.0/serving-endpoints",
        lambda it: it.update(next_page_token="x"),
        ("list", "next_page_token", "field", "text"),
    ),
    "a log in pieces": ("/logs", lambda it: it.update(logs=["a"]), ("logs", "logs", "shape", "list")),
    "a new level": (
        "/permissionLevels",
        lambda it: it["permission_levels"].append({"permission_level": "CAN_EDIT", "description": ""}),
        ("permission levels", "permission_levels[].permission_level", "value", "CAN_EDIT"),
    ),
}


@pytest.mark.parametrize(("path", "change", "named"), ALTERATIONS.values(), ids=ALTERATIONS)
def test_each_alteration_is_named(answers, path, change, named):
    assert unfamiliar(altered(answers, path, change)) == [named]


@pytest.mark.parametrize(
    ("path", "status", "answer", "named"),
    [
        (GET, 200, b"<html>", ("get", "", "shape", "no JSON")),
        (GET, 200, b"[]", ("get", "", "shape", "list")),
        (GET, 403, b'{"error":"no"}', ("refusal of get", "error_code", "missing", "")),
        ("/api/2.0/serving-endpoints", 200, b'{"endpoints":{}}', ("list", "endpoints", "shape", "object")),
    ],
)
def test_answers_of_any_shape_are_named_and_never_raise(path, status, answer, named):
    found = unfamiliar([RecordedExchange("GET", path, status, 0.1, answer=answer)])
    assert named in found


def test_the_command_asks_records_and_reports(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["conformance", "--mock", "--endpoints", "2"]) == 0
    said = capsys.readouterr().out
    assert "Asking mock workspace (demo), reads only:" in said
    assert "answers is known" in said
    file = tmp_path / "conformance.recording"
    with file.open("a") as out:
        last = json.loads(file.read_text().splitlines()[1])
        last["answer"]["endpoints"][0]["sleep_after"] = 5
        out.write(json.dumps(last) + "\n")
    assert main(["recording", "conformance", str(file)]) == 1
    assert "list: has a field that is not known: endpoints[].sleep_after (number)" in capsys.readouterr().out
    assert main(["conformance", "--mock"]) == 1
    assert "a recording replaces no file" in capsys.readouterr().err
