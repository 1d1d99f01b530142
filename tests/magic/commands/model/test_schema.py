"""``%serving schema`` and ``%serving sample``: what an endpoint takes, and a request to begin with."""

import json
import re
import sys
import types

import httpx
import pytest

import serving_widgets as sw
from serving_widgets import SchemaExplorer
from serving_widgets.openapi.errors import SchemaUnavailable
from serving_widgets.openapi.snippets import snippets

HOSTILE = "<img src=x onerror=alert(1)> \x1b[31mred \u202egnp.exe </table><script>alert(2)</script>"
PLAIN = {"p", "strong", "pre", "code", "br", "wbr", "table", "caption", "thead", "tbody", "tr", "th", "td"}


def document(column, description):
    """Return the schema of a model with one column."""
    item = {
        "type": "object",
        "required": [column],
        "properties": {column: {"type": "string", "description": description}},
    }
    body = {"type": "object", "properties": {"dataframe_records": {"type": "array", "items": item}}}
    media = {"application/json": {"schema": {"oneOf": [body]}}}
    paths = {"/served-models/m-1/invocations": {"post": {"requestBody": {"content": media}}}}
    return {"openapi": "3.1.0", "info": {"title": column, "version": "2"}, "paths": paths}


@pytest.fixture
def hostile(workspace, monkeypatch):
    """Have the service give a schema that is up to no good."""
    from serving_widgets.client import Client
    from serving_widgets.client.reply import Reply

    async def get_openapi(self, name, **_):
        raw = document(HOSTILE, HOSTILE)
        return Reply(raw, json.dumps(raw).encode(), None, "", 0.0)

    monkeypatch.setattr(Client, "get_openapi", get_openapi)
    return workspace.endpoints.create("evil", entity_name="m", entity_version="1", wait=True)


def test_paths_formats_and_columns_are_shown_in_words(run, workspace):
    text = run("%serving schema example-endpoint").text
    assert text.startswith("Schema of example-endpoint – mock workspace (demo)")
    assert "/served-models/vanilla_simple_model-2/invocations – dataframe_split, dataframe_records" in text
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in text.split("\n") if line.strip()}
    assert rows["int_col"] == "integer (int64) yes"
    assert rows["becx_col"] == "any no"
    assert rows["sentiment"] == "params number (double) no 0.5"
    assert "Read otherwise" not in text


def test_entities_that_take_the_same_are_shown_once_with_both_paths(run, workspace):
    text = run("%serving schema fraud-detector").text
    paths = "/served-models/fraud_detector-7/invocations, /served-models/fraud_challenger-2/invocations"
    assert f"\n{paths} – dataframe_split, dataframe_records\n" in text
    assert text.count("card_present") == 1


def test_what_was_read_otherwise_is_told_on_request(run, workspace):
    assert "8 (--notes shows them)" in run("%serving schema example-endpoint").text
    text = run("%serving schema example-endpoint --notes").text
    path = "/served-models/vanilla_simple_model-2/invocations"
    assert f"\nRead otherwise than it is written, in {path}\n" in text
    notes = text.partition("Read otherwise")[2].partition("Where")[2]
    assert path not in notes
    assert re.search(r'^The default "0\.5" is text; read as 0\.5\. +oneOf/0/properties/params', notes, re.MULTILINE)
    both = run("%serving schema fraud-detector --notes").text.partition("Read otherwise")[2]
    assert "fraud_detector-7/invocations" in both
    assert "fraud_challenger-2/invocations" in both
    assert 'The default "0.5" is text; read as 0.5.' in text
    assert "An example of dataframe_split stands without that member; it was put around it." in text


def test_one_entity_and_one_format_may_be_asked_for(run, workspace):
    text = run("%serving schema fraud-detector --entity fraud_challenger-2 --format dataframe_records").text
    assert "fraud_challenger-2/invocations – dataframe_records\n" in text
    assert "fraud_detector-7" not in text
    assert "dataframe_split" not in text


def test_the_value_is_the_document_and_a_file_has_it_byte_for_byte(run, shell, workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "The document was saved in it.json" in run("%serving schema churn --save it.json").text
    run("%serving schema churn -o document")
    made = shell.user_ns["document"]
    served = httpx.get(
        f"{workspace.host}/api/2.0/serving-endpoints/churn/openapi",
        headers={"Authorization": f"Bearer {workspace.mock.token}"},
    )
    assert (tmp_path / "it.json").read_bytes() == served.content == made.text
    assert made.raw["info"]["title"] == "churn"


@pytest.mark.parametrize(
    ("name", "why", "way"),
    [
        ("pricing", "while an endpoint is ready, and it is stopped", "%serving start pricing --wait"),
        ("ads", "only while an endpoint is ready. It is: Not ready (Updating).", "%serving wait ads"),
    ],
)
def test_where_there_is_no_schema_the_reason_and_the_way_are_told(name, why, way, run, workspace):
    run("%serving create ads --entity main.ml.ads --version 3")
    outcome = run(f"%serving schema {name}")
    assert isinstance(outcome.error, SchemaUnavailable)
    assert why in outcome.text
    assert way in outcome.text
    assert "Traceback" not in outcome.text


def test_of_a_language_model_without_a_schema_is_shown_what_its_task_says(run, workspace):
    text = run("%serving schema chat").text
    assert text.startswith("chat has no schema: it serves an external model, which was not logged with a signature.")
    assert "This is what every model for llm/v1/chat takes:" in text
    assert "Maximum number of tokens in the answer." in text


def test_what_a_schema_says_is_text_to_a_page_and_to_a_terminal(hostile, run, elements):
    for line in ("schema evil --notes", "sample evil", "sample evil --code curl"):
        (shown,) = run(f"%serving {line}").displays
        assert {each for each in elements(shown.data["text/html"]) if "[" not in each} <= PLAIN
        assert {each for each in elements(shown.data["text/html"]) if "[" in each} <= {
            "th[scope]",
            "caption[style]",
            "th[style]",
            "td[style]",
        }
        assert "\x1b" not in shown.data["text/plain"]
        assert "\u202e" not in shown.data["text/plain"] + shown.data["text/html"]
    body = json.dumps({"dataframe_records": [{HOSTILE: 3}]})
    outcome = run(f"%%serving query evil\n{body}")
    assert "is not text" in outcome.text
    assert "\x1b" not in outcome.text
    assert "\u202e" not in outcome.text


def test_a_sample_is_a_request_that_the_endpoint_takes(run, shell, workspace):
    text = run("%serving sample example-endpoint --rows 1").text
    assert text.startswith("Request to example-endpoint: dataframe_split, its schema's example, repaired – mock")
    assert json.loads(text.partition("\n\n")[2]) == {
        "dataframe_split": {"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"]]},
        "params": {"sentiment": 0.5},
    }
    run("%serving sample example-endpoint -o payload")
    assert isinstance(shell.user_ns["payload"], dict)
    assert run("%serving query example-endpoint $payload").error is None


@pytest.mark.parametrize("target", [language.option for language in snippets.LANGUAGES])
def test_code_for_each_target_is_shown_and_is_the_value(target, run, shell, workspace):
    shown = run(f"%serving sample churn --code {target} --rows 1").text
    run(f"%serving sample churn --code {target} --rows 1 -o code")
    code = shell.user_ns["code"]
    assert shown.endswith(code)
    assert "churn" in code
    assert workspace.mock.own_token not in code


def test_the_code_for_a_cell_runs_as_it_is(run, shell, workspace):
    run("%serving sample churn --code serving -o code")
    shown = run(shell.user_ns["code"])
    endpoint = workspace.endpoints.get("churn")
    assert "prediction" in shown.text
    assert shown.value.json == endpoint.query(endpoint.sample()).json


def test_a_sample_for_a_large_request_brings_its_file_along(run, shell, workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = run("%serving sample churn --rows 400 --code serving").text
    assert "The file payload.json beside it:" in text
    run("%serving sample churn --rows 400 -o payload")
    (tmp_path / "payload.json").write_text(json.dumps(shell.user_ns["payload"]))
    assert "%serving query churn @payload.json" in text
    assert "dataframe_split, 400 rows" in run("%serving query churn @payload.json").text


def test_a_long_sample_is_cut_on_the_screen_and_whole_in_a_variable(run, shell, workspace):
    assert "characters more" in run("%serving sample churn --rows 3000").text[-40:]
    run("%serving sample churn --rows 3000 -o payload")
    assert len(shell.user_ns["payload"]["dataframe_split"]["data"]) == 3000


def test_completion_offers_formats_without_asking(run, shell, workspace):
    fresh = sw.connect("mock", name="fresh")
    run("%serving list")
    asked = len(fresh.mock.journal())
    common = ["dataframe_split", "dataframe_records", "inputs", "instances"]
    assert offered(shell, "%serving sample churn --format ") == common
    assert offered(shell, "%serving sample chat --format ") == ["chat"]
    assert offered(shell, "%serving sample churn --code da") == ["databricks-sdk"]
    assert len(fresh.mock.journal()) == asked
    run("%serving schema churn")
    asked = len(fresh.mock.journal())
    assert offered(shell, "%serving query churn --format ") == ["dataframe_split", "dataframe_records"]
    assert offered(shell, "%serving predict churn $df --entity ") == ["churn_model-3", "churn_model-4"]
    assert len(fresh.mock.journal()) == asked


def offered(shell, line):
    """Return what the shell offers to go on with."""
    return shell.complete(line)[1]


def test_the_entity_of_a_sample_is_the_one_that_its_code_asks(run, workspace):
    text = run("%serving sample fraud-detector --entity fraud_challenger-2 --code curl").text
    assert "/served-models/fraud_challenger-2/invocations" in text


def test_the_explorer_opens_where_widgets_are_wanted(run, workspace):
    outcome = run("e = %serving schema fraud-detector --entity fraud_challenger-2 --watch\ne")
    assert isinstance(outcome.value, SchemaExplorer)
    run("%config ServingMagics.display = 'static'")
    (shown,) = run("%serving schema fraud-detector --watch").displays
    assert "application/vnd.jupyter.widget-view+json" not in shown.data
    assert "Schema of fraud-detector" in shown.data["text/plain"]


def test_an_endpoint_that_is_not_there_is_told(run, workspace):
    assert isinstance(run("%serving schema nobody").error, sw.NotFound)


def test_a_typed_client_is_written_and_asks_the_endpoint(run, workspace, tmp_path, monkeypatch):
    file = tmp_path / "client.py"
    assert (
        "A typed client of unity-model-endpoint was written"
        in run(f"%serving schema unity-model-endpoint --format dataframe_records --client {file}").text
    )
    namespace = {"__name__": "client"}
    monkeypatch.setitem(sys.modules, "client", types.ModuleType("client"))
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    row = namespace["Row"](impressions=3, position=2, bid=0.5)
    assert "predictions" in namespace["query"]([row], host=workspace.host, token=workspace.mock.token)
    assert "can't be written" in run("%serving schema unity-model-endpoint --client /no/such/folder/c.py").text
