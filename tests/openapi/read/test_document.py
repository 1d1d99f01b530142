"""Documents are read with patience: what is odd in them is mended and told."""

import json
import math

import pytest
from documents import document_for, seed
from hypothesis import given
from hypothesis import strategies as st
from signatures import SAMPLES

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.document import Document, load
from serving_widgets.openapi.errors import DocumentError, FormatError
from serving_widgets.openapi.read import parse_text as text_module
from serving_widgets.openapi.read.normalise import coerced, normalised
from serving_widgets.openapi.read.refs import lookup, reachable, resolve
from serving_widgets.openapi.samples.sample import sample


def document(schema, version="3.1.0", media=None, **members):
    """Return a document of one operation that takes a schema."""
    body = {"content": {"application/json": {"schema": schema, **(media or {})}}}
    return load({"openapi": version, "paths": {"/a": {"post": {"requestBody": body}}}, **members})


def read(schema, **more):
    return document(schema, **more).format()


def said(found):
    return "\n".join(str(note) for note in found.notes)


# The service's own example


def test_the_services_own_example_has_two_formats_of_the_same_columns():
    split, records = seed().operation().formats
    assert (split.key, split.kind, records.key, records.kind) == (
        "dataframe_split",
        "split",
        "dataframe_records",
        "records",
    )
    for made in (split, records):
        assert [(column.name, column.type, column.format, column.required) for column in made.columns] == [
            ("int_col", "integer", "int64", True),
            ("float_col", "number", "double", True),
            ("string_col", "string", "", True),
            ("becx_col", "any", "", False),
        ]
    assert [column.listed for column in split.columns] == [True, True, True, False]
    assert split.declared == {"int_col": "long", "float_col": "double", "string_col": "string"}


def test_its_example_is_put_into_its_wrapper_and_its_default_becomes_a_number():
    found = seed()
    split = found.format("dataframe_split")
    rows = {"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]]}
    assert split.examples == ({"dataframe_split": rows},)
    assert split.repaired
    (sentiment,) = split.params
    assert (sentiment.name, sentiment.type, sentiment.default) == ("sentiment", "number", 0.5)
    assert isinstance(sentiment.default, float)
    for repair in ("read as 0.5", "put around it", "marks this format", "of unknown format", "doesn't name becx_col"):
        assert repair in said(found)


def test_its_title_version_server_and_entities_are_there():
    found = seed()
    assert (found.title, found.version, found.openapi) == ("example-endpoint", "2", "3.1.0")
    assert found.server == "https://example.databricks.com/serving-endpoints/example-endpoint"
    assert found.entities == ("vanilla_simple_model-2",)
    assert found.operation("vanilla_simple_model-2").request.response["properties"]["predictions"]["type"] == "array"


@pytest.mark.parametrize("name", SAMPLES)
def test_documents_in_the_services_dialect_are_read_for_signatures_of_every_sort(name):
    signature = SAMPLES[name].signature
    names = [spec.get("name", "0") for spec in signature["inputs"]]
    for made in document_for(signature).operation().formats:
        found = [column.name for column in made.columns] or [tensor.name for tensor in made.tensors]
        assert sorted(found) == sorted(names if "name" in signature["inputs"][0] or made.columns else [""])
        assert [param.name for param in made.params] == [param["name"] for param in signature.get("params", [])]
        for column, spec in zip(
            sorted(made.columns, key=lambda each: names.index(each.name)), signature["inputs"], strict=False
        ):
            assert column.required == spec["required"]
            assert column.declared in (spec["type"], "")


def test_shapes_of_tensors_come_from_the_lengths_of_their_lists():
    inputs, instances = document_for(SAMPLES["named tensors"].signature).operation().formats
    for made in (inputs, instances):
        assert [(each.name, each.type, each.shape) for each in made.tensors] == [
            ("input_ids", "integer", (-1, 3)),
            ("weight", "number", (-1,)),
        ]


# What others do otherwise


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [("messages", "chat", "chat"), ("prompt", "completion", "completion"), ("input", "embeddings", "embeddings")],
)
def test_a_request_to_a_language_model_is_told_by_its_member(key, kind, name):
    made = read({"type": "object", "properties": {key: {"type": "string"}, "temperature": {"type": "number"}}})
    assert (made.kind, made.name, made.key) == (kind, name, key)
    assert [column.name for column in made.params] == ["temperature"]
    assert "required" not in made.schema, "what may be left out stays so"
    assert validate({}, [made]).ok
    assert not validate({"temperature": "hot"}, [made]).ok


def test_tensors_of_the_open_inference_protocol_are_told_from_inputs(documents):
    for name in documents.keys() & {"tensors-3.0.yaml", "open-inference-protocol-v2.yaml"}:
        operations = load(documents[name]).operations()
        assert [made.kind for operation in operations for made in operation.formats] == ["tensor_v2"]


def test_formats_that_stand_side_by_side_in_one_object_are_told_apart():
    table = {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "number"}}}}
    properties = {"dataframe_records": table, "instances": table, "params": {"type": "object", "properties": {"k": {}}}}
    formats = document({"type": "object", "properties": properties}).operation().formats
    assert [(made.key, [column.name for column in made.columns]) for made in formats] == [
        ("dataframe_records", ["x"]),
        ("instances", ["x"]),
    ]
    assert "instances" not in formats[0].schema["properties"]


@pytest.mark.parametrize("combine", ["oneOf", "anyOf"])
def test_alternatives_are_found_through_references(combine):
    def ref(name):
        return {"$ref": f"#/components/schemas/{name}"}

    schema = {combine: [ref("Split"), ref("Records")]}
    schemas = {
        "Records": {"allOf": [{"type": "object"}, {"properties": {"dataframe_records": ref("Rows")}}]},
        "Rows": {"type": "array", "items": ref("Row")},
        "Row": {"type": "object", "required": ["x"], "properties": {"x": {"type": "integer"}, "next": ref("Row")}},
        "Split": {"properties": {"dataframe_split": {"properties": {"columns": {"items": {"enum": ["x", "next"]}}}}}},
    }  # fmt: skip
    split, records = document(schema, components={"schemas": schemas}).operation().formats
    assert [(column.name, column.type, column.required) for column in records.columns] == [
        ("x", "integer", True),
        ("next", "object", False),
    ]
    assert [(column.name, column.type, column.required) for column in split.columns] == [
        ("x", "integer", True),
        ("next", "object", False),
    ]


def test_required_columns_of_a_split_alone_are_those_that_prose_names():
    labels = {"description": "required fields: a, c", "items": {"enum": ["a", "b", "c"]}}
    table = {"properties": {"columns": labels, "data": {"items": {"prefixItems": [{"type": "integer"}]}}}}
    made = read({"properties": {"dataframe_split": table}})
    assert [(column.name, column.type, column.required) for column in made.columns] == [
        ("a", "integer", True),
        ("b", "any", False),
        ("c", "any", True),
    ]


def test_responses_beside_the_method_are_found():
    media = {"content": {"application/json": {"schema": {"type": "number"}}}}
    found = load({"openapi": "3.1.0", "paths": {"/a": {"post": {}, "responses": {"200": media}}}})
    assert found.operations()[0].request.response == {"type": "number"}
    assert "beside the method" in said(found)


@pytest.mark.parametrize(
    "media",
    [
        {"example": {"columns": ["x"], "data": [[1.5]]}},
        {"example": {"dataframe_split": {"columns": ["x"], "data": [[1.5]]}}},
        {"examples": {"one": {"value": {"columns": ["x"], "data": [[1.5]]}}}},
        {"examples": {"one": {"$ref": "#/components/examples/E"}}},
        {"examples": [{"columns": ["x"], "data": [[1.5]]}]},
    ],
)
def test_an_example_is_found_wherever_it_stands(media):
    schema = {"properties": {"dataframe_split": {"properties": {"columns": {"items": {"enum": ["x"]}}}}}}
    made = read(schema, media=media, components={"examples": {"E": {"value": {"columns": ["x"], "data": [[1.5]]}}}})
    assert made.examples == ({"dataframe_split": {"columns": ["x"], "data": [[1.5]]}},)


def test_an_example_of_one_format_serves_another_of_the_same_table():
    made = seed().format("dataframe_records")
    assert made.examples[0]["dataframe_records"][1] == {"int_col": 2, "float_col": 20.4, "string_col": "xyz"}


def test_bodies_in_other_languages_than_json_are_no_formats():
    body = {"content": {"multipart/form-data": {"schema": {"type": "object"}}, "text/plain": {"schema": {}}}}
    found = load({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}})
    assert found.operations()[0].formats == ()
    with pytest.raises(FormatError, match="says nothing of what it takes"):
        found.format()


def test_a_format_or_an_entity_that_is_not_there_is_answered_with_those_that_are():
    with pytest.raises(FormatError) as error:
        seed().format("dataframe_record")
    assert error.value.hint == "Did you mean dataframe_records?"
    with pytest.raises(FormatError, match="nothing of 'champion'"):
        seed().format(entity="champion")


# Repairs


@pytest.mark.parametrize(
    ("schema", "mended"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"enum": ["a"], "type": "string", "nullable": True}, {"enum": ["a", None], "type": ["string", "null"]}),
        ({"nullable": True, "allOf": [{}]}, {"anyOf": [{"allOf": [{}]}, {"type": "null"}]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"minimum": 1, "exclusiveMinimum": True}, {"exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"type": "string", "example": "a"}, {"type": "string", "examples": ["a"]}),
        ({"items": [{"type": "null"}], "additionalItems": False}, {"prefixItems": [{"type": "null"}], "items": False}),
        ({"type": "object", "format": "unknown"}, {}),
        ({"type": "bytes"}, {"type": "string", "format": "byte"}),
        ({"type": "Integer"}, {"type": "integer"}),
        ({"type": "any"}, {}),
        ({"type": "integer", "default": "3"}, {"type": "integer", "default": 3}),
        ({"type": "boolean", "default": "false"}, {"type": "boolean", "default": False}),
        ({"type": ["number", "null"], "default": "null"}, {"type": ["number", "null"], "default": None}),
        ({"type": "number", "default": "null"}, {"type": "number"}),
        ({"type": "string", "default": "3"}, {"type": "string", "default": "3"}),
        ({"type": "array", "default": "[1, 2]"}, {"type": "array", "default": [1, 2]}),
        ({"minLength": "3"}, {"minLength": 3}),
        ({"required": True}, {}),
        ({"pattern": "["}, {}),
        ({"pattern": r"\p{L}+"}, {"pattern": r"\p{L}+"}),
        ({"properties": {"type": {"type": "float"}}}, {"properties": {"type": {"type": "number", "format": "float"}}}),
        ({"items": "string"}, {"items": {}}),
        ({"type": "integer", "minimum": math.inf, "maximum": 10**400}, {"type": "integer"}),
        (True, True),
        (None, {}),
    ],
)  # fmt: skip
def test_what_a_schema_says_otherwise_is_said_as_2020_12_has_it(schema, mended):
    before = json.dumps(schema)
    assert normalised(schema, lambda *_: None) == mended
    assert json.dumps(schema) == before


def test_repairs_are_told_with_their_place():
    told = []
    normalised({"properties": {"a": {"type": "number", "default": "0.5"}}}, lambda *note: told.append(note), "/p")
    assert told == [("/p/properties/a", 'The default "0.5" is text; read as 0.5.')]


KEYS = [
    "type", "format", "properties", "required", "items", "prefixItems", "anyOf", "oneOf", "allOf", "$ref", "enum",
    "default", "example", "examples", "nullable", "minimum", "exclusiveMinimum", "pattern", "additionalProperties",
    "dataframe_split", "dataframe_records", "inputs", "instances", "messages", "params", "columns", "data", "maxItems",
]  # fmt: skip
TYPES = st.sampled_from(["string", "integer", "number", "object", "array", "boolean", "null", "bytes", "unknown"])
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner | TYPES, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYS), JSON_VALUES | TYPES, max_size=6), JSON_VALUES)
def test_whatever_a_schema_says_formats_samples_and_checks_come_of_it(schema, body):
    for made in document(schema).operations()[0].formats:
        assert made.key
        assert isinstance(sample(made).text, str)
        assert validate(json.dumps(body), made).format in (made.name, "")


@given(JSON_VALUES, TYPES)
def test_reading_text_as_a_type_changes_nothing_else(value, kind):
    mended = coerced(value, {"type": kind})
    assert isinstance(value, str) or json.dumps(mended) == json.dumps(value)


# References


def test_references_are_followed_in_circles_once():
    root = {
        "a": {"properties": {"next": {"$ref": "#/a"}, "b": {"$ref": "#/b~1c/0"}}},
        "b/c": [{"items": {"$ref": "#/a"}}],
    }
    closed = reachable(root, {"$ref": "#/a"})
    assert closed == {
        "$ref": "#/$defs/a",
        "$defs": {
            "a": {"properties": {"next": {"$ref": "#/$defs/a"}, "b": {"$ref": "#/$defs/0"}}},
            "0": {"items": {"$ref": "#/$defs/a"}},
        },
    }
    assert resolve({"x": {"$ref": "#/y"}, "y": {"$ref": "#/x"}}, {"$ref": "#/x"}) == {}


def test_names_that_are_taken_or_need_escaping_stay_apart():
    root = {"one": {"T": {"type": "string"}}, "two": {"T": {"type": "integer"}}, "a/b%": {"type": "null"}}
    schema = {"properties": {"1": {"$ref": "#/one/T"}, "2": {"$ref": "#/two/T"}, "3": {"$ref": "#/a~1b%25"}}}
    closed = reachable(root, schema)
    targets = {name: lookup(closed, each["$ref"])["type"] for name, each in closed["properties"].items()}
    assert targets == {"1": "string", "2": "integer", "3": "null"}


@pytest.mark.parametrize(
    "reference", ["https://example.com/a.json", "other.yaml#/x", "#/nowhere", "#anchor", "file:///etc/passwd"]
)
def test_references_that_lead_nowhere_or_outside_take_anything_and_are_told(reference):
    found = document({"type": "object", "properties": {"a": {"$ref": reference, "description": "kept"}}})
    assert found.format().schema["properties"]["a"] == {"description": "kept"}
    assert reference in said(found)


# What is not a document


@pytest.mark.parametrize(
    "source", ["", "[]", "{", '"text"', "{}", b"\x00\x01", "a: [", "- 1", '{"swagger": "2.0", "info": {}}']
)
def test_what_is_no_document_is_refused_in_words(source):
    with pytest.raises(DocumentError) as error:
        load(source)
    assert str(error.value)


def test_what_is_nested_too_deep_is_refused():
    with pytest.raises(DocumentError, match="nested too deep"):
        load('{"openapi": ' + "[" * 100_000 + "]" * 100_000 + "}")


def test_a_schema_that_is_nested_too_deep_takes_any_json():
    schema: dict = {}
    for _ in range(400):
        schema = {"type": "array", "items": schema}
    for _ in range(3):
        assert document(schema).format().kind == "json"


def test_a_document_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(text_module, "LARGEST", 10)
    with pytest.raises(DocumentError, match="MB are read"):
        load(b'{"openapi": "3.1.0"}')


def test_few_letters_of_yaml_do_not_become_very_much():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 10) + "]" for n in range(1, 9)]
    with pytest.raises(DocumentError, match="more than"):
        load("openapi: 3.1.0\npaths: {}\n" + "\n".join(lines))


def test_yaml_has_names_and_dates_as_json_would():
    found = load("openapi: 3.1.0\npaths:\n  /a:\n    post:\n      responses:\n        200: {description: 2024-01-01}\n")
    assert found.raw["paths"]["/a"]["post"]["responses"] == {"200": {"description": "2024-01-01"}}


def test_the_document_can_be_saved_as_it_came():
    text = b'{ "openapi": "3.1.0",\n "paths": {} }'
    assert load(text).text == text
    assert json.loads(Document({"openapi": "3.1.0"}).text) == {"openapi": "3.1.0"}
