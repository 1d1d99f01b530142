"""Requests are checked before they are sent, in words that lead to the cell."""

import copy
import datetime as dt
import json
import math

import jsonschema
import numpy as np
import pandas as pd
import pytest
from documents import document_for, seed
from hypothesis import given
from hypothesis import strategies as st
from signatures import column, param

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.check.values import SURE_TIMES, fault_of
from serving_widgets.openapi.model import Column, InputFormat
from serving_widgets.openapi.report import MOST_SHOWN, NOTHING
from serving_widgets.openapi.samples.conform import conform
from serving_widgets.openapi.tasks import document_of_task

RIGHT = {
    "dataframe_split": {"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"], [2, 20.4, "x"]]}
}


def split(*rows, columns=("int_col", "float_col", "string_col")):
    return {"dataframe_split": {"columns": list(columns), "data": [list(row) for row in rows]}}


def codes(report):
    return [problem.code for problem in report.errors]


def test_a_right_request_has_a_good_report():
    report = seed().validate(RIGHT)
    assert report
    assert (report.ok, report.format, report.rows, report.total) == (True, "dataframe_split", 2, 0)
    assert repr(report) == "dataframe_split, 2 rows: as the endpoint takes it."


def test_a_column_of_unknown_type_takes_any_json():
    for value in (None, 1, "a", [1], {"k": {}}):
        row = {"int_col": 1, "float_col": 1.0, "string_col": "a", "becx_col": value}
        assert seed().validate({"dataframe_records": [row]}).ok
        assert (
            seed().validate(split((1, 1.0, "a", value), columns=("int_col", "float_col", "string_col", "becx_col"))).ok
        )


def test_an_error_leads_to_the_cell_and_says_what_to_do():
    (problem,) = seed().validate(split((3, 1.0, "a"), (3.7, 1.0, "a"))).errors
    assert (problem.path, problem.column, problem.row) == ("/dataframe_split/data/1/0", "int_col", 1)
    assert (problem.code, problem.value) == ("not_integer", 4)
    assert "cut it to 3" in problem.message
    assert problem.fix == "Round it, for example to 4."
    assert problem.where == "row 1, int_col"
    records = {"dataframe_records": [{"int_col": "3", "float_col": 1.0, "string_col": "a/b"}]}
    assert seed().validate(records).errors[0].path == "/dataframe_records/0/int_col"


def test_the_path_is_a_json_pointer_whatever_the_columns_name():
    made = InputFormat("dataframe_records", "records", (Column("a/b~c", "integer"),))
    assert validate({"dataframe_records": [{"a/b~c": "x"}]}, made).errors[0].path == "/dataframe_records/0/a~1b~0c"


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [
        ("long", "12", 12),
        ("long", "12.0", 12),
        ("double", "0.5", 0.5),
        ("boolean", "false", False),
        ("boolean", 1, True),
        ("string", 5, "5"),
        ("string", True, "true"),
        ("datetime", "2024-05-31T12:30:00Z", "2024-05-31T12:30:00"),
        ("datetime", "2024-05-31T12:30:00.25+02:00", "2024-05-31T10:30:00.25"),
        ("datetime", "2024-01-01T00:30:00-0130", "2024-01-01T02:00:00"),
        ("binary", "hello", "aGVsbG8="),
    ],
)  # fmt: skip
def test_where_it_can_be_told_what_was_meant_the_report_has_it_and_it_is_right(kind, wrong, right):
    made = document_for({"inputs": [column("c", kind)]}).format("dataframe_records")
    (problem,) = validate({"dataframe_records": [{"c": wrong}]}, made).errors
    assert problem.value == right
    assert type(problem.value) is type(right)
    assert validate({"dataframe_records": [{"c": problem.value}]}, made).ok


def test_a_hundred_errors_are_told_and_the_others_counted():
    report = seed().validate(split(*(("x", "y", "a") for _ in range(1000))))
    assert len(report.errors) == MOST_SHOWN
    assert report.counts == {"int_col": 1000, "float_col": 1000}
    assert report.total == 2000
    assert "… and 1,900 more errors." in repr(report)


def test_what_the_service_ignores_is_a_warning():
    body = {**RIGHT, "extra": 1, "params": {"tempo": 1}}
    report = seed().validate(body)
    assert report.ok
    assert [(problem.code, problem.path) for problem in report.warnings] == [
        ("unknown_param", "/params/tempo"),
        ("unknown_member", "/extra"),
    ]


def test_an_example_without_its_wrapper_gets_it_offered():
    (problem,) = seed().validate(RIGHT["dataframe_split"]).errors
    assert problem.code == "not_wrapped"
    assert seed().validate(problem.value).ok


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"dataframe_split": ', "not_json"),
        ("", "not_json"),
        ("[1]", "not_an_object"),
        ("{}", "no_format"),
        ('{"dataframe_records": [{"int_col": 1, "int_col": 2}]}', "duplicate_member"),
        ("[" * 100_000, "not_json"),
    ],
)
def test_text_that_is_no_request_is_told_so(text, code):
    report = seed().validate(text)
    assert codes(report)[0] == code
    assert not report


def test_text_is_read_as_python_reads_it_so_that_no_digit_is_lost():
    made = document_for({"inputs": [column("n", "long"), column("x", "array", items={"type": "double"})]})
    body = '{"dataframe_records": [{"n": 9007199254740993, "x": [1.0, 2.0]}]}'
    assert made.validate(body).ok
    assert not made.validate(body.replace("1.0, 2.0", "1, 2")).ok


@given(st.lists(st.datetimes(dt.datetime(1678, 1, 1), dt.datetime(2262, 1, 1)), min_size=1, max_size=5), st.data())
def test_times_that_are_seen_to_be_right_at_once_are_right(moments, data):
    texts = [moment.isoformat(timespec="seconds") for moment in moments]
    made = Column("t", "string", "date-time")
    assert not any(fault_of(text, made) for text in texts)
    for place, digit in data.draw(
        st.lists(st.tuples(st.integers(0, 18), st.sampled_from("0123456789-:T Z")), max_size=2)
    ):
        texts[0] = texts[0][:place] + digit + texts[0][place + 1 :]
    if SURE_TIMES.fullmatch("\n".join([*texts, ""])):
        assert not any(fault_of(text, made) for text in texts)


def test_a_named_column_twice_and_one_that_is_missing_are_told():
    report = seed().validate(split((1, 1, "a"), columns=("int_col", "int_col", "string_col")))
    assert codes(report) == ["duplicate_column", "missing_column"]
    assert report.errors[1].fix == "Add float_col, number (double)."


# DataFrames


def test_a_dataframe_is_checked_as_it_would_be_sent():
    frame = pd.DataFrame({"int_col": [1, 2], "float_col": [0.5, math.nan], "string_col": ["a", None]}, index=["x", "y"])
    assert seed().validate(frame).ok
    report = seed().validate(frame.assign(float_col=["a", "b"]).drop(columns="int_col"))
    assert codes(report) == ["missing_column", "not_number", "not_number"]


def test_what_of_a_dataframe_cannot_be_sent_is_an_error_with_its_column():
    frame = pd.DataFrame({"int_col": [1], "float_col": [math.inf], "string_col": ["a"]})
    (problem,) = seed().validate(frame).errors
    assert (problem.code, problem.column, problem.row) == ("not_encodable", "float_col", 0)


def test_an_array_is_checked_as_a_tensor():
    document = document_for({"inputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 2]}}]})
    assert document.validate(np.ones((3, 2))).ok
    assert codes(document.validate(np.ones((3, 4)))) == ["wrong_shape"]
    assert codes(seed().validate(np.ones((3, 4)))) == ["no_table"]


# Language models, and JSON of any other form


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"messages": [{"role": "user", "content": "Hi"}]}, None),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], "temperature": 0}, None),
        ({"messages": []}, "/messages"),
        ({"messages": [{"role": "wizard", "content": "Hi"}]}, "/messages/0/role"),
        ({"messages": [{"content": "Hi"}]}, "/messages/0"),
        ({"messages": "Hi"}, "/messages"),
        ({"messages": [{"role": "user", "content": "Hi"}], "temperature": "0.5"}, "/temperature"),
        ({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 0}, "/max_tokens"),
    ],
)  # fmt: skip
def test_requests_to_chat_models_are_checked_by_their_task(body, path):
    report = document_of_task("chat", "llm/v1/chat").validate(body)
    assert report.format == "chat"
    assert {problem.path for problem in report.errors} == ({path} if path else set())


def test_two_alternatives_that_fit_where_exactly_one_may_are_an_error():
    schema = {"oneOf": [{"type": "object"}, {"type": "object", "properties": {"a": {}}}]}
    report = validate({"a": 1}, InputFormat("json", "json", schema=schema))
    assert [each.message for each in report.errors] == ["More than one alternative fits, and exactly one may."]


def test_a_schema_that_nobody_can_check_is_a_warning():
    report = validate({"a": 1}, InputFormat("json", "json", schema={"$ref": "https://example.com/schema.json"}))
    assert report.ok
    assert [problem.code for problem in report.warnings] == ["not_checked"]


# Against the library


#: Of a text that ends in NUL within a list, NumPy keeps all but that, so the service would change it: the check refuses
#: what JSON Schema takes, as a test of its own says.
LISTED_TEXT = st.text(max_size=3).filter(lambda text: not text.endswith("\0"))
COLUMNS = {
    "whole": ({"type": "integer"}, st.integers(-(2**63), 2**63 - 1)),
    "number": ({"type": "number"}, st.floats(allow_nan=False, allow_infinity=False)),
    "text": ({"type": "string"}, st.text(max_size=5)),
    "truth": ({"type": "boolean"}, st.booleans()),
    "choice": ({"type": "string", "enum": ["a", "b"]}, st.sampled_from(["a", "b"])),
    "list": ({"type": "array", "items": {"type": "string"}}, st.lists(LISTED_TEXT, max_size=3)),
    "object": (
        {"type": "object", "properties": {"k": {"type": "boolean"}}, "required": ["k"], "additionalProperties": False},
        st.fixed_dictionaries({"k": st.booleans()}),
    ),
    "anything": ({}, st.none() | st.integers() | st.lists(st.integers(), max_size=2)),
}
ODD = st.sampled_from(
    [None, True, 0, 1, 2.5, -1, "a", "1", "", [], ["a"], [1], {}, {"k": 1}, {"k": True}, {"k": True, "l": 1}]
)
#: Where the service itself is stricter or laxer than JSON Schema: null in numbers and text is a missing value.
NULLABLE = {"number", "text", "choice"}


@st.composite
def mutated(draw):
    """Rows that fit, of which some cells were changed; and whether some null is taken for a missing value."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4, unique=True))
    rows = draw(st.lists(st.fixed_dictionaries({name: COLUMNS[name][1] for name in names}), min_size=1, max_size=4))
    for _ in range(draw(st.integers(0, 2))):
        row, name = draw(st.integers(0, len(rows) - 1)), draw(st.sampled_from(names))
        rows[row][name] = draw(ODD.filter(lambda value: value is not None) if name in NULLABLE else ODD)
    return names, rows


@given(mutated())
def test_the_column_check_says_what_jsonschema_says(drawn):
    names, rows = drawn
    schema = {
        "type": "object",
        "required": names,
        "properties": {name: COLUMNS[name][0] for name in names},
    }
    document = {"type": "object", "properties": {"dataframe_records": {"type": "array", "items": schema}}}
    from serving_widgets.openapi.document import load

    body = {"content": {"application/json": {"schema": document}}}
    (made,) = load({"openapi": "3.1.0", "paths": {"/a": {"post": {"requestBody": body}}}}).operation().formats
    expected = all(map(jsonschema.Draft202012Validator(schema).is_valid, rows))
    records = {"dataframe_records": rows}
    table = {"dataframe_split": {"columns": names, "data": [[row[name] for name in names] for row in rows]}}
    as_split = InputFormat("dataframe_split", "split", made.columns)
    assert validate(records, made).ok == expected
    assert validate(table, as_split).ok == expected
    assert validate(json.dumps(records), made).counts == validate(table, as_split).counts


@given(mutated())
def test_a_check_changes_nothing_and_says_the_same_twice(drawn):
    _, rows = drawn
    made = InputFormat("dataframe_records", "records", seed().format("dataframe_records").columns)
    body = {"dataframe_records": rows}
    before = copy.deepcopy(body)
    assert validate(body, made) == validate(body, made)
    assert body == before


# The typed pass


def test_what_was_meant_is_written_as_it_is_declared_and_told():
    kinds = {"n": "long", "x": "double", "t": "datetime", "b": "boolean", "s": "string"}
    signature = {"inputs": [column(name, kind) for name, kind in kinds.items()], "params": [param("p", "double", 1.0)]}
    made = document_for(signature).format("dataframe_records")
    row = {"n": "3", "x": 1, "t": "2024-01-01T00:00:00Z", "b": "false", "s": 5}
    body = {"dataframe_records": [row, {**row, "n": 3.0, "x": math.nan}], "params": {"p": 2}}
    typed = conform(body, made)
    assert repr(typed["dataframe_records"][0]) == "{'n': 3, 'x': 1.0, 't': '2024-01-01T00:00:00', 'b': False, 's': '5'}"
    assert typed["dataframe_records"][1]["n"] == 3
    assert typed["dataframe_records"][1]["x"] is None
    assert repr(typed["params"]) == "{'p': 2.0}"
    assert "Column 'n': text was read as a number." in typed.notes
    assert "NaN was sent as null." in typed.notes
    assert validate(typed, made).ok
    assert body["dataframe_records"][0]["n"] == "3"


@given(mutated())
def test_what_is_right_stays_right_when_it_is_typed(drawn):
    names, rows = drawn
    columns = tuple(Column(name, COLUMNS[name][0].get("type", "any"), schema=COLUMNS[name][0]) for name in names)
    made = InputFormat("dataframe_records", "records", columns)
    body = {"dataframe_records": rows}
    assert not validate(body, made).ok or validate(conform(body, made), made).ok


def test_lists_and_objects_get_their_floats():
    point = {"x": {"type": "double", "required": True}}
    signature = {"inputs": [column("path", "array", items={"type": "object", "properties": point})]}
    made = document_for(signature).format("dataframe_records")
    body = {"dataframe_records": [{"path": [{"x": 7}, {"x": 8}]}]}
    assert not validate(body, made).ok
    assert repr(conform(body, made)) == "{'dataframe_records': [{'path': [{'x': 7.0}, {'x': 8.0}]}]}"


def test_a_report_is_json_for_the_page():
    report = seed().validate(split((3.7, 1.0, "a"), ("x", 1.0, "a")))
    said = json.loads(json.dumps(report.as_json()))
    assert said["errors"][0]["value"] == 4
    assert "value" not in said["errors"][1]
    assert repr(NOTHING) == "NOTHING"
