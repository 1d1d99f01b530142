"""Tables of polars, Arrow and others are sent as pandas' own are, value for value, and come back as what they were."""

import datetime as dt
import decimal
import json
import math

import numpy as np
import pandas as pd
import pytest
from documents import document_for

from serving_widgets.openapi.encode.body_values import is_data, plain_body
from serving_widgets.openapi.encode.encode import to_payload
from serving_widgets.openapi.encode.other_frames import as_pandas, is_other_table, like
from serving_widgets.openapi.encode.tables import rows_of
from serving_widgets.openapi.errors import EncodingError

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

BERLIN = "Europe/Berlin"
NOON = dt.datetime(2024, 5, 31, 12)
#: Columns of polars, each with how they are sent.
COLUMNS = {
    "whole": (pl.Series([2**53 + 1, 1]), [2**53 + 1, 1]),
    "whole with a gap": (pl.Series([2**53 + 1, None]), [2**53 + 1, None]),
    "unsigned": (pl.Series([2**63, 1], dtype=pl.UInt64), [2**63, 1]),
    "float": (pl.Series([0.5, None, math.nan]), [0.5, None, None]),
    "single": (pl.Series([0.5, None], dtype=pl.Float32), [0.5, None]),
    "truth": (pl.Series([True, None]), [True, None]),
    "text": (pl.Series(["a", None, "Ærø"]), ["a", None, "Ærø"]),
    "category": (pl.Series(["a", None], dtype=pl.Categorical), ["a", None]),
    "time": (pl.Series([NOON, None], dtype=pl.Datetime("us")), ["2024-05-31T12:00:00", None]),
    "nanoseconds": (
        pl.Series([1717156800000000001], dtype=pl.Int64).cast(pl.Datetime("ns")),
        ["2024-05-31T12:00:00.000000001"],
    ),
    "time with a zone": (
        pl.Series([NOON, None], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(BERLIN),
        ["2024-05-31T12:00:00", None],
    ),
    "date": (pl.Series([dt.date(2024, 5, 31), None]), ["2024-05-31", None]),
    "decimal": (pl.Series([decimal.Decimal("1.10"), None]), ["1.10", None]),
    "bytes": (pl.Series([b"\x00", None]), ["AA==", None]),
    "list": (pl.Series([[1, 2], None]), [[1, 2], None]),
    "object": (pl.Series([{"a": 1}, None]), [{"a": 1}, None]),
}


@pytest.mark.parametrize("library", ["polars", "Arrow", "an Arrow batch"])
@pytest.mark.parametrize("name", COLUMNS)
def test_every_value_is_sent_as_it_is(name, library):
    column, sent = COLUMNS[name]
    table = pl.DataFrame({"c": column})
    if library != "polars":
        table = table.to_arrow()
    if library == "an Arrow batch":
        table = table.to_batches()[0]
    assert is_data(table)
    assert to_payload(table) == {"dataframe_split": {"columns": ["c"], "data": [[each] for each in sent]}}


def test_values_are_those_that_pandas_sends():
    moments = pd.to_datetime(["2024-05-31T12:30", None])
    frame = pd.DataFrame({"n": [1, 2], "x": [0.5, None], "s": ["a", None], "t": moments, "flag": [True, False]})
    assert to_payload(pl.from_pandas(frame)) == to_payload(frame)
    assert to_payload(pa.Table.from_pandas(frame)) == to_payload(frame)


def test_a_column_with_a_name_is_a_table():
    assert to_payload(pl.Series("c", [1]))["dataframe_split"] == {"columns": ["c"], "data": [[1]]}
    with pytest.raises(EncodingError, match="no name"):
        to_payload(pl.Series([1]))


MAPS = pa.array([[("a", 1.5)], None, []], pa.map_(pa.string(), pa.float64()))


@pytest.mark.parametrize(
    ("column", "sent"),
    [
        (MAPS, [{"a": 1.5}, None, {}]),
        (pa.array([[[("a", 1)]], []], pa.list_(pa.map_(pa.string(), pa.int64()))), [[{"a": 1}], []]),
        (pa.array([{"m": [("a", 1)]}], pa.struct([("m", pa.map_(pa.string(), pa.int64()))])), [{"m": {"a": 1}}]),
    ],
)
def test_a_map_of_arrow_is_an_object(column, sent):
    rows = [[each] for each in sent]
    assert to_payload(pa.table({"c": column}))["dataframe_split"]["data"] == rows
    frame = pd.DataFrame({"c": pd.Series(column, dtype=pd.ArrowDtype(column.type))})
    assert to_payload(frame)["dataframe_split"]["data"] == rows


def test_a_map_of_arrow_with_a_key_twice_is_refused():
    twice = pa.array([[("a", 1), ("a", 2)]], pa.map_(pa.string(), pa.int64()))
    with pytest.raises(EncodingError, match="'a'"):
        to_payload(pa.table({"c": twice}))


def test_what_is_given_back_is_of_the_kind_that_was_given():
    answer = pd.DataFrame({"prediction": pd.array([1, None], dtype="Int64"), "error": [None, "no"]})
    made = like(pl.DataFrame({"c": [1, 2]}), answer)
    assert isinstance(made, pl.DataFrame)
    assert made.to_dict(as_series=False) == {"prediction": [1, None], "error": [None, "no"]}
    made = like(pa.table({"c": [1, 2]}), answer)
    assert isinstance(made, pa.Table)
    assert made.to_pydict() == {"prediction": [1, None], "error": [None, "no"]}
    assert like(answer, answer) is answer
    mixed = pd.DataFrame({"prediction": [{"a": 1}, "text"]})
    assert like(pl.DataFrame(), mixed) is mixed


def test_a_table_within_a_body_is_written_as_its_member_wants_it():
    assert plain_body({"dataframe_records": pl.DataFrame({"c": [1]})}) == {"dataframe_records": [{"c": 1}]}


def test_validate_finds_in_a_table_what_it_finds_in_pandas():
    document = document_for({"inputs": [{"name": "n", "type": "long", "required": True}]})
    for column in ([3.7], ["3"], [None], [2]):
        frame = pd.DataFrame({"n": column}, dtype=object)
        assert document.validate(pl.DataFrame({"n": column})) == document.validate(frame)


def test_what_is_not_computed_yet_is_told_how():
    lazy = pl.DataFrame({"c": [1]}).lazy()
    assert not is_other_table(lazy)
    with pytest.raises(EncodingError) as raised:
        rows_of(lazy)
    assert ".collect()" in raised.value.hint


def a_table_of(module):
    return type("DataFrame", (), {"__module__": module})()


@pytest.mark.parametrize(
    ("module", "small"),
    [
        ("pyspark.sql.classic.dataframe", ".toPandas()"),
        ("dask.dataframe.dask_expr", ".compute()"),
        ("ray.data.dataset", ".to_pandas()"),
    ],
)
def test_a_table_that_lies_elsewhere_is_told_how_it_is_scored_there_and_how_a_small_one_is_had(module, small):
    with pytest.raises(EncodingError, match=r"DataFrame is not a table") as raised:
        rows_of(a_table_of(module))
    assert "ep.predict(…)" in raised.value.hint
    assert small in raised.value.hint


@pytest.mark.parametrize(
    ("rows", "sent"),
    [([[1, 2], [3, 4]], [[1, 2], [3, 4]]), (((1, 2.5),), [[1.0, 2.5]]), ([[[True]]], [[[True]]])],
)
def test_lists_of_numbers_are_an_array(rows, sent):
    assert to_payload(rows) == {"inputs": sent}


@pytest.mark.parametrize(
    "rows", [[[1], [1, 2]], [1, "a"], [[1, True]], [2**53 + 1, 0.5], ["a"], [None], [[]] * 2 + [1]]
)
def test_lists_that_an_array_would_change_are_refused(rows):
    with pytest.raises(EncodingError):
        to_payload(rows)


def test_the_same_table_is_read_as_pandas_reads_it():
    frame = as_pandas(pl.DataFrame({"n": [1, 2], "x": [0.5, 1.5]}))
    assert frame.dtypes.tolist() == [np.dtype("int64"), np.dtype("float64")]
    assert json.dumps(frame.to_dict("list")) == '{"n": [1, 2], "x": [0.5, 1.5]}'
