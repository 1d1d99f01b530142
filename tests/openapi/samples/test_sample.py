"""Samples: from the document's examples where they are right, from its types where not, and always the same."""

import json

import jsonschema
import pytest
from documents import document_for, seed
from hypothesis import example, given
from hypothesis import strategies as st
from signatures import SAMPLES, column

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.samples.generate import value_of
from serving_widgets.openapi.samples.sample import as_text, sample
from serving_widgets.openapi.tasks import document_of_task


@pytest.mark.parametrize("bounds", [{"minimum": 1e308}, {"maximum": -1e308}, {"minimum": -1e308, "maximum": 1e308}])
def test_bounds_at_the_end_of_what_numbers_can_be_are_kept(bounds):
    schema = {"type": "number", **bounds}
    assert jsonschema.Draft202012Validator(schema).is_valid(value_of(schema, schema))


def test_the_same_format_gives_the_same_sample_each_time():
    for made in seed().operation().formats:
        assert sample(made) == sample(made)
        assert sample(made) is not sample(made)


@pytest.mark.parametrize("rows", [0, 1, 2, 5])
def test_a_sample_has_as_many_rows_as_are_wanted(rows):
    assert len(seed().sample("dataframe_split", rows)["dataframe_split"]["data"]) == rows
    plain = document_for(SAMPLES["optional columns"].signature)
    assert len(plain.sample("dataframe_split", rows)["dataframe_split"]["data"]) == rows


def test_a_sample_has_the_defaults_of_the_parameters_as_numbers():
    for name in ("dataframe_split", "dataframe_records"):
        assert seed().sample(name)["params"] == {"sentiment": 0.5}
        assert isinstance(seed().sample(name)["params"]["sentiment"], float)


def test_optional_columns_are_left_out_unless_wanted():
    made = document_for(SAMPLES["optional columns"].signature).format("dataframe_records")
    assert [list(row) for row in sample(made, 1)["dataframe_records"]] == [["age"]]
    assert [list(row) for row in sample(made, 1, optional=True)["dataframe_records"]] == [
        ["age", "city", "income", "visits"]
    ]


def test_an_example_that_is_wrong_is_not_used():
    example = {"columns": ["a"], "data": [["three"]]}
    made = document_for({"inputs": [column("a", "long")]}, example).format("dataframe_split")
    made_up = sample(made)
    assert made_up.origin == "generated"
    assert made_up == {"dataframe_split": {"columns": ["a"], "data": [[1], [2]]}}


def test_values_of_an_example_are_written_as_they_are_declared():
    example = {"columns": ["x", "at"], "data": [[3, "2024-01-01T00:00:00Z"]]}
    signature = {"inputs": [column("x", "double"), column("at", "datetime")]}
    made_up = document_for(signature, example).sample(rows=1)
    assert repr(made_up["dataframe_split"]["data"]) == "[[3.0, '2024-01-01T00:00:00']]"
    assert made_up.notes


def test_a_schema_that_no_value_fits_says_so():
    made = InputFormat("json", "json", schema={"allOf": [{"type": "string"}, {"type": "integer"}]})
    assert "No sample was found that fits" in sample(made).notes[0]


@pytest.mark.parametrize(
    "task", ["llm/v1/chat", "llm/v1/completions", "llm/v1/embeddings", "agent/v1/responses", "agent/v2/chat"]
)
def test_language_models_have_samples_by_their_task(task):
    made_up = document_of_task("model", task).sample()
    assert made_up.notes == ()
    assert document_of_task("model", task).validate(made_up).ok


def test_other_tasks_say_nothing_of_what_they_take():
    assert document_of_task("model", "vision/v9") is None


def test_a_body_that_is_no_object_is_a_sample_all_the_same():
    made = InputFormat("json", "json", schema={"type": "array", "items": {"type": "integer"}, "minItems": 2})
    assert sample(made).body == [1, 2]
    assert sample(made).text == "[1, 2]"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 10, "maximum": 12},
        {"type": "integer", "exclusiveMinimum": -5, "exclusiveMaximum": -3},
        {"type": "integer", "multipleOf": 7, "minimum": 50},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 0.1},
        {"type": "number", "maximum": -1e6},
        {"type": "string", "minLength": 20, "maxLength": 21},
        {"type": "string", "maxLength": 2},
        {"type": "string", "pattern": "^[A-Z]{3}$"},
        {"type": "string", "format": "uuid"},
        {"type": "array", "minItems": 3, "items": {"type": "boolean"}},
        {"type": "array", "maxItems": 0},
        {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "string"}], "items": False},
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"type": "integer"}},
        {"type": "object", "required": ["a"], "properties": {"b": {"const": 5}}},
        {"type": "object", "minProperties": 2, "additionalProperties": {"type": "string"}},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
        {"enum": [3, 4]},
        {"const": {"a": [1]}},
        {"type": "boolean", "default": False},
        {"$ref": "#/$defs/T", "$defs": {"T": {"type": "object", "properties": {"t": {"$ref": "#/$defs/T"}}}}},
    ],
)  # fmt: skip
def test_generated_values_fit(schema):
    validator = jsonschema.Draft202012Validator(schema)
    for row in range(3):
        assert validator.is_valid(value_of(schema, schema, row))
        assert validator.is_valid(value_of(schema, schema, row, optional=False))


def test_a_schema_in_circles_that_must_go_on_ends():
    schema = {
        "$ref": "#/$defs/T",
        "$defs": {"T": {"required": ["a", "b"], "properties": {n: {"$ref": "#/$defs/T"} for n in "abc"}}},
    }
    assert len(json.dumps(value_of(schema, schema))) < 100_000


NAMES = st.text(min_size=1, max_size=6)
KINDS = st.sampled_from(["boolean", "integer", "long", "float", "double", "string", "binary", "datetime", "any"])


@given(st.dictionaries(NAMES, st.tuples(KINDS, st.booleans()), min_size=1, max_size=6), st.integers(1, 4))
def test_samples_of_any_table_are_right(columns, rows):
    signature = {"inputs": [column(name, kind, required=needed) for name, (kind, needed) in columns.items()]}
    for made in document_for(signature).operation().formats:
        made_up = sample(made, rows)
        assert validate(made_up, made).ok
        assert validate(made_up.text, made).rows == rows
        assert json.loads(made_up.text) == made_up


def test_a_sample_as_text_has_a_row_a_line():
    assert as_text(seed().sample("dataframe_records", 2)).splitlines()[1:4] == [
        '  "dataframe_records": [',
        '    {"int_col": 3, "float_col": 10.4, "string_col": "abc"},',
        '    {"int_col": 2, "float_col": 20.4, "string_col": "xyz"}',
    ]


LONG = st.text(min_size=80, max_size=200) | st.integers(10**120, 10**130)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | LONG,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(ANY_JSON)
@example({"prompt": "word " * 50})
def test_a_request_as_text_says_what_the_request_says(body):
    read = json.loads(as_text(body))
    assert json.dumps(read) == json.dumps(body)


def test_a_negative_number_of_rows_is_refused():
    with pytest.raises(ValueError, match="no fewer than 0"):
        sample(InputFormat("dataframe_records", "records", (Column("a"),)), rows=-1)
