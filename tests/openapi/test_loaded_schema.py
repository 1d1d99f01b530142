"""Any service's document, read with the same eyes: its operations, samples, checks and snippets."""

import ast
import json
import shlex

import jsonschema
import pytest

import serving_widgets as sw
from serving_widgets.openapi.errors import DocumentError, FormatError

STR = {"type": "string"}


def obj(required, **members):
    return {"type": "object", "required": required, "properties": members}


def document(schema, version="3.1.0"):
    content = {"application/json": {"schema": schema}}
    return {
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"post": {"requestBody": {"content": content}}, "get": {}}},
    }


def test_text_a_dictionary_a_path_and_the_name_of_a_file_are_read(tmp_path):
    raw = document(obj(["x"], x=STR))
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(raw))
    for source in (raw, json.dumps(raw), json.dumps(raw).encode(), file, str(file)):
        schema = sw.load_schema(source)
        assert [(each.method, each.path) for each in schema.operations] == [("get", "/a"), ("post", "/a")]
        assert schema.sample("POST /a").body == {"x": "alpha"}


def test_a_file_that_is_not_there_and_an_operation_that_is_not_are_named():
    with pytest.raises(DocumentError, match=r"nowhere\.json"):
        sw.load_schema("nowhere.json")
    schema = sw.load_schema(document(STR))
    with pytest.raises(FormatError, match="/b"):
        schema.sample("/b")
    with pytest.raises(FormatError, match="takes no JSON"):
        schema.sample("GET /a")


def test_snippets_run_as_what_they_are_written_in():
    schema = sw.load_schema(document(obj(["x"], x=STR)))
    assert shlex.split(schema.snippet("POST /a"))[-1] == '{"x": "alpha"}'
    for language in ("httpx", "requests"):
        ast.parse(schema.snippet("POST /a", language))
    with pytest.raises(FormatError, match="cobol"):
        schema.snippet("POST /a", "cobol")


TEXTS = {"type": "array", "items": STR}
FOREIGN = {
    "inputs that is not a table": (
        obj(["inputs"], inputs=obj(["source", "sentences"], source=STR, sentences=TEXTS)),
        [{"inputs": {"source": "a", "sentences": ["b"]}}],
        [{"inputs": {"source": "a"}}, {"inputs": {"source": ["a"], "sentences": ["b"]}}],
    ),
    "inputs beside others": (
        obj(["model", "inputs"], model=STR, inputs=STR, parameters=obj([], temperature={"type": "number"})),
        [{"inputs": "x", "model": "m"}],
        [{"inputs": "x", "model": "m", "parameters": {"temperature": "hot"}}, {"inputs": 5}],
    ),
    "inputs that may be left out": (obj(["model"], model=STR, inputs=TEXTS), [{"model": "m"}], [{"inputs": ["a"]}]),
    "input that may be left out": (obj([], model=STR, input=STR), [{"model": "m"}, {}], [{"input": 5}]),
    "prompt of another shape": (
        obj(["prompt"], prompt=obj(["text"], text=STR)),
        [{"prompt": {"text": "a"}}],
        [{"prompt": "a"}],
    ),
    "oneOf is not anyOf": (
        obj(["t"], t={"oneOf": [STR, {"type": "string", "enum": ["auto"]}]}),
        [{"t": "a"}],
        [{"t": "auto"}],
    ),
    "oneOf by what is required": (
        {**obj([], a=STR, b=STR), "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        [{"a": "x"}],
        [{}, {"a": "x", "b": "y"}],
    ),
    "oneOf of whole bodies": ({"oneOf": [obj(["a"], a=STR), obj(["b"], b=STR)]}, [{"a": "x"}], [{"a": "x", "b": "y"}]),
    "const without type": (obj(["kind"], kind={"const": "bug"}), [{"kind": "bug"}], [{"kind": {}}, {}]),
    "small whole numbers": (
        obj(["n"], n={"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255}),
        [{"n": 255}],
        [{"n": 256}, {"n": -1}],
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_bodies_are_judged_as_an_independent_validator_judges_them(name):
    schema, right, wrong = FOREIGN[name]
    judge = jsonschema.Draft202012Validator(schema)
    read = sw.load_schema(document(schema))
    made = read.sample("POST /a")
    assert judge.is_valid(made.body), made.body
    assert made.notes == ()
    for body in right:
        assert judge.is_valid(body)
        report = read.validate(body, "POST /a")
        assert report.ok, report
        assert not any("ignores" in each.message for each in report.warnings)
    for body in wrong:
        assert not judge.is_valid(body)
        assert not read.validate(body, "POST /a").ok, body


@pytest.mark.parametrize(("form", "wrong"), [("int16", 2**15), ("uint8", -1), ("int8", 200), ("uint32", 2**32)])
def test_formats_of_numbers_are_honoured(form, wrong):
    read = sw.load_schema(document(obj(["n"], n={"type": "integer", "format": form})))
    assert read.validate({"n": 1}, "POST /a").ok
    assert not read.validate({"n": wrong}, "POST /a").ok


def test_a_decimal_number_as_text_is_one():
    read = sw.load_schema(document(obj(["n"], n={"type": "string", "format": "decimal"})))
    assert float(read.sample("POST /a").body["n"])
    assert not read.validate({"n": "dear"}, "POST /a").ok


def test_a_default_of_null_that_was_written_as_text_is_no_sample():
    grammar = {"allOf": [obj(["type"], type=STR)], "default": "null", "nullable": True}
    made = sw.load_schema(document(obj(["inputs"], inputs=STR, grammar=grammar), "3.0.3")).sample("POST /a")
    assert made.body.get("grammar", {"type": ""}).keys() == {"type"}


def test_a_pattern_that_no_text_was_found_for_is_told_and_the_schema_is_not_blamed():
    read = sw.load_schema(document(obj(["key"], key={"type": "string", "pattern": "^ssh-(rsa|ed25519) "})))
    (note,) = read.sample("POST /a").notes
    assert note.startswith("No text was found for the pattern")
    assert read.validate({"key": "ssh-rsa AAAA"}, "POST /a").ok


def split(columns):
    data = {"columns": {"type": "array", "items": columns}, "data": {"type": "array"}}
    return obj([], dataframe_split={"type": "object", "properties": data})


BOTH = {
    "oneOf": [
        split({"type": "string", "enum": ["a"]}),
        obj([], dataframe_records={"type": "array", "items": obj([], a={"type": "integer"})}),
    ]
}
ODD = [
    (split({"type": "string", "enum": ["a", ["b"]]}), {}),
    (split({"enum": 5}), {}),
    (BOTH, {"example": {"dataframe_split": {"columns": 7, "data": [[1]]}}}),
    (BOTH, {"example": {"dataframe_split": {"columns": ["a"], "data": [1]}}}),
    (BOTH, {"example": {"dataframe_split": {"columns": [{}], "data": [[1]]}}}),
    (BOTH, {"example": {"dataframe_records": 5}, "examples": 7}),
    ({"properties": 5, "required": 3, "allOf": {}, "oneOf": "x"}, {}),
    ({"type": {"a": 1}, "enum": {"b": 2}}, {}),
    (obj(["messages"], messages=5), {}),
    (obj(["inputs"], inputs={"items": [5], "type": ["array", 3]}), {}),
]


@pytest.mark.parametrize(("schema", "media"), ODD, ids=range(len(ODD)))
def test_a_document_of_any_shape_is_read_without_an_error_of_python(schema, media):
    raw = document(schema)
    raw["paths"]["/a"]["post"]["requestBody"]["content"]["application/json"].update(media)
    read = sw.load_schema(raw)
    for operation in read.operations:
        for made in operation.formats:
            assert read.sample(operation, made.key) is not None
    for body in ({"dataframe_split": {"columns": [{}], "data": [[1]]}}, {"dataframe_split": 5}, {}, [], "x", None):
        read.validate(body, "POST /a")
    assert read.notes is not None
