"""SchemaExplorer: one draft in the kernel seen three ways, what is wrong with it, and what comes of sending it."""

import json
import re

import pandas as pd
import pytest

import serving_widgets as sw
from serving_widgets.client import Reply

NAME = "example-endpoint"


class Explorer:
    """An explorer and its page."""

    def __init__(self, page, name=NAME, **keywords):
        self.widget = sw.SchemaExplorer(name, **keywords)
        self.page = page(self.widget)
        assert self.page.ask("hello", view="v1")["type"] == "result"

    @property
    def schema(self):
        return self.widget.state["schema"]

    def ask(self, op, **args):
        """Ask for something and return what it brings; an error is what it brings, too."""
        answer = self.page.ask(op, **args)
        return answer["data"] if answer["type"] == "result" else answer["error"]

    def draft(self, op="look", **args):
        return self.ask(op, **args)["draft"]

    def cells(self):
        return self.draft()["table"]["rows"]


@pytest.fixture
def explorer(ws, page):
    """Return the explorer of the endpoint that the service's documentation shows."""
    return Explorer(page, workspace=ws)


def test_the_formats_are_those_of_the_document_and_the_draft_begins_with_its_example(explorer):
    assert [each["label"] for each in explorer.schema["formats"]] == ["dataframe_split", "dataframe_records"]
    assert explorer.schema["path"] == "/served-models/vanilla_simple_model-2/invocations"
    assert explorer.cells() == [["3", "10.4", "abc", False], ["2", "20.4", "xyz", False]]
    assert explorer.draft()["total"] == 0


def test_columns_come_with_their_type_whether_they_must_be_there_and_their_default(explorer):
    said = explorer.ask("look")["schema"]
    columns = {each["name"]: (each["type"], each["required"]) for each in said["columns"]}
    assert columns["int_col"] == ("integer (int64)", True)
    assert columns["becx_col"][1] is False
    assert [(each["name"], each["default"]) for each in said["params"]] == [("sentiment", "0.5")]


def test_a_default_that_the_document_writes_as_text_is_sent_as_a_number(explorer):
    assert '"sentiment": 0.5' in explorer.draft()["text"]
    assert explorer.widget.payload["params"] == {"sentiment": 0.5}


def test_a_cell_is_the_same_value_in_the_json(explorer):
    draft = explorer.draft("cell", row=0, column="int_col", cell="9007199254740993")
    assert "9007199254740993" in draft["text"]
    draft = explorer.draft("cell", row=0, column="float_col", cell="1")
    assert draft["table"]["rows"][0][:2] == ["9007199254740993", "1.0"]
    assert "[9007199254740993, 1.0," in draft["text"]


def test_a_bad_cell_is_kept_and_told_at_its_place(explorer):
    draft = explorer.draft("cell", row=1, column="int_col", cell="three")
    assert draft["table"]["rows"][1][0] == "three"
    (error,) = draft["errors"]
    assert (error["row"], error["column"]) == (1, "int_col")
    assert "whole number" in error["message"]
    assert explorer.draft("cell", row=1, column="int_col", cell="3")["errors"] == []


def test_what_the_check_proposes_can_be_taken(explorer):
    (error,) = explorer.draft("cell", row=0, column="int_col", cell="3.7")["errors"]
    assert error["fixable"]
    assert explorer.draft("fix", pointer=error["pointer"])["table"]["rows"][0][0] == "4"


def test_json_that_cannot_be_read_leaves_the_table_as_it_was_and_says_where_it_breaks(explorer):
    before = explorer.draft()
    broken = before["text"].replace("abc", 'abc" oops')
    after = explorer.draft("text", text=broken)
    assert after["text"] == broken
    assert broken.splitlines()[after["fault"]["line"] - 1].count("oops") == 1
    assert after["table"] == before["table"]
    assert explorer.ask("cell", row=0, column="int_col", cell="1")["code"] == "draft_unreadable"
    assert explorer.draft()["text"] == broken
    assert explorer.draft("revert")["text"] == before["text"]
    assert explorer.draft("undo")["text"] == broken


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a": NaN}', '{"a": ' + "9" * 5000 + "}", "\ud800"])
def test_no_text_is_lost_and_none_breaks_the_explorer(explorer, text):
    said = explorer.draft("text", text=text)
    assert said["fault"] is not None
    assert explorer.widget._editing.draft.text == text
    json.dumps(said, ensure_ascii=False).encode()


def test_rows_are_added_and_removed(explorer):
    assert len(explorer.draft("rows", add=2)["table"]["rows"]) == 4
    rows = explorer.draft("rows", remove=[0, 2, 3])["table"]["rows"]
    assert rows == [["2", "20.4", "xyz", False]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7\t1.5\n8\t2.5\n9\t3.5", [["7", "1.5"], ["8", "2.5"], ["9", "3.5"]]),
        ("7,1.5\r\n8,2.5\r\n", [["7", "1.5"], ["8", "2.5"]]),
        ("float_col,int_col\n1.5,7\n", [["7", "1.5"], ["2", "20.4"]]),
        ('7,"1.5"', [["7", "1.5"], ["2", "20.4"]]),
    ],
)
def test_lines_of_tsv_and_csv_fill_the_table_from_a_cell_on(explorer, text, expected):
    rows = explorer.draft("paste", row=0, column="int_col", text=text)["table"]["rows"]
    assert [row[:2] for row in rows] == expected


def test_what_is_too_wide_is_refused_whole(explorer):
    before = explorer.cells()
    assert "5 columns" in explorer.ask("paste", row=0, column="int_col", text="1,2,3,4,5")["message"]
    assert explorer.cells() == before


def test_each_format_has_a_draft_of_its_own_that_stays(explorer):
    explorer.draft("cell", row=0, column="int_col", cell="77")
    explorer.ask("format", key="dataframe_records")
    assert explorer.schema["format"] == "dataframe_records"
    assert '"dataframe_records"' in explorer.draft()["text"]
    explorer.ask("format", key="dataframe_split")
    assert explorer.cells()[0][0] == "77"


def test_a_parameter_is_edited_in_the_form_and_left_out_again(explorer):
    draft = explorer.draft("field", pointer="/params/sentiment", cell="0.75")
    assert draft["fields"][0]["cell"] == "0.75"
    assert explorer.widget.payload["params"] == {"sentiment": 0.75}
    explorer.draft("field", pointer="/params/sentiment", cell=False)
    assert "params" not in explorer.widget.payload


def test_a_dataframe_of_the_notebook_is_loaded_by_name(explorer, monkeypatch):
    frame = pd.DataFrame({"int_col": [1, 2], "float_col": [0.5, None], "string_col": ["a", "b"]})
    monkeypatch.setattr("serving_widgets.widgets.schema.editing.frames_of_user", lambda: {"people": frame})
    draft = explorer.draft("load", name="people")
    assert draft["table"]["rows"] == [["1", "0.5", "a", False], ["2", None, "b", False]]
    assert explorer.widget.payload["params"] == {"sentiment": 0.5}
    bad = pd.DataFrame({"int_col": [pd.Timedelta("1s")]})
    monkeypatch.setattr("serving_widgets.widgets.schema.editing.frames_of_user", lambda: {"people": bad})
    assert "int_col" in explorer.ask("load", name="people")["message"]
    assert explorer.draft()["rev"] == draft["rev"]


def test_of_a_long_dataframe_the_first_rows_are_taken_and_what_was_changed_is_told(explorer, monkeypatch):
    times = pd.Series(pd.date_range("2024-01-01", periods=10_001, tz="UTC")[:10_001])
    frame = pd.DataFrame({"int_col": range(10_001), "float_col": 0.5, "string_col": "a", "becx_col": times})
    monkeypatch.setattr("serving_widgets.widgets.schema.editing.frames_of_user", lambda: {"long": frame})
    draft = explorer.draft("load", name="long")
    assert draft["table"]["total"] == 10_000
    assert len(draft["table"]["rows"]) <= 200
    assert not draft["whole"]
    assert len(json.dumps(draft)) < 400_000
    assert any("UTC" in note for note in draft["notes"])
    assert any("ep.predict(long)" in note for note in draft["notes"])
    assert explorer.draft("undo")["notes"] == []


def document_of(schema):
    return {
        "openapi": "3.1.0",
        "info": {"title": "x"},
        "paths": {"/invocations": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}},
    }


def shown_as(ws, page, monkeypatch, schema):
    """Return the explorer of an endpoint whose schema is this one."""
    document = document_of(schema)

    async def get_openapi(name, **_):
        return Reply(document, json.dumps(document).encode(), None, "", 0.0)

    monkeypatch.setattr(ws.client(), "get_openapi", get_openapi)
    return Explorer(page, workspace=ws)


def test_members_of_objects_are_fields_of_the_form(ws, page, monkeypatch):
    customer = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "integer"}, "vip": {"type": "boolean"}},
    }
    schema = {"type": "object", "properties": {"customer": customer, "limit": {"type": "number", "default": "0.5"}}}
    explorer = shown_as(ws, page, monkeypatch, schema)
    fields = {each["pointer"]: each for each in explorer.draft()["fields"]}
    assert list(fields) == ["/customer", "/customer/id", "/customer/vip", "/limit"]
    assert fields["/customer"]["group"]
    assert fields["/customer/id"]["required"]
    explorer.draft("field", pointer="/customer/vip", cell="true")
    explorer.draft("field", pointer="/limit", cell="2")
    assert explorer.widget.payload["customer"]["vip"] is True
    assert '"limit": 2.0' in explorer.draft()["text"]
    (error,) = explorer.draft("field", pointer="/customer/id", cell="x")["errors"]
    assert error["pointer"] == "/customer/id"
    assert explorer.ask("field", pointer="/nope", cell="1")["message"]


def test_an_endpoint_that_takes_a_list_begins_with_one(ws, page, monkeypatch):
    explorer = shown_as(ws, page, monkeypatch, {"type": "array", "items": {"type": "integer"}, "minItems": 1})
    assert isinstance(explorer.widget.payload, list)
    assert explorer.draft()["total"] == 0


def test_sending_brings_the_answer_as_a_table_with_its_time_and_size_and_who_answered(explorer, until):
    said = explorer.ask("send")["reply"]
    assert said["outcome"] == "answered"
    assert said["status"] == 200
    assert said["table"]["names"] == ["prediction"]
    assert len(said["table"]["rows"]) == 2
    assert said["served"] == "vanilla_simple_model-2"
    assert said["size"] > 0
    assert said["seconds"] >= 0
    assert until(lambda: explorer.widget.answer is not None)
    assert len(explorer.widget.answer.frame) == 2


def test_an_answer_that_is_otherwise_than_the_schema_says_is_shown_with_a_note(explorer, ws):
    ws.mock.faults([{"path": "*/invocations", "status": 200, "body": {"predictions": ["high", 0.5]}}])
    said = explorer.ask("send")["reply"]
    assert said["outcome"] == "answered"
    assert "doesn't match the schema" in said["note"]
    assert said["table"]["rows"] == [["high"], ["0.5"]]


def test_an_answer_that_is_no_json_is_said_to_be_none(explorer, ws):
    ws.mock.faults([{"path": "*/invocations", "status": 200, "body": "<html>Sign in</html>"}])
    said = explorer.ask("send")["reply"]
    assert "it is not JSON" in said["note"]
    assert "Sign in" in said["raw"]


def test_predictions_stand_beside_their_inputs_on_request(explorer):
    explorer.ask("send")
    table = explorer.ask("beside", on=True)["reply"]["table"]
    assert table["names"] == ["int_col", "float_col", "string_col", "prediction"]
    assert table["inputs"] == 3
    assert table["rows"][0][:3] == ["3", "10.4", "abc"]


def test_a_draft_with_errors_is_sent_only_on_request_and_the_refusal_is_explained(explorer, ws):
    explorer.draft("cell", row=0, column="float_col", cell="oops")
    assert explorer.ask("send")["code"] == "has_errors"
    assert not any("invocations" in each["path"] for each in ws.mock.journal())
    said = explorer.ask("send", anyway=True)["reply"]
    assert (said["outcome"], said["status"]) == ("failed", 400)
    assert said["problem"]["message"]
    assert explorer.cells()[0][1] == "oops"


def test_what_is_sent_is_the_text_of_the_draft_to_the_letter(explorer, ws, monkeypatch):
    sent = []
    client = ws.client()
    ask = client.query_endpoint

    def kept(name, payload, **more):
        sent.append(payload)
        return ask(name, payload, **more)

    monkeypatch.setattr(client, "query_endpoint", kept)
    text = explorer.draft()["text"].replace("10.4", "10.40").replace("{", "{ ", 1)
    explorer.draft("text", text=text)
    assert explorer.ask("send")["reply"]["outcome"] == "answered"
    assert sent == [text]


def test_the_history_repeats_brings_back_and_compares(explorer):
    explorer.ask("send")
    explorer.draft("cell", row=0, column="int_col", cell="30")
    explorer.ask("send")
    history = explorer.ask("look")["history"]
    assert [each["number"] for each in history] == [2, 1]
    told = explorer.ask("compare", left=1, right=2)
    assert (told["same_request"], told["differing"], told["values"]) == (False, 1, 2)
    explorer.draft("reuse", number=1)
    assert explorer.cells()[0][0] == "3"
    assert explorer.ask("send", number=2)["reply"]["number"] == 3
    assert explorer.ask("compare", left=2, right=3)["same_request"] is True


def test_a_request_is_repeated_and_brought_back_as_what_it_was_whatever_is_open_now(ws, page, monkeypatch):
    schema = {"properties": {"inputs": {"type": "array", "items": {"type": "number"}}}}
    other = {"properties": {"dataframe_records": {"items": {"properties": {"x": {"type": "number"}}}}}}
    document = document_of({"anyOf": [schema, other]})
    (path,) = document["paths"].values()
    document["paths"] = {f"/served-models/{name}/invocations": path for name in ("one", "two")}
    sent = []

    async def get_openapi(name, **_):
        return Reply(document, json.dumps(document).encode(), None, "", 0.0)

    async def query_endpoint(name, payload, *, entity):
        sent.append((entity, payload))
        return Reply({"predictions": [1.0]}, b'{"predictions": [1.0]}', entity, "", 0.0)

    monkeypatch.setattr(ws.client(), "get_openapi", get_openapi)
    monkeypatch.setattr(ws.client(), "query_endpoint", query_endpoint)
    explorer = Explorer(page, workspace=ws)
    first = explorer.draft()["text"]
    explorer.ask("send")
    explorer.ask("open", path="/served-models/two/invocations", method="post")
    explorer.ask("format", key="dataframe_records")
    again = explorer.ask("send", number=1)["reply"]
    assert sent == [("one", first)] * 2
    assert (again["path"], again["format"]) == ("/served-models/one/invocations", "inputs")
    assert explorer.draft("reuse", number=1)["text"] == first
    assert (explorer.schema["path"], explorer.schema["format"]) == ("/served-models/one/invocations", "inputs")


def test_what_cannot_be_sent_is_told_and_is_over(explorer):
    body = {"dataframe_records": [{"int_col": 1, "float_col": 1.0, "string_col": "\ud800"}]}
    explorer.draft("text", text=json.dumps(body, ensure_ascii=False))
    said = explorer.ask("send", anyway=True)["reply"]
    assert said["outcome"] == "failed"
    assert "surrogate" in said["problem"]["message"]


def test_whatever_breaks_while_it_is_sent_the_request_is_over(explorer, ws, monkeypatch):
    async def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(ws.client(), "query_endpoint", broken)
    assert explorer.ask("send")["code"] == "internal"
    assert explorer.ask("look")["reply"]["outcome"] == "failed"
    assert not explorer.schema["sending"]


def test_an_error_without_a_cell_or_field_has_a_place_in_the_text(ws, page, monkeypatch):
    schema = {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}
    explorer = shown_as(ws, page, monkeypatch, schema)
    text = '[\n  [1, 2],\n  [3, "four"]\n]'
    (error,) = explorer.draft("text", text=text)["errors"]
    assert explorer.ask("place", pointer=error["pointer"]) == {"line": 3, "column": 7}
    explorer.draft("text", text="[\n  1,,\n]")
    assert explorer.ask("place", pointer=error["pointer"])["line"] == 2


def test_another_explorer_of_the_same_kernel_knows_the_history(explorer, ws, page):
    explorer.ask("send")
    assert len(Explorer(page, workspace=ws).ask("look")["history"]) == 1


def test_a_request_under_way_can_be_cancelled_and_says_so(explorer, ws, until):
    ws.mock.faults([{"path": "*/invocations", "delay": 20}])
    request = explorer.page.say("send")
    assert until(lambda: explorer.schema["sending"])
    assert explorer.ask("send")["code"] == "sending"
    explorer.ask("stop")
    assert until(lambda: not explorer.schema["sending"])
    assert until(lambda: explorer.page.answers(request)[-1]["type"] == "result")
    assert explorer.ask("look")["reply"]["outcome"] == "cancelled"


def test_snippets_are_of_the_draft_and_hold_no_token(explorer, ws):
    explorer.draft("cell", row=0, column="int_col", cell="424242")
    made = {each["target"]: each["code"] for each in explorer.ask("snippets")}
    assert {"curl", "httpx", "pandas", "%serving"} <= made.keys()
    assert all("424242" in code for code in made.values())
    assert ws.mock.own_token not in json.dumps(made)


def test_the_raw_document_can_be_saved(explorer):
    request = explorer.page.say("save")
    explorer.page.ask("look")
    pieces = [each["data"]["text"] for each in explorer.page.answers(request) if each["type"] == "progress"]
    assert json.loads("".join(pieces))["openapi"] == "3.1.0"
    assert explorer.page.answers(request)[-1]["data"]["name"] == f"{NAME}-openapi.json"


def test_a_stopped_endpoint_has_no_schema_says_what_to_do_and_gets_one_once_it_runs(ws, page, until):
    explorer = Explorer(page, "pricing", workspace=ws)
    assert explorer.schema["state"] == "absent"
    assert "Start it" in explorer.schema["problem"]["hint"]
    assert explorer.schema["can"]
    ws.endpoints.get("pricing").start().wait()
    assert until(lambda: explorer.schema["state"] == "ready" or explorer.schema["problem"]["code"] == "no_signature")


def test_while_an_endpoint_is_stopped_its_schema_and_the_draft_stay_on_screen(explorer, ws, until):
    explorer.draft("cell", row=0, column="int_col", cell="77")
    ws.endpoints.get(NAME).stop()
    assert until(lambda: "stopped" in (explorer.schema["can"] or ""))
    assert explorer.schema["state"] == "ready"
    assert explorer.cells()[0][0] == "77"
    assert "stopped" in explorer.ask("send")["message"]


def test_what_was_written_stays_when_the_endpoint_goes_on_to_another_version(explorer, ws, until):
    explorer.draft("cell", row=0, column="int_col", cell="777")
    endpoint = ws.endpoints.get(NAME)
    endpoint.update_config(entity_name=endpoint.info.entities[0].entity_name, entity_version="3")
    ws.mock.advance(3600)
    assert until(lambda: explorer.schema["path"] == "/served-models/vanilla_simple_model-3/invocations")
    assert explorer.cells()[0][:3] == ["777", "10.4", "abc"]
    assert explorer.ask("send")["reply"]["served"] == "vanilla_simple_model-3"


def test_the_entity_that_was_chosen_stays_chosen_when_the_schema_is_read_anew(ws, page, until):
    explorer = Explorer(page, "fraud-detector", workspace=ws)
    first, second = (each["path"] for each in explorer.ask("look")["operations"])
    explorer.ask("open", path=second, method="post")
    before = explorer.schema["revs"]["document"]
    ws.mock.advance(3600)
    assert until(lambda: explorer.schema["revs"]["document"] > before)
    assert first not in [each["path"] for each in explorer.ask("look")["operations"]]
    assert explorer.schema["path"] == second


def test_the_first_draft_of_every_format_of_every_endpoint_is_answered(ws, page):
    answered = []
    for each in ws.endpoints.list():
        explorer = Explorer(page, each.name, workspace=ws)
        # Route-optimized endpoints want a token that only an OAuth login gives.
        if explorer.schema["can"] is not None or each.info.route_optimized:
            continue
        for operation in explorer.ask("look")["operations"]:
            explorer.ask("open", path=operation["path"], method=operation["method"])
            for format in explorer.schema["formats"]:
                explorer.ask("format", key=format["key"])
                said = explorer.ask("send")["reply"]
                assert (said["outcome"], said["problem"], said["note"]) == ("answered", None, ""), (each.name, format)
                answered.append(format["label"])
    assert {"dataframe_split", "dataframe_records", "chat"} <= set(answered)


def test_a_chat_is_a_conversation_whose_answer_streams(ws, page):
    explorer = Explorer(page, "chat", workspace=ws)
    assert explorer.schema["state"] == "absent"
    assert "external model" in explorer.schema["problem"]["message"]
    assert explorer.ask("look")["schema"]["views"][0] == "chat"
    explorer.draft("message", number=0, text="Say hello to Ada.")
    request = explorer.page.say("send")
    explorer.page.ask("look")
    while explorer.page.answers(request)[-1]["type"] != "result":
        explorer.page.ask("look")
    pieces = [each["data"]["text"] for each in explorer.page.answers(request) if each["type"] == "progress"]
    roles = [(each["role"], each["text"]) for each in explorer.draft()["messages"]]
    assert roles[0] == ("user", "Say hello to Ada.")
    assert roles[1] == ("assistant", "".join(pieces))
    assert roles[1][1]
    explorer.draft("message", number=1)
    assert len(explorer.draft()["messages"]) == 1


def test_the_prompt_of_the_system_stands_first_and_a_sample_gives_way_to_it(ws, page):
    explorer = Explorer(page, "chat", workspace=ws)
    explorer.draft("message", role="system", text="Be brief.")
    assert [each["role"] for each in explorer.draft()["messages"]] == ["system"]
    explorer.draft("message", text="Hello")
    explorer.draft("message", number=0)
    explorer.draft("message", role="system", text="Be kind.")
    told = [(each["role"], each["text"]) for each in explorer.draft()["messages"]]
    assert told == [("system", "Be kind."), ("user", "Hello")]


def test_an_answer_tells_its_tokens_where_the_service_counts_them(ws, page):
    explorer = Explorer(page, "databricks-llama", workspace=ws)
    explorer.draft(
        "text", text='{"messages": [{"role": "user", "content": "Hi"}], "stream_options": {"include_usage": true}}'
    )
    said = explorer.ask("send", anyway=True)["reply"]
    assert [count > 0 for count in said["tokens"]] == [True, True]


def test_an_answer_of_5_mb_comes_in_part_and_stays_whole_in_the_kernel(ws, page, until):
    ws.mock.serve("wide", lambda rows: [{"text": "x" * 500, "n": number} for number in range(10_000)])
    explorer = Explorer(page, "wide", workspace=ws)
    explorer.draft("text", text='{"inputs": [[1.0]]}')
    said = explorer.ask("send", anyway=True)
    assert said["reply"]["size"] > 5_000_000
    assert said["reply"]["table"]["total"] == 10_000
    assert len(said["reply"]["table"]["rows"]) <= 200
    assert not said["reply"]["whole"]
    assert len(json.dumps(said)) < 500_000
    assert until(lambda: explorer.widget.answer is not None)
    assert len(explorer.widget.answer.frame) == 10_000


def big_document(paths):
    """Return a document of a few megabytes, as large gateways have them."""
    row = {f"column_{number}": {"type": "number", "description": "x" * 120} for number in range(80)}
    schema = {
        "type": "object",
        "properties": {"dataframe_records": {"type": "array", "items": {"type": "object", "properties": row}}},
    }
    one = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}}
    named = {f"/served-models/model-{number}/invocations": one for number in range(paths)}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "big"}, "paths": named}).encode()


def test_of_a_document_of_3_mb_the_operations_are_listed_and_one_is_shown(ws, page, monkeypatch):
    raw = big_document(180)
    assert len(raw) > 2_500_000

    async def get_openapi(name, **_):
        return Reply(json.loads(raw), raw, None, "", 0.0)

    monkeypatch.setattr(ws.client(), "get_openapi", get_openapi)
    explorer = Explorer(page, workspace=ws)
    said = explorer.ask("look")
    assert len(said["operations"]) == 180
    assert len(said["schema"]["columns"]) == 80
    assert len(json.dumps(said)) < 300_000
    other = said["operations"][99]
    explorer.ask("open", path=other["path"], method="post")
    assert explorer.schema["path"] == "/served-models/model-99/invocations"
    assert explorer.draft()["table"]["more_columns"] == 30
    assert explorer.ask("open", path="/nope", method="post")["message"]


def test_what_is_no_query_is_shown_and_has_no_code(ws, page, monkeypatch):
    document = document_of({"type": "object"})
    document["paths"]["/pets"] = {"put": {"requestBody": {"content": {"application/json": {"schema": {}}}}}}

    async def get_openapi(name, **_):
        return Reply(document, json.dumps(document).encode(), None, "", 0.0)

    monkeypatch.setattr(ws.client(), "get_openapi", get_openapi)
    explorer = Explorer(page, workspace=ws)
    explorer.ask("open", path="/pets", method="put")
    assert "queries" in explorer.schema["can"]
    assert "queries" in explorer.ask("snippets")["message"]


HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\ud800"


def test_hostile_names_are_text_that_can_be_sent_to_the_page(ws, page):
    name = json.loads(f'"{HOSTILE}"')
    shown = name.replace("\ud800", "")
    ws.mock.serve("hostile", lambda rows: [{shown: shown} for _ in rows])
    explorer = Explorer(page, "hostile", workspace=ws)
    explorer.draft("text", text=json.dumps({"inputs": [{name: name}]}))
    said = explorer.ask("send", anyway=True)
    json.dumps(said, ensure_ascii=False).encode()
    json.dumps(explorer.widget.state, ensure_ascii=False).encode()
    assert "<img src=x" in said["reply"]["table"]["names"][0]
    assert "<img" not in explorer.widget._repr_mimebundle_()[0]["text/html"]


def test_no_part_of_a_schema_draft_or_answer_is_in_the_synced_state(explorer):
    explorer.ask("send")
    assert len(json.dumps(explorer.widget.state["schema"])) < 1000


def test_a_saved_notebook_shows_the_columns(explorer):
    data = explorer.widget._repr_mimebundle_()[0]
    assert "int_col" in data["text/plain"]
    heads = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', data["text/html"])
    assert heads == ["Format", "Name", "Part", "Type", "Required", "Default", "Description"]
    assert re.search(r"sentiment +params +number \(double\) +no +0\.5", data["text/plain"])
    assert "<script" not in data["text/html"]


def test_an_unknown_entity_is_told_and_json_can_be_sent_all_the_same(ws, page):
    explorer = Explorer(page, workspace=ws, entity="nope")
    assert "nope" in explorer.schema["problem"]["message"]
    assert [each["key"] for each in explorer.schema["formats"]] == ["json"]


def test_an_argument_that_nobody_knows_is_refused(ws):
    with pytest.raises(TypeError):
        sw.SchemaExplorer(NAME, workspace=ws, formt="x")


def test_an_endpoint_that_is_not_there_is_told_by_the_link(ws, page, until):
    explorer = Explorer(page, "nope", workspace=ws)
    assert until(lambda: explorer.widget.state["link"]["problem"] is not None)
    assert explorer.widget.state["endpoint"] is None
    assert explorer.schema["state"] == "loading"
    assert "nope" in explorer.widget.state["link"]["problem"]["message"]


def test_a_schema_that_could_not_be_read_for_a_moment_is_read_at_the_next_news(ws, page, until):
    ws.mock.faults([{"path": "*/openapi", "status": 500, "count": None}])
    explorer = Explorer(page, workspace=ws)
    assert until(lambda: explorer.schema["state"] == "absent")
    ws.mock.faults([])
    ws.endpoints.get(NAME).set_tags({"news": "1"})
    assert until(lambda: explorer.schema["state"] == "ready")


def test_a_document_of_any_service_is_shown_and_nothing_is_sent(page, ws):
    body = {"type": "object", "required": ["x"], "properties": {"x": {"type": "string"}}}
    content = {"application/json": {"schema": body}}
    raw = {
        "openapi": "3.1.0",
        "info": {"title": "Items"},
        "servers": [{"url": "https://items.example.com"}],
        "paths": {"/items": {"post": {"requestBody": {"content": content}}}},
    }
    shown = Explorer(page, None, document=raw, send=False, workspace=ws)
    assert shown.widget.payload == {"x": "alpha"}
    assert shown.schema["path"] == "/items"
    assert "nothing is sent" in shown.schema["can"]
    assert shown.ask("send")["code"] == "not_sendable"
    assert "https://items.example.com/items" in shown.ask("snippets")[0]["code"]
    asked = {entry["path"] for entry in ws.mock.journal()}
    assert not any(path.endswith(("/openapi", "/invocations", "Items", "items")) for path in asked)


def test_a_document_of_no_endpoint_can_only_be_shown():
    with pytest.raises(sw.ConfigError, match="send=False"):
        sw.SchemaExplorer(document={"openapi": "3.1.0", "paths": {}})
