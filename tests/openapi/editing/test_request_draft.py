"""The draft of a request: the same values seen as text, as a table and as a form; nothing typed is lost."""

import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.errors import ConfigError
from serving_widgets.openapi.editing.cell_values import MISSING, JsonFault, cell_of, read_json, value_of
from serving_widgets.openapi.editing.request_draft import RequestDraft
from serving_widgets.openapi.model import Column, InputFormat

COLUMNS = (
    Column("n", "integer", "int64", True),
    Column("x", "number", "double", True),
    Column("s", "string", "", True),
    Column("b", "boolean"),
    Column("any"),
)
FORMATS = {
    "split": InputFormat("dataframe_split", "split", COLUMNS),
    "records": InputFormat("dataframe_records", "records", COLUMNS),
    "instances": InputFormat("instances", "instances", COLUMNS),
}
VALUES = {
    "integer": st.integers(),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "string": st.text(st.characters(exclude_categories=("Cs",))),
    "boolean": st.booleans(),
    "any": st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=5,
    ),
}


@pytest.mark.parametrize("text", ["", " ", "\n", "null", "1.0", "[1", "a"])
def test_text_in_a_column_that_takes_anything_stays_text(text):
    column = Column("c")
    assert value_of(cell_of(text, column), column) == text


@given(st.data())
def test_a_value_that_fits_its_column_stays_the_same_through_its_cell(data):
    column = data.draw(st.sampled_from(COLUMNS))
    value = data.draw(VALUES[column.type] | st.none() | st.just(MISSING))
    back = value_of(cell_of(value, column), column)
    assert back == value
    assert type(back) is type(value)


@given(st.text(), st.sampled_from(COLUMNS))
def test_whatever_is_typed_becomes_a_value_that_json_can_carry(text, column):
    value = value_of(text, column)
    assert json.loads(json.dumps(value)) == value
    assert not (isinstance(value, float) and not math.isfinite(value))


@pytest.mark.parametrize(
    ("text", "type", "value"),
    [
        ("9007199254740993", "integer", 9007199254740993),
        ("9007199254740993", "number", 9007199254740993),
        ("9007199254740993.0", "integer", 9007199254740993),
        ("9007199254740993.", "number", 9007199254740993),
        ("9007199254740992.0", "number", 9007199254740992.0),
        ("1e23", "number", 1e23),
        ("1", "number", 1.0),
        ("1.0", "integer", 1.0),
        ("3.7", "integer", 3.7),
        ("1e400", "number", "1e400"),
        ("", "integer", None),
        ("", "string", ""),
        ("null", "string", "null"),
        ("null", "boolean", None),
        ("TRUE", "boolean", True),
        ("yes", "boolean", "yes"),
        ("[1.0, 2]", "array", [1.0, 2]),
        ("[1.0, ", "array", "[1.0, "),
        ("٣", "integer", "٣"),
    ],
)
def test_what_a_text_means_in_a_column(text, type, value):
    got = value_of(text, Column("c", type))
    assert got == value
    assert got.__class__ is value.__class__


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "{", "", "[1,]", "[" * 50_000, "1" * 5000])
def test_what_is_no_json_says_where_it_breaks(text):
    fault = read_json(text)
    assert isinstance(fault, JsonFault)
    assert fault.line == 1
    assert fault.message


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
def test_a_cell_that_is_set_is_what_the_json_says_and_no_other_changes(kind, data):
    draft = RequestDraft(FORMATS[kind])
    draft.add_rows(3)
    for name, text in (("n", "1"), ("x", "0.5"), ("s", "a")):
        for row in range(3):
            draft.set_cell(row, name, text)
    before = draft.rows()
    column = data.draw(st.sampled_from(COLUMNS))
    row = data.draw(st.integers(0, 2))
    text = data.draw(st.text(max_size=8))
    draft.set_cell(row, column.name, text)
    after = draft.rows()
    assert json.loads(draft.text) == draft.body
    assert after.rows[row][after.names.index(column.name)] == value_of(text, column)
    for place, name in enumerate(before.names):
        for at in range(3):
            if (at, name) != (row, column.name):
                assert after.rows[at][after.names.index(name)] == before.rows[at][place]


@given(st.lists(st.sampled_from(["text", "broken", "cell", "rows", "undo", "revert"]), max_size=12))
def test_undoing_everything_gives_back_the_first_text(steps):
    draft = RequestDraft(FORMATS["split"], {"dataframe_split": {"columns": ["n"], "data": [[1]]}})
    first = draft.text
    for step in steps:
        with contextlib.suppress(ConfigError):
            {
                "text": lambda: draft.write('{"dataframe_split": {"columns": ["n"], "data": [[2], [3]]}}'),
                "broken": lambda: draft.write(draft.text + "}"),
                "cell": lambda: draft.set_cell(0, "n", "7"),
                "rows": lambda: draft.add_rows(1),
                "undo": draft.undo,
                "revert": draft.revert,
            }[step]()
    while draft.can_undo:
        draft.undo()
    assert draft.text == first
    assert draft.fault is None


def test_a_table_that_names_a_column_twice_is_left_to_the_json():
    draft = RequestDraft(FORMATS["split"], {"dataframe_split": {"columns": ["n", "n"], "data": [[1, 2]]}})
    assert draft.rows() is None
    with pytest.raises(ConfigError, match="JSON"):
        draft.set_cell(0, "n", "1")
    assert draft.body["dataframe_split"]["data"] == [[1, 2]]


def test_members_on_the_way_are_made_and_taken_away_when_they_are_empty():
    draft = RequestDraft(InputFormat("json", "json"), {"a": {"b": 1}, "list": [1, 2]})
    column = Column("c", "integer")
    draft.set(("x", "y"), "1", column)
    assert draft.body == {"a": {"b": 1}, "list": [1, 2], "x": {"y": 1}}
    draft.set(("x", "y"), False, column)
    draft.set(("a", "b"), False, column)
    draft.set(("list", 0), False, column)
    assert draft.body == {"list": [2]}


def test_half_a_surrogate_pair_is_written_as_its_escape():
    draft = RequestDraft(FORMATS["records"], {"dataframe_records": [{"s": "\ud800"}]})
    draft.text.encode()
    assert json.loads(draft.text)["dataframe_records"][0]["s"] == "\ud800"


def test_what_is_pasted_and_too_long_for_a_cell_is_refused_and_changes_nothing():
    draft = RequestDraft(
        InputFormat("dataframe_records", "records", (Column("s", "string"),)), {"dataframe_records": []}
    )
    with pytest.raises(ConfigError, match="field larger"):
        draft.paste(0, "s", "a\n" + "b" * 200_000)
    assert draft.body == {"dataframe_records": []}


def test_what_is_pasted_goes_under_the_columns_that_its_first_line_names():
    draft = RequestDraft(FORMATS["records"], {"dataframe_records": [{"n": 1, "x": 0.5, "s": "a"}]})
    assert draft.paste(0, "n", 's,n\n"one, two",5\nthree,6\n') == 2
    assert draft.body == {"dataframe_records": [{"n": 5, "x": 0.5, "s": "one, two"}, {"n": 6, "x": None, "s": "three"}]}
