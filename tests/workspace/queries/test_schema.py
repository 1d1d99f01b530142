"""Handles know what their endpoint takes: the document, a sample of it, a check; and why there is none."""

import asyncio
import json
import pickle

import pytest

from serving_widgets.openapi.errors import FormatError, SchemaUnavailable
from serving_widgets.workspace.queries import schema
from serving_widgets.workspace.runtime import event_loop

OPENAPI = "/openapi"


def asked(ws):
    """Return how often the schema was read."""
    return sum(entry["path"].endswith(OPENAPI) for entry in ws.mock.journal())


def test_a_sample_of_every_endpoint_that_can_be_asked_is_answered(ws):
    answered = set()
    for ep in ws.endpoints.list():
        if ep.info.route_optimized or not ep.status.serving:
            continue
        for made in run(schema.read_formats, ws, ep.name).operation().formats:
            made_up = ep.sample(made.name, rows=3)
            assert ep.validate(made_up).ok
            assert ep.query(made_up).json
            answered.add((ep.name, made.name))
    assert {("example-endpoint", "dataframe_split"), ("example-endpoint", "dataframe_records")} <= answered
    assert {("chat", "chat"), ("databricks-llama", "chat"), ("user-features", "dataframe_records")} <= answered
    assert len(answered) >= 12


def run(fn, *args):
    return event_loop.run_sync(lambda: fn(*args), twin="x")


def test_the_sample_of_the_services_own_example(ws):
    ep = ws.endpoints.get("example-endpoint")
    made_up = ep.sample()
    assert made_up == {
        "dataframe_split": {
            "columns": ["int_col", "float_col", "string_col"],
            "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]],
        },
        "params": {"sentiment": 0.5},
    }
    assert (made_up.origin, made_up.format) == ("example repaired", "dataframe_split")
    assert ep.query(made_up).json == {"predictions": [14.9, 23.9]}
    assert ep.query(made_up.text).json == {"predictions": [14.9, 23.9]}
    assert [len(ep.sample("dataframe_records", rows=rows)["dataframe_records"]) for rows in (0, 1, 5)] == [0, 1, 5]


def test_a_column_of_unknown_type_is_accepted(ws):
    ep = ws.endpoints.get("example-endpoint")
    body = ep.sample("dataframe_records")
    for row in body["dataframe_records"]:
        row["becx_col"] = {"any": ["thing"]}
    assert ep.validate(body).ok
    assert ep.query(body).json == {"predictions": [14.9, 23.9]}


def test_a_check_sends_nothing_but_the_question_for_the_schema(ws):
    ep = ws.endpoints.get("example-endpoint")
    report = ep.validate({"dataframe_records": [{"int_col": "three", "float_col": 1.0, "string_col": "a"}]})
    assert not report
    assert not any(entry["path"].endswith("/invocations") for entry in ws.mock.journal())
    assert "row 0, int_col" in repr(report)


def test_the_document_is_read_once_for_each_version_of_the_configuration(ws):
    ep = ws.endpoints.get("example-endpoint")
    first = ep.openapi()
    assert ep.openapi() is first
    ep.sample()
    assert asked(ws) == 1
    item = {"entity_name": "main.examples.vanilla_simple_model", "entity_version": "3", "workload_size": "Small"}
    ep.update_config({"served_entities": [{**item, "scale_to_zero_enabled": True}]})
    ep.wait()
    second = ep.openapi()
    assert (first.version, second.version) == ("2", "3")
    assert second.entities == ("vanilla_simple_model-3",)
    assert asked(ws) == 2


def test_the_document_can_be_saved_as_the_service_sent_it(ws):
    found = ws.endpoints.get("example-endpoint").openapi()
    assert json.loads(found.text) == found.raw
    assert found.text.startswith(b"{")


@pytest.mark.parametrize(
    ("name", "code", "says", "does"),
    [
        ("pricing", "not_ready", "only while an endpoint is ready, and it is stopped", "ep.start().wait()"),
        ("chat", "external_model", "serves an external model", "ep.sample()"),
    ],
)
def test_why_there_is_no_schema_is_said_with_what_to_do(ws, name, code, says, does):
    ep = ws.endpoints.get(name)
    with pytest.raises(SchemaUnavailable) as error:
        ep.openapi()
    assert error.value.code == code
    assert says in error.value.message
    assert does in error.value.hint


def test_a_stopped_endpoint_has_a_schema_again_once_it_is_started(ws):
    ep = ws.endpoints.get("pricing")
    with pytest.raises(SchemaUnavailable):
        ep.sample()
    ep.start().wait()
    assert ep.query(ep.sample()).json["predictions"]


def test_an_endpoint_that_is_not_ready_yet_has_no_schema_yet(ws):
    item = {"entity_name": "main.a.m", "entity_version": "1", "workload_size": "Small", "scale_to_zero_enabled": True}
    ep = ws.endpoints.create("fresh", config={"served_entities": [item]})
    with pytest.raises(SchemaUnavailable) as error:
        ep.openapi()
    assert error.value.code == "not_ready"
    assert "Not ready (Updating)" in error.value.message
    ep.wait()
    with pytest.raises(SchemaUnavailable) as error:
        ep.openapi()
    assert error.value.code == "no_signature"
    assert "infer_signature" in error.value.hint
    assert "The service says: " in error.value.message
    assert "Couldn't read" not in error.value.message


def test_a_wrong_format_or_entity_is_answered_with_the_right_ones(ws):
    ep = ws.endpoints.get("example-endpoint")
    with pytest.raises(FormatError) as error:
        ep.sample("dataframe_splits")
    assert error.value.hint == "Did you mean dataframe_split?"
    with pytest.raises(FormatError):
        ep.sample(entity="champion")
    assert ep.sample(entity="vanilla_simple_model-2") == ep.sample()


def test_there_is_an_awaitable_twin_of_each(ws):
    ep = ws.endpoints.get("example-endpoint")

    async def everything():
        document = await ep.aio.openapi()
        made_up = await ep.aio.sample("dataframe_records", rows=1)
        return document, made_up, await ep.aio.validate(made_up)

    document, made_up, report = asyncio.run(everything())
    assert document is ep.openapi()
    assert made_up == ep.sample("dataframe_records", rows=1)
    assert report == ep.validate(made_up)


def test_what_they_return_reads_well_and_the_same_each_time(ws):
    ep = ws.endpoints.get("example-endpoint")
    document, made_up = ep.openapi(), ep.sample()
    report = ep.validate({"dataframe_records": [{"int_col": 3.7, "float_col": 1.0, "string_col": "<b>"}]})
    assert repr(document).startswith("Schema of example-endpoint – mock workspace (demo)\n")
    assert "int_col             integer (int64)  yes" in repr(document)
    assert repr(made_up) == repr(dict(made_up))
    for shown in (document, made_up, report):
        html = shown._repr_html_()
        assert html == shown._repr_html_()
        assert "<script" not in html
        assert "127.0.0.1" not in html
        assert ws.mock.host not in repr(shown)
    assert "<th" in document._repr_html_()
    assert "Round it, for example to 4." in report._repr_html_()


def test_what_a_document_says_is_text_to_a_page(ws):
    evil = "<script>alert(1)</script>"
    properties = {evil: {"type": "string", "description": evil, "default": evil}}
    table = {"type": "array", "items": {"type": "object", "properties": properties}}
    body = {"content": {"application/json": {"schema": {"properties": {"dataframe_records": table}}}}}
    found = schema.SchemaDocument(
        {"openapi": "3.1.0", "info": {"title": evil}, "paths": {f"/{evil}": {"post": {"requestBody": body}}}}
    )
    made_up = schema.as_sample(found.sample())
    report = schema.as_findings(found.validate({"dataframe_records": [{evil: 5}]}))
    for shown in (found, made_up, report):
        assert "<script" not in shown._repr_html_()
        assert "&lt;script" in shown._repr_html_()


def test_a_sample_is_a_plain_dictionary_to_everybody_else(ws):
    made_up = ws.endpoints.get("example-endpoint").sample()
    assert json.loads(json.dumps(made_up)) == made_up
    assert pickle.loads(pickle.dumps(made_up)) == made_up
    assert isinstance(made_up, dict)
