"""A recording as a scenario: the same answers to every read, and a life of its own from there."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.mock import MockWorkspace, Scenario
from serving_widgets.mock.scoring import made_up
from serving_widgets.recording import read_recording
from serving_widgets.workspace.conformance import read_everything


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Return a recording of everything that can be read in the demo, and of a query."""
    file = tmp_path_factory.mktemp("recording") / "dev.recording"
    with sw.connect("mock", record=file, keep_names=True) as ws:
        read_everything(ws, most=50)
        ws.endpoints.get("fraud-detector").query(ws.endpoints.get("fraud-detector").sample())
    return file


@pytest.fixture
def again(file):
    """Return the workspace that begins as the recorded one was."""
    with sw.connect("mock", scenario=Scenario.from_recording(file), clock="manual", name="again") as ws:
        yield ws


def ask(ws, exchange):
    """Return what a workspace answers to a recorded request."""
    import httpx

    answer = httpx.request(
        exchange.method,
        ws.host + exchange.path,
        content=exchange.sent,
        headers={"Authorization": f"Bearer {ws.mock.token}", "Content-Type": "application/json"},
        trust_env=False,
    )
    return answer.status_code, answer.content


def test_every_read_and_every_recorded_query_has_the_answer_that_it_had(file, again):
    exchanges = read_recording(file)[1]
    assert len(exchanges) > 60
    last = {(each.method, each.path, each.sent): each for each in exchanges}
    for each in last.values():
        status, body = ask(again, each)
        assert status == each.status, each.path
        if status == 200:
            same = body == each.answer or json.loads(body) == json.loads(each.answer)
            assert same, each.path
    assert again.label == "mock workspace (dev.recording)"


def test_from_there_it_lives(again):
    churn = again.endpoints.get("unity-model-endpoint")
    before = {each.name: each.info.raw for each in again.endpoints.list()}
    churn.stop()
    assert churn.wait(until="stopped").status.label == "Not ready (Stopped)"
    churn.start()
    assert churn.wait().status.label == "Ready"
    after = {each.name: each.info.raw for each in again.endpoints.list()}
    changed = [name for name, raw in after.items() if raw != before[name]]
    assert changed == ["unity-model-endpoint"]


def test_a_grant_changes_the_recorded_list(again):
    permissions = again.endpoints.get("churn").permissions
    permissions.grant("vera@example.com", "CAN_QUERY")
    assert "vera@example.com" in permissions.list().to_frame().principal.tolist()


def test_an_update_in_progress_goes_on(again):
    updating = [each for each in again.endpoints.list() if each.status.phase == "updating"]
    assert updating
    again.mock.advance(7200)
    assert again.endpoints.get(updating[0].name).refresh().status.phase != "updating"


def test_a_query_that_was_not_recorded_is_answered_all_the_same(again):
    answer = again.endpoints.get("churn").query(
        {"dataframe_records": [{"tenure_months": 3, "monthly_charge": 9.5, "contract": "two years"}]}
    )
    assert len(answer.to_frame()) == 1
    assert answer.note == "Made up from the schema: the recording has no answer to this request."
    assert answer.note in repr(answer)


def test_an_answer_that_is_made_up_has_the_shape_of_the_schema(again):
    fraud = again.endpoints.get("fraud-detector")
    recorded, other = fraud.query(fraud.sample()), fraud.query(fraud.sample(rows=3))
    assert not recorded.note
    assert len(other.json["predictions"]) == 3
    assert {type(each) for each in other.json["predictions"]} == {type(recorded.json["predictions"][0])}
    assert set(other.json["predictions"][0]) == set(recorded.json["predictions"][0])


def test_a_replay_of_such_an_answer_says_so_too(again, tmp_path):
    question = {"dataframe_records": [{"tenure_months": 3, "monthly_charge": 9.5, "contract": "two years"}]}
    with sw.connect(host=again.host, token=again.mock.token, record=tmp_path / "a", name="b", read_only=False) as ws:
        made = ws.endpoints.get("churn").query(question, check=False)
    with sw.connect(replay=tmp_path / "a") as ws:
        assert ws.endpoints.get("churn").query(question, check=False).note == made.note != ""


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "number"}, 0.25),
        ({"type": "string"}, "made up"),
        ({"type": ["integer", "null"]}, 1),
        ({"enum": ["low", "high"]}, "low"),
        ({"type": "array", "items": {"type": "boolean"}}, [True]),
        ({"$ref": "#/components/schemas/A"}, {"p": 0.25}),
        ({"oneOf": [{"type": "integer"}]}, 1),
        ({}, None),
    ],
)
def test_each_kind_of_schema_has_a_value(schema, value):
    item = {"schema": {"properties": {"predictions": {"items": schema}}}}
    post = {"responses": {"200": {"content": {"application/json": item}}}}
    parts = {"schemas": {"A": {"type": "object", "properties": {"p": {"type": "number"}}}}}
    document = {"paths": {"/x": {"post": post}}, "components": parts}
    assert made_up.shaped({"predictions": [0.25]}, document, "x-1") == {"predictions": [value]}
    assert made_up.shaped({"predictions": [0.25]}, {"paths": 5}, "x-1") == {"predictions": [0.25]}


def test_with_pseudonyms_the_parts_fit_together(tmp_path):
    with sw.connect("mock", record=tmp_path / "a") as ws:
        read_everything(ws, most=3)
        names = [each.name for each in ws.endpoints.list()]
    with sw.connect("mock", scenario=Scenario.from_recording(tmp_path / "a"), name="again") as ws:
        assert [each.name for each in ws.endpoints.list()] == names
        creator = ws.endpoints.get("churn").info.creator
        assert creator.startswith("person-")
        assert creator in ws.endpoints.get("churn").permissions.list().to_frame().principal.tolist()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no recording"),
        ("{}\n", "is no recording"),
        ('{"serving_widgets_recording": 9}\n', "newer version"),
        ('{"serving_widgets_recording": 1, "label": "x"}\n[1]\n', "is no recording, or is broken"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path, text, said):
    (tmp_path / "a").write_text(text)
    with pytest.raises(ValueError, match=said):
        Scenario.from_recording(tmp_path / "a")
    with pytest.raises(ValueError, match="can't be read"):
        Scenario.from_recording(tmp_path / "nowhere")


def test_a_reset_returns_to_what_was_recorded(file):
    with MockWorkspace(Scenario.from_recording(file), clock="manual") as mock:
        mock.advance(7200)
        mock.reset()
        assert mock.journal() == []
