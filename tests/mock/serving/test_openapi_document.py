"""The OpenAPI documents of endpoints: the one that the service's docs show, and what other signatures call for."""

import json
from pathlib import Path

import jsonschema
import pytest
from databricks.sdk import WorkspaceClient
from signatures import SAMPLES, column, tensor

from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service import assumptions

SEED = json.loads((Path(__file__).parent / "data" / "example-endpoint.openapi.json").read_text(encoding="utf-8"))


def get(ask, name, **options):
    """Ask for the document of an endpoint."""
    return ask("GET", f"/api/2.0/serving-endpoints/{name}/openapi", **options)


def operation(ask, sample=None, **options):
    """Return the operation in the document of an endpoint that serves a model of such a signature."""
    if sample is not None:
        options = {"signature": sample.signature, "example": sample.example}
    ask.mock.serve("sample", Model(lambda rows: rows, **options))
    return get(ask, "sample").body["paths"]["/served-models/sample-1/invocations"]["post"]


def alternatives(found):
    """Return the alternatives of a request body, by the key of their format."""
    listed = found["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
    return {next(iter(one["properties"])): one for one in listed}


def response(found):
    return found["responses"]["200"]["content"]["application/json"]["schema"]


def test_the_example_endpoint_has_the_document_of_the_docs(ask):
    found = get(ask, "example-endpoint")
    assert found.status == 200
    assert found.headers["content-type"] == "application/json"
    shown = json.loads(found.text.replace(ask.mock.host, "https://example.databricks.com"))
    assert shown == SEED


def test_the_sdk_reads_the_document_as_it_is(mock):
    client = WorkspaceClient(host=mock.host, token=mock.token, auth_type="pat")
    found = json.loads(client.serving_endpoints.get_open_api("example-endpoint").contents.read())
    assert found["info"] == SEED["info"]
    assert found["paths"] == SEED["paths"]


def test_whatever_a_client_says_it_accepts_the_document_comes_as_json(ask):
    headers = {"Authorization": f"Bearer {ask.mock.token}", "Accept": "text/plain"}
    found = ask.raw("GET", "/api/2.0/serving-endpoints/example-endpoint/openapi", headers=headers)
    assert found.headers["content-type"] == "application/json"


LONG, DOUBLE, TEXT = {"type": "integer", "format": "int64"}, {"type": "number", "format": "double"}, {"type": "string"}
FLOAT, BOOLEAN, UNKNOWN = (
    {"type": "number", "format": "float"},
    {"type": "boolean"},
    {"type": "object", "format": "unknown"},
)
POINT = {"type": "object", "required": ["x"], "properties": {"label": TEXT, "x": DOUBLE}}


def listed(items, **more):
    return {"type": "array", "items": items, **more}


def fields(**properties):
    return {"type": "object", "properties": properties}


def table(required, **columns):
    """Return what a document has for columns, in both formats."""
    labels = listed({"type": "string", "enum": list(columns)}, description=f"required fields: {required[0]}")
    rows = listed({"type": "array", "prefixItems": list(columns.values())})
    return {
        "dataframe_split": fields(columns=labels, data=rows),
        "dataframe_records": listed({"required": required, **fields(**columns)}),
    }


PAIR = {"minItems": 2, "maxItems": 2}
MATRIX = listed(listed(listed(FLOAT, **PAIR), **PAIR))
EXPECTED = {
    "tensor": ({"inputs": MATRIX, "instances": MATRIX}, listed(FLOAT)),
    "named tensors": (
        {
            "inputs": fields(input_ids=listed(listed(LONG, minItems=3, maxItems=3)), weight=listed(DOUBLE)),
            "instances": listed(fields(input_ids=listed(LONG, minItems=3, maxItems=3), weight=DOUBLE)),
        },
        fields(score=listed(DOUBLE), span=listed(listed(LONG, **PAIR))),
    ),
    "datetime and binary": (
        table(
            ["taken_at", "image", "flag"],
            taken_at={"type": "string", "format": "date-time"},
            image={"type": "string", "format": "byte"},
            flag=BOOLEAN,
        ),
        listed(fields(kind=TEXT, seen_at={"type": "string", "format": "date-time"})),
    ),
    "nested": (
        table(
            ["point", "path", "weights", "extra"],
            point=POINT,
            path=listed(POINT),
            weights={"type": "object", "additionalProperties": DOUBLE},
            extra=UNKNOWN,
        ),
        listed(fields(names=listed(TEXT))),
    ),
    "optional columns": (
        table(["age"], age={"type": "integer", "format": "int32"}, city=TEXT, income=FLOAT, visits=LONG),
        listed(FLOAT),
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_each_signature_has_the_document_written_by_hand(ask, name):
    request, predictions = EXPECTED[name]
    found = operation(ask, SAMPLES[name])
    shown_in = "inputs" if "inputs" in request else "dataframe_split"
    assert alternatives(found) == {
        key: {**fields(**{key: schema}), **({"examples": [SAMPLES[name].example]} if key == shown_in else {})}
        for key, schema in request.items()
    }
    assert response(found) == fields(predictions=predictions)


def test_parameters_stand_beside_the_data_with_their_defaults_as_text(ask):
    for alternative in alternatives(operation(ask, SAMPLES["params"])).values():
        assert alternative["properties"]["params"] == fields(
            top_k={**LONG, "default": "3"},
            temperature={**DOUBLE, "default": "0.5"},
            stop={**listed(TEXT), "default": '["\\n"]'},
            greedy={**BOOLEAN, "default": "false"},
            since={"type": "string", "format": "date-time", "default": "2024-01-01T00:00:00"},
            limits={"required": ["low"], **fields(low=DOUBLE), "default": '{"low": 0.5}'},
        )


def test_columns_without_names_are_numbered(ask):
    split = alternatives(operation(ask, SAMPLES["params"]))["dataframe_split"]["properties"]["dataframe_split"]
    assert split["properties"]["columns"]["items"]["enum"] == ["0"]


@pytest.mark.parametrize("name", SAMPLES)
def test_the_body_written_by_hand_fits_the_document(ask, name):
    sample = SAMPLES[name]
    found = alternatives(operation(ask, sample))
    key = next(key for key in sample.body if key != "params")
    jsonschema.Draft202012Validator(found[key]).validate(sample.body)
    shown = next(one for one in found.values() if "examples" in one)
    for example in shown["examples"]:
        # Examples stand in documents without the key of their format.
        jsonschema.Draft202012Validator(shown).validate({next(iter(shown["properties"])): example})


def test_an_example_in_another_form_than_the_documented_is_left_out(ask):
    found = operation(ask, signature={"inputs": [column("a", "string")]}, example=["a question"])
    assert not any("examples" in one for one in alternatives(found).values())


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (None, UNKNOWN),
        ([column(None, "double"), column(None, "string")], listed({"type": "array", "prefixItems": [DOUBLE, TEXT]})),
        ([tensor("uint8", [2, -1])], listed(listed({"type": "integer", "format": "int32"}), **PAIR)),
        ([tensor("object", [-1])], listed(UNKNOWN)),
    ],
)
def test_outputs_are_described_as_they_were_declared(ask, outputs, expected):
    found = operation(ask, signature={"inputs": [column("a", "long")], "outputs": outputs})
    assert response(found) == fields(predictions=expected)


@pytest.mark.parametrize(
    ("task", "key", "answer"),
    [
        ("llm/v1/chat", "messages", "choices"),
        ("llm/v1/completions", "prompt", "choices"),
        ("llm/v1/embeddings", "input", "data"),
        ("agent/v1/responses", "input", "output"),
    ],
)
def test_a_model_with_a_task_has_the_schema_of_the_task(ask, task, key, answer):
    found = operation(ask, task=task)
    assert list(alternatives(found)) == [key]
    assert answer in response(found)["properties"]


def test_a_ready_made_chat_model_has_a_document(ask):
    assert "messages" in json.dumps(get(ask, "databricks-llama").body)


def test_a_feature_spec_takes_its_keys_and_answers_with_outputs(ask):
    found = get(ask, "user-features").body["paths"]["/served-models/user_features/invocations"]["post"]
    assert list(alternatives(found)) == ["dataframe_split", "dataframe_records"]
    assert response(found) == fields(outputs=listed({"type": "object"}))


def test_each_served_entity_has_a_path_of_its_own(ask):
    assert list(get(ask, "fraud-detector").body["paths"]) == [
        "/served-models/fraud_detector-7/invocations",
        "/served-models/fraud_challenger-2/invocations",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pricing", "not ready"),  # stopped
        ("chat", "external model"),
        ("unsigned", "signature"),
    ],
)
def test_an_endpoint_without_a_document_says_why(ask, name, words):
    ask.mock.serve("unsigned", lambda rows: rows)
    answer = get(ask, name)
    assert (answer.status, answer.code) == (400, assumptions.OPENAPI_REFUSED)
    assert words in answer.body["message"]


def test_an_endpoint_that_is_being_built_has_no_document_yet(ask):
    ask.create("fresh")
    assert get(ask, "fresh").status == 400


def test_an_endpoint_that_is_not_there_has_no_document(ask):
    answer = get(ask, "nothing")
    assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_whoever_may_view_an_endpoint_may_read_its_document(ask):
    assert get(ask, "example-endpoint", user="vera@example.com").status == 200
    assert get(ask, "pricing", user="vera@example.com").code == "PERMISSION_DENIED"
