"""What we call an error, MLflow's own functions refuse or change without a word; and what they do, we call an error."""

import base64
import datetime as dt
import itertools
import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from documents import document_for
from mlflow_oracle import verdict
from signatures import SAMPLES, column, param, tensor

from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.encode.encode import body_of as encoded
from serving_widgets.openapi.encode.encode import rows_of
from serving_widgets.openapi.model import InputFormat
from serving_widgets.openapi.samples.sample import sample

POINT = {"x": {"type": "double", "required": True}, "label": {"type": "string", "required": False}}
#: Types of columns, each with a value that is right.
TYPES = {
    "boolean": ({"type": "boolean"}, True),
    "integer": ({"type": "integer"}, 1),
    "long": ({"type": "long"}, 1),
    "float": ({"type": "float"}, 1.5),
    "double": ({"type": "double"}, 1.5),
    "string": ({"type": "string"}, "a"),
    "binary": ({"type": "binary"}, "aGVsbG8="),
    "datetime": ({"type": "datetime"}, "2024-01-01T00:00:00"),
    "any": ({"type": "any"}, "q"),
    "array of doubles": ({"type": "array", "items": {"type": "double"}}, [1.5]),
    "array of longs": ({"type": "array", "items": {"type": "long"}}, [1]),
    "array of strings": ({"type": "array", "items": {"type": "string"}}, ["a"]),
    "object": ({"type": "object", "properties": POINT}, {"x": 1.5}),
    "map": ({"type": "map", "values": {"type": "double"}}, {"k": 1.5}),
    "array of objects": ({"type": "array", "items": {"type": "object", "properties": POINT}}, [{"x": 1.5}]),
}
VALUES = [
    None, True, False, 0, 1, -1, 3, 2**31, -(2**31) - 1, 2**40, 2**53 + 1, 2**63, 2**70, -(2**63), 0.0, 1.0, 3.7, 1e39,
    1e308, math.nan, "", "a", "3", "0.5", "true", "false", "***", "aGVsbG8=", "aGVsbG8", "2024-01-01",
    "2024-01-01T00:00:00",
    "2024-01-01T00:00:00Z", "2024-01-01T00:00:00+01:00", "2024-01-01 10:11", "2024-01-01T10:11:12.25", "2024-01",
    "2024-13-01", "2300-01-01", "1577934245123", 1577934245123, "NaT", "null", "None", "ø", "\ud800",
    [], [1], [7], [7, 8], [7, 8.5], [1.0], ["a"], [None], [True], {}, {"x": 1.0}, {"x": 7}, {"x": 1.0, "y": 1},
    {"label": "a"}, {"x": "a"}, {"x": None},
]  # fmt: skip
FORMATS = ("dataframe_split", "dataframe_records", "inputs")

# Where our word and MLflow's differ, and why we keep ours.
OUR_OWN = {
    # Text columns are handed through as they are, so that the model meets numbers where it declares text.
    ("string", "not_text"),
}


def body_of(key, rows):
    if key == "dataframe_split":
        return {key: {"columns": ["c", "z"], "data": [[value, 1] for value in rows]}}
    if key == "inputs":
        return {key: {"c": rows, "z": [1] * len(rows)}}
    return {key: [{"c": value, "z": 1} for value in rows]}


def meant(kind, value):
    """Return what a value says where it is right for its type."""
    if kind == "binary" and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            return value
    if kind == "datetime" and isinstance(value, str):
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def alike(sent, got):
    """Tell whether a model got what was sent; numbers may change their kind, not their value."""
    if sent is None and isinstance(got, float) and math.isnan(got):
        return True
    numbers = {int, float}
    if {type(sent), type(got)} <= numbers:
        return sent == got or (isinstance(sent, float) and math.isnan(sent) and math.isnan(got))
    if type(sent) is not type(got):
        return False
    if isinstance(sent, dict):
        return all(alike(sent.get(key), got.get(key)) for key in sent.keys() | got.keys())
    if isinstance(sent, list):
        return len(sent) == len(got) and all(map(alike, sent, got))
    return sent == got


def mlflow_takes(signature, body, kind, rows):
    """Return whether MLflow takes rows of a column, unchanged."""
    try:
        got = [row["c"] for row in verdict(signature, body)[0]]
    except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
        return False
    same = all(alike(meant(kind, sent), value) for sent, value in zip(rows, got, strict=True))
    single = kind == "float" and all(
        (type(sent) in (int, float) and math.isclose(sent, value, rel_tol=1e-6)) or sent is None or sent != sent
        for sent, value in zip(rows, got, strict=True)
    )
    return same or single


@pytest.mark.parametrize("required", [True, False], ids=["required", "optional"])
@pytest.mark.parametrize("kind", TYPES)
def test_a_cell_is_wrong_here_where_mlflow_refuses_or_changes_it(kind, required):
    spec, right = TYPES[kind]
    signature = {"inputs": [{**spec, "name": "c", "required": required}, column("z", "long")], "outputs": []}
    document = document_for(signature)
    columnar = replace(document.format("dataframe_records"), key="inputs", kind="inputs")
    differing = []
    for key, value in itertools.product(FORMATS, VALUES):
        if key == "inputs" and (value == "" or isinstance(value, list)):
            continue  # read by NumPy, which makes one array of lists and rows
        # How rows lie makes a difference to pandas; one format shows it.
        for rows in ([value], [right, value], [value, right])[:: 1 if key == "dataframe_split" else 3]:
            body = body_of(key, rows)
            text = json.dumps(body)  # as text, in which NaN stands as MLflow reads it; of a dictionary it is null
            report = validate(text, columnar) if key == "inputs" else document.validate(text)
            if report.ok != mlflow_takes(signature, body, kind, rows):
                code = "" if report.ok else report.errors[0].code
                differing.append((kind, code, key, rows))
    assert [each for each in differing if each[:2] not in OUR_OWN] == []


PARAMS = {
    "long": ({"type": "long", "default": 3}, [3, -1, 2**40, 3.0, 3.5, "3", True, None, [3], {}]),
    "integer": ({"type": "integer", "default": 3}, [3, 3.0, "3", True, None]),
    "double": ({"type": "double", "default": 0.5}, [0.5, 1, "0.5", True, None, [0.5]]),
    "string": ({"type": "string", "default": "a"}, ["a", "", 1, True, None, ["a"]]),
    "boolean": ({"type": "boolean", "default": False}, [True, 1, "true", None]),
    "datetime": ({"type": "datetime", "default": "2024-01-01"}, ["2024-01-01", "2024-01-01T10:00:00", "a", 5, None]),
    "list": ({"type": "long", "default": [1], "shape": [-1]}, [[1], [], 1, "1", ["a"], [1.5]]),
}


@pytest.mark.parametrize("kind", PARAMS)
def test_a_parameter_is_wrong_here_where_mlflow_refuses_it(kind):
    spec, values = PARAMS[kind]
    known = param("p", spec["type"], spec["default"], spec.get("shape"))
    signature = {"inputs": [column("c", "long")], "outputs": [], "params": [known]}
    document = document_for(signature)
    for value in values:
        body = {"dataframe_records": [{"c": 1}], "params": {"p": value}}
        try:
            verdict(signature, body)
            taken = True
        except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
            taken = False
        assert document.validate(body).ok == taken, value


def test_an_unknown_parameter_is_dropped_by_mlflow_and_warned_of_here():
    signature = {"inputs": [column("c", "long")], "outputs": [], "params": [param("p", "long", 1)]}
    body = {"dataframe_records": [{"c": 1}], "params": {"q": 1}}
    assert verdict(signature, body)[1] == {"p": 1}
    report = document_for(signature).validate(body)
    assert report.ok
    assert [problem.code for problem in report.warnings] == ["unknown_param"]


TABLE = {"inputs": [column("a", "long"), column("b", "double"), column("o", "string", required=False)], "outputs": []}
STRUCTURES = [
    ({"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2.0]]}}, True),
    ({"dataframe_split": {"columns": ["b", "a"], "data": [[2.0, 1]]}}, True),
    ({"dataframe_split": {"columns": ["a", "b", "extra"], "data": [[1, 2.0, 3]]}}, True),
    ({"dataframe_split": {"columns": ["a", "b"], "index": [5], "data": [[1, 2.0]]}}, True),
    ({"dataframe_split": {"columns": ["a"], "data": [[1]]}}, False),
    ({"dataframe_split": {"data": [[1, 2.0]]}}, False),
    ({"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2.0, 3]]}}, False),
    ({"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2.0]], "more": 1}}, False),
    ({"dataframe_split": [[1, 2.0]]}, False),
    ({"dataframe_records": [{"a": 1, "b": 2.0}]}, True),
    ({"dataframe_records": [{"b": 2.0, "a": 1, "extra": 1}]}, True),
    ({"dataframe_records": [{"a": 1}]}, False),
    ({"dataframe_records": [{"a": 1, "b": 1.0}, {"b": 1.0}]}, False),
    ({"dataframe_records": {"a": 1, "b": 2.0}}, False),
    ({"dataframe_records": [[1, 2.0]]}, False),
    ({"dataframe_records": []}, False),
    ({"inputs": [{"a": 1, "b": 2.0}]}, True),
    ({"inputs": {"a": [1], "b": [2.0]}}, True),
    ({"inputs": {"a": [1, 2], "b": [2.0]}}, False),
    ({"inputs": {"a": [1]}}, False),
    ({"instances": [{"a": 1, "b": 2.0}]}, True),
    ({"instances": [[1, 2.0]]}, False),
    ({"inputs": [{"a": 1, "b": 2.0}], "instances": [{"a": 1, "b": 2.0}]}, False),
    ({"columns": ["a", "b"], "data": [[1, 2.0]]}, False),
    ({"rows": []}, False),
    ({}, False),
    ([1], False),
    ("text", False),
]  # fmt: skip


@pytest.mark.parametrize(("body", "right"), STRUCTURES, ids=[json.dumps(body)[:60] for body, _ in STRUCTURES])
def test_a_body_is_wrong_here_where_mlflow_refuses_it(body, right):
    try:
        verdict(TABLE, body)
        taken = True
    except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
        taken = False
    assert taken is right
    assert document_for(TABLE).validate(json.dumps(body)).ok is right


NUMBERED = {"inputs": [{"name": n, "type": "long", "required": True} for n in range(2)], "outputs": []}
NUMBERED_BODIES = [
    *({"dataframe_split": {"columns": names, "data": [[1, 2]]}} for names in ([0, 1], ["0", "1"], [1, 0], ["a", "b"])),
    {"dataframe_split": {"columns": [0, 1, 2], "data": [[1, 2, 3]]}},
    {"dataframe_split": {"columns": [0], "data": [[1]]}},
    {"dataframe_split": {"columns": [1, 2], "data": [[1, 2]]}},
    {"dataframe_split": {"data": [[1, 2]]}},
    {"dataframe_records": [{"0": 1, "1": 2}]},
    {"inputs": [{"0": 1, "1": 2}]},
    {"inputs": {"0": [1], "1": [2]}},
    {"inputs": [[1, 2]]},
    {"instances": [{"0": 1, "1": 2}]},
    {"instances": [[1, 2]]},
]


@pytest.mark.parametrize("body", NUMBERED_BODIES, ids=json.dumps)
def test_columns_that_are_called_by_numbers_take_no_text_for_them(body):
    try:
        verdict(NUMBERED, body)
        taken = True
    except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
        taken = False
    assert document_for(NUMBERED).validate(json.dumps(body)).ok is taken


def test_a_sample_and_a_frame_call_columns_by_numbers_where_the_model_does():
    document = document_for(NUMBERED)
    assert [made.name for made in document.operation().formats] == ["dataframe_split"]
    assert verdict(NUMBERED, dict(document.sample(rows=1)))[0] == [{0: 1, 1: 1}]
    for frame in (pd.DataFrame(np.array([[1, 2]])), pd.DataFrame({"0": [1], "1": [2]})):
        rows = rows_of(frame)
        made = declare(rows, document.operation().formats, coerce=False)
        assert check_rows(rows, made, 0, 1).ok
        assert verdict(NUMBERED, json.loads(encoded(rows, 0, 1)))[0] == [{0: 1, 1: 2}]
        assert document.validate(frame).ok
        assert not rows.notes


def test_a_short_row_and_a_missing_key_which_mlflow_fills_silently_are_wrong_here():
    nullable = {"inputs": [column("a", "long"), column("b", "double")], "outputs": []}
    document = document_for(nullable)
    short = {"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2.0], [1]]}}
    gap = {"dataframe_records": [{"a": 1, "b": 2.0}, {"a": 1}]}
    for body, code in ((short, "short_row"), (gap, "missing_value")):
        assert math.isnan(verdict(nullable, body)[0][1]["b"])
        (problem,) = document.validate(body).errors
        assert (problem.code, problem.row) == (code, 1)


TENSOR = {"inputs": [tensor("float32", [-1, 2])], "outputs": []}
TENSORS = [
    [[1.0, 2.0]], [[1, 2]], [[1.0, 2.0], [3.0, 4.0]], [[1.0]], [[1.0, 2.0], [3.0]], [1.0, 2.0], [[[1.0, 2.0]]],
    [["a", "b"]], [[1.0, None]], 5, {"x": [[1.0, 2.0]]}, [[1.0, 2.0, 3.0]],
]  # fmt: skip


@pytest.mark.parametrize("data", TENSORS, ids=map(json.dumps, TENSORS))
@pytest.mark.parametrize("key", ["inputs", "instances"])
def test_an_array_is_wrong_here_where_mlflow_refuses_it(key, data):
    try:
        verdict(TENSOR, {key: data})
        taken = True
    except Exception:  # MLflow refuses by errors of many kinds, of NumPy and pandas among them
        taken = False
    assert document_for(TENSOR).validate({key: data}).ok == taken


@pytest.mark.parametrize("name", SAMPLES)
def test_what_is_known_to_be_accepted_or_refused_is_so_here(name):
    known = SAMPLES[name]
    document = document_for(known.signature)
    assert document.validate(known.body).ok
    for body in known.refused:
        assert not document.validate(body).ok, body


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("example", [True, False], ids=["with its example", "without an example"])
@pytest.mark.parametrize("name", SAMPLES)
def test_mlflow_takes_every_sample_unchanged(name, example, rows):
    known = SAMPLES[name]
    for made in document_for(known.signature, known.example if example else None).operation().formats:
        made_up = sample(made, rows=rows)
        assert made_up.notes == ()
        data, _ = verdict(known.signature, dict(made_up))
        assert len(data if isinstance(data, list) else next(iter(data.values()))) == rows
        assert isinstance(made, InputFormat)
