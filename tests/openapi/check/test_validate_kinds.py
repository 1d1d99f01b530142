"""Kinds of bodies that were once taken for right, or for wrong, and are not."""

from decimal import Decimal

import pandas as pd
import pytest
from documents import document_for
from signatures import column, param, tensor

from serving_widgets.openapi.document import load
from serving_widgets.openapi.samples.sample import sample

LONG, DOUBLE = column("l", "long"), column("d", "double")
NEST = [
    column("id", "long"),
    column("o", "object", required=False, properties={"x": {"type": "double", "required": True}}),
]
LIST_PARAM = param("ll", "long", [1], [-1])
TEN = tensor("float32", [-1, 3])


def report(inputs, payload, *params):
    return document_for({"inputs": inputs, "outputs": [], "params": list(params)}).validate(payload)


WRONG = [
    ([LONG], {"dataframe_split": {"columns": ["l"], "data": [[2**53 + 1], [1.0]]}}, "inexact"),
    ([column("any", "any")], {"dataframe_split": {"columns": ["any"], "data": [[2**53 + 1], [1.5]]}}, "inexact"),
    ([DOUBLE], pd.DataFrame({"d": [2**53 + 1]}), "inexact"),
    ([LONG], {"dataframe_split": {"columns": ["l"], "index": [1, 2], "data": [[7]]}}, "index_length"),
    ([column("bin", "binary")], {"inputs": [{"bin": "aGVsbG8="}]}, "needs_rows"),
    ([column("bin", "binary")], {"inputs": {"bin": ["aGVsbG8="]}}, "needs_rows"),
    (NEST, {"instances": [{"id": 1, "o": {"x": 1.5}}]}, "needs_rows"),
    ([column("a", "array", items={"type": "string"})], {"dataframe_records": [{"a": ["a\0"]}]}, "trailing_nul"),
    ([TEN], {"inputs": []}, "no_values"),
    ([TEN], {"dataframe_records": [{"a": "x", "b": 2, "c": 3}]}, "not_number"),
    ([LONG], {"dataframe_records": [{"l": 1}], "params": {"ll": None}}, "null"),
    ([column("v", "array", items={"type": "float"})], {"dataframe_records": [{"v": [0.5]}]}, "no_json_fits"),
    (
        [column("v", "array", items={"type": "datetime"})],
        {"dataframe_records": [{"v": ["2024-01-01"]}]},
        "no_json_fits",
    ),
]


@pytest.mark.parametrize(
    ("inputs", "payload", "code"), WRONG, ids=[f"{code} {place}" for place, (_, _, code) in enumerate(WRONG)]
)
def test_what_the_server_refuses_or_changes_is_wrong(inputs, payload, code):
    found = report(inputs, payload, LIST_PARAM)
    assert [each.code for each in found.errors][:1] == [code]
    assert found.errors[0].fix or code in ("not_number", "inexact")


def test_the_advice_about_bytes_leads_to_formats_that_decode_them():
    found = report([column("bin", "binary")], {"inputs": {"bin": ["aGVsbG8="]}})
    assert found.errors[0].fix == "Use dataframe_split or dataframe_records instead."


def test_bytes_in_a_text_column_are_noted():
    found = report([column("s", "string")], pd.DataFrame({"s": [b"a"]}))
    assert found.ok
    assert "base64" in found.warnings[0].message


UN = [column(None, "long"), column(None, "string")]
RIGHT = [
    ([TEN], pd.DataFrame([[1.0, 2, 3]], columns=list("abc"))),
    ([TEN], {"inputs": [(1.0, 2.0, 3.0)]}),
    ([LONG], [{"l": 1}]),
    ([LONG], pd.DataFrame({"l": [Decimal("1")]})),
    (UN, {"dataframe_split": {"data": [[1, "x"]]}}),
    (UN, {"dataframe_split": {"columns": ["p", "q"], "data": [[1, "x"]]}}),
    (UN, pd.DataFrame([[1, "x"]])),
    (UN, pd.DataFrame([[1, "x"]], columns=["p", "q"])),
    (NEST, {"inputs": {"id": 1, "o": {"x": 1.5}}}),
    ([LONG, column("od", "double", required=False)], {"dataframe_records": [{"l": 1, "od": 0.5}, {"l": 2}]}),
    ([tensor("float64", [-1, 2], "a")], {"instances": {"a": [[1, 2]]}}),
    ([LONG], {"dataframe_records": [{"l": 1, "extra": 2}]}),
    ([LONG], {"dataframe_records": [{"l": 1}], "params": {"i": 2**31}}),
]


@pytest.mark.parametrize(("inputs", "payload"), RIGHT, ids=range(len(RIGHT)))
def test_what_the_server_takes_as_it_was_meant_is_right(inputs, payload):
    assert report(inputs, payload, param("i", "integer", 3)).ok


def test_names_that_are_places_in_another_order_are_no_places():
    found = report(UN, {"dataframe_split": {"columns": ["1", "0"], "data": [["x", 1]]}})
    assert found.errors[0].code == "wrong_order"


def records(row):
    body = {
        "type": "object",
        "required": ["dataframe_records"],
        "properties": {"dataframe_records": {"type": "array", "items": row}},
    }
    content = {"application/json": {"schema": body}}
    paths = {"/invocations": {"post": {"requestBody": {"content": content}}}}
    return load({"openapi": "3.1.0", "info": {"title": "t"}, "paths": paths})


NULLABLE = [
    {"type": ["integer", "null"]},
    {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    {"type": "integer", "nullable": True},
    {"oneOf": [{"type": "string", "format": "byte"}, {"type": "null"}]},
    {"enum": [1, None]},
]


@pytest.mark.parametrize("member", NULLABLE, ids=str)
def test_null_is_right_where_the_document_says_so(member):
    document = records({"type": "object", "properties": {"n": member}, "required": ["n"]})
    assert document.validate({"dataframe_records": [{"n": None}]}).ok
    assert not document.validate({"dataframe_records": [{}]}).ok


def test_a_constant_without_a_type_is_the_only_value():
    document = records({"type": "object", "properties": {"kind": {"const": "bug"}}, "required": ["kind"]})
    assert document.sample(rows=1) == {"dataframe_records": [{"kind": "bug"}]}
    assert not document.validate({"dataframe_records": [{"kind": {}}]}).ok


@pytest.mark.parametrize("kind", ["float", "integer", "datetime", "binary"])
def test_a_sample_of_a_list_that_no_json_fits_is_an_empty_one(kind):
    document = document_for({"inputs": [column("v", "array", items={"type": kind})], "outputs": []})
    made = document.sample(rows=1)
    assert made == {"dataframe_split": {"columns": ["v"], "data": [[[]]]}}
    assert document.validate(made).ok


def test_a_sample_that_cannot_be_made_says_so_and_how_to_log_the_model():
    properties = {"a": {"type": "integer", "required": True}}
    document = document_for({"inputs": [column("v", "object", properties=properties)], "outputs": []})
    (note,) = sample(document.format("dataframe_split")).notes
    assert note.startswith("No sample was found that fits: At a: No JSON fits integer")
    assert not document.validate(document.sample()).ok
