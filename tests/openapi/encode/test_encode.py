import datetime as dt
import decimal
import enum
import json
import math
import uuid

import numpy as np
import pandas as pd
import pytest

from serving_widgets.api import json_writer
from serving_widgets.openapi.encode import encode
from serving_widgets.openapi.errors import EncodingError

NOON = dt.datetime(2024, 5, 17, 12, 30)


def column(values, declared=None, **kwargs):
    """Encode one column and return its values as JSON has them."""
    series = values if isinstance(values, pd.Series) else pd.Series(values, **kwargs)
    payload = encode.to_payload(pd.DataFrame({"x": series}), columns={"x": declared} if declared else None)
    sent = json.loads(encode.dumps(payload))
    return [row[0] for row in sent["dataframe_split"]["data"]]


def objects(*values):
    return pd.Series(values, dtype=object)


def notes(frame, **kwargs):
    return encode.to_payload(frame, **kwargs).notes


@pytest.fixture(params=["orjson", "the standard library"])
def writer(request, monkeypatch):
    """Run the test with either writer of JSON."""
    if request.param != "orjson":
        monkeypatch.setattr(json_writer, "_orjson", lambda: None)


@pytest.mark.parametrize(
    "series",
    [
        pd.Series([1.5, math.nan]),
        pd.Series([1.5, None], dtype="float32"),
        pd.Series([1.5, None], dtype="Float64"),
        pd.Series([1.5, None], dtype="double[pyarrow]"),
        pd.Series([1.5, None], dtype="Sparse[float]"),
        objects(1.5, None),
        objects(1.5, math.nan),
        objects(1.5, pd.NA),
        objects(1.5, pd.NaT),
        objects(1.5, decimal.Decimal("nan")),
        objects(np.float64(1.5), np.float32("nan")),
        pd.Series([1.5, None], dtype="category"),
    ],
    ids=lambda series: str(series.dtype),
)
def test_whatever_stands_for_a_missing_number_becomes_null(series):
    assert column(series) == [1.5, None]


@pytest.mark.parametrize("dtype", ["Int64", "Int8", "UInt16", "int64[pyarrow]", object, "category"])
def test_whole_numbers_beside_gaps_stay_whole(dtype):
    sent = column([7, None, 9], dtype=dtype) if dtype != "category" else column(pd.Categorical([7, None, 9]))
    assert sent == [7, None, 9]
    assert [type(value) for value in sent] == [int, type(None), int]


@pytest.mark.parametrize("dtype", ["boolean", "bool[pyarrow]", object])
def test_truth_beside_gaps_stays_truth(dtype):
    assert column([True, None, False], dtype=dtype) == [True, None, False]


@pytest.mark.parametrize("dtype", ["str", "string", "string[python]", "string[pyarrow]", object, "category"])
def test_text_of_every_dtype_keeps_its_letters_and_gaps(dtype):
    assert column(["Ærøskøbing", None, ""], dtype=dtype) == ["Ærøskøbing", None, ""]


def test_categories_are_sent_as_their_values_whatever_these_are():
    assert column(pd.Categorical(["b", "a", None, "b"])) == ["b", "a", None, "b"]
    assert column(pd.Categorical(pd.to_datetime(["2024-01-01", "2024-01-02"]))) == [
        "2024-01-01T00:00:00",
        "2024-01-02T00:00:00",
    ]


def test_numbers_are_sent_exactly(writer):
    values = [0.1 + 0.2, 1.7976931348623157e308, 5e-324, -0.0, 1.0]
    text = encode.dumps(encode.to_payload(pd.DataFrame({"x": values}))).decode()
    assert [float(word) for word in text.split('"data":')[1].strip("[]}").split("],[")] == values
    assert "[1.0]" in text
    assert column([2**53 + 1, -(2**63)]) == [2**53 + 1, -(2**63)]
    assert column(pd.Series([2**64 - 1], dtype="uint64")) == [2**64 - 1]


def test_single_precision_is_widened_rather_than_rounded():
    assert column(pd.Series([0.1], dtype="float32")) == [float(np.float32(0.1))]


def test_a_frame_of_whole_numbers_and_floats_keeps_the_whole_numbers():
    frame = pd.DataFrame({"n": [1, 2], "x": [0.5, 1.0]})
    assert encode.dumps(encode.to_payload(frame)) == (
        b'{"dataframe_split":{"columns":["n","x"],"data":[[1,0.5],[2,1.0]]}}'
    )


@pytest.mark.parametrize("value", [math.inf, -math.inf, np.float32("inf"), decimal.Decimal("Infinity"), [1, math.inf]])
def test_an_infinite_number_is_refused_by_row_and_column(value):
    with pytest.raises(EncodingError, match=r"Column 'x', row 2 \(counted from 0\): an infinite number") as caught:
        column(objects(1.0, 2.0, value))
    assert (caught.value.column, caught.value.row) == ("x", 2)
    if isinstance(value, float):
        with pytest.raises(EncodingError, match="row 1"):
            column([1.0, value])


@pytest.mark.parametrize(
    ("series", "sent"),
    [
        (pd.Series([pd.Timestamp("2024-05-17")]), "2024-05-17T00:00:00"),
        (pd.Series([pd.Timestamp("2024-05-17 12:30:00.123")]), "2024-05-17T12:30:00.123"),
        (pd.Series(pd.to_datetime(["2024-05-17 12:30:00.123456789"])), "2024-05-17T12:30:00.123456789"),
        (pd.Series([NOON], dtype="datetime64[s]"), "2024-05-17T12:30:00"),
        (pd.Series([NOON], dtype="timestamp[us][pyarrow]"), "2024-05-17T12:30:00"),
        (objects(NOON), "2024-05-17T12:30:00"),
        (objects(np.datetime64("2024-05-17T12:30:00.5")), "2024-05-17T12:30:00.500000"),
        (objects(pd.Timestamp("2024-05-17 12:30:00.000000001")), "2024-05-17T12:30:00.000000001"),
        (objects(dt.date(2024, 5, 17)), "2024-05-17"),
        (objects(dt.time(12, 30, 0, 5)), "12:30:00.000005"),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else str(value.dtype),
)
def test_times_are_sent_as_naive_iso_text_in_full_precision(series, sent):
    assert column(series) == [sent]
    assert not notes(pd.DataFrame({"x": series}))


@pytest.mark.parametrize("dtype", [None, object])
def test_all_times_of_a_column_have_equally_many_digits(dtype):
    # The scoring server takes the form of the first for the form of all.
    values = [NOON, None, NOON.replace(microsecond=500_000), NOON.replace(microsecond=1)]
    lengths = {len(text) for text in column(pd.Series(values, dtype=dtype)) if text is not None}
    assert lengths == {len("2024-05-17T12:30:00.000001")}


def test_a_day_among_moments_is_the_moment_at_which_it_begins():
    assert column(objects(dt.date(2024, 5, 17), NOON, pd.NaT)) == ["2024-05-17T00:00:00", "2024-05-17T12:30:00", None]


@pytest.mark.parametrize("dtype", [None, object])
def test_times_with_a_zone_are_sent_in_utc_and_it_is_said(dtype):
    paris = pd.Series([pd.Timestamp("2024-05-17 14:30", tz="Europe/Paris"), None], dtype=dtype)
    assert column(paris) == ["2024-05-17T12:30:00", None]
    assert notes(pd.DataFrame({"when": paris})) == (
        "Column 'when': times were converted to UTC and sent without their zone, as the service takes them.",
    )


def test_a_moment_that_utc_has_no_year_for_is_refused():
    early = dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    with pytest.raises(EncodingError, match=r"row 0.*out of range"):
        column(objects(early))


@pytest.mark.parametrize(
    ("series", "word"),
    [
        (pd.Series(pd.to_timedelta([1, 2])), "durations"),
        (pd.Series([1 + 2j]), "complex numbers"),
        (pd.Series(pd.period_range("2024", periods=2, freq="M")), "a period"),
        (pd.Series(pd.interval_range(0, 2)), "an interval"),
        (pd.Series(pd.cut([1, 5], 2)), "an interval"),
        (objects(dt.timedelta(1)), "a duration"),
        (objects(np.timedelta64(1, "s")), "a duration"),
        (objects(1j), "a complex number"),
        (objects({1, 2}), "a set"),
        (objects(dt.time(12, tzinfo=dt.UTC)), "a time of day with a zone"),
        (objects(object()), "a value of type object"),
        (objects({"a": [dt.timedelta(1)]}), "a duration"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_no_type_of_the_service_holds_is_refused_by_name(series, word):
    with pytest.raises(EncodingError, match=rf"Column 'x'.*{word}") as caught:
        column(series)
    assert caught.value.column == "x"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("value", "sent"),
    [
        (b"\x00\xff" * 60, "AP8A/wD/" * 20),
        (bytearray(b"hello"), "aGVsbG8="),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array([1.5, np.nan]), [1.5, None]),
        (np.array(["2024-05-17"], dtype="datetime64[D]"), ["2024-05-17T00:00:00"]),
        (
            {"a": np.int64(1), "b": [np.float32(0.5), None], "c": {"d": np.bool_(True)}},
            {"a": 1, "b": [0.5, None], "c": {"d": True}},
        ),
        ((1, "two"), [1, "two"]),
        (np.str_("text"), "text"),
        (pd.Series([1, 2]), [1, 2]),
        (pd.array([1, None], dtype="Int64"), [1, None]),
        (enum.IntEnum("Size", "SMALL LARGE").LARGE, 2),
        (np.array(3), 3),
    ],
    ids=lambda value: type(value).__name__,
)
def test_cells_of_every_kind_become_plain_values(value, sent):
    assert column(pd.Series([value], dtype=object)) == [sent]


def test_decimals_are_floats_where_the_model_takes_floats_and_text_elsewhere():
    price = objects(decimal.Decimal("1.10"), None)
    assert column(price, "double") == [1.1, None]
    assert column(price) == ["1.10", None]
    assert notes(pd.DataFrame({"price": price})) == ("Column 'price': decimal numbers were sent as text.",)


def test_keys_of_dictionaries_become_text_and_may_not_collide():
    frame = pd.DataFrame({"x": objects({1: "a"})})
    assert encode.to_payload(frame)["dataframe_split"]["data"] == [[{"1": "a"}]]
    assert "keys of dictionaries" in notes(frame)[0]
    with pytest.raises(EncodingError, match="two keys that read '1'"):
        column(objects({1: "a", "1": "b"}))


def test_numbers_follow_the_type_that_the_model_declares():
    assert encode.dumps(encode.to_payload([{"x": 1}], columns={"x": "double"})).endswith(b"[[1.0]]}}")
    assert encode.dumps(encode.to_payload(pd.DataFrame({"x": [1.0, None]}), columns={"x": "long"})).endswith(
        b"[[1],[null]]}}"
    )


@pytest.mark.parametrize(
    ("value", "declared"), [(3.7, "long"), (2**40, "integer"), (2**63, "long"), (-(2**63) - 1, "long")]
)
def test_what_the_service_would_cut_off_or_wrap_around_is_refused(value, declared):
    with pytest.raises(EncodingError, match=r"row 1.*but the model takes"):
        column(objects(1, value), declared)


def test_whole_numbers_beyond_64_bits_pass_where_no_type_is_declared():
    assert column(objects(2**70, 1)) == [2**70, 1]


@pytest.mark.parametrize("value", ["\ud800", {"a": "b\udfff"}, ["\ud800"], {"\ud800": 1}])
def test_half_a_surrogate_pair_is_refused_by_row_and_column(value):
    with pytest.raises(EncodingError, match=r"Column 'x', row 1 .*half of a surrogate pair"):
        column(objects("fine \U0001f600", value))


def test_the_index_is_never_sent():
    frame = pd.DataFrame({"x": [1]}, index=pd.DatetimeIndex(["2024-01-01"], name="day"))
    assert encode.to_payload(frame) == {"dataframe_split": {"columns": ["x"], "data": [[1]]}}


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(EncodingError, match="Two columns are called 'x'"):
        encode.to_payload(pd.DataFrame([[1, 2]], columns=["x", "x"]))
    with pytest.raises(EncodingError, match="Two columns are called '1'"):
        encode.to_payload(pd.DataFrame([[1, 2]], columns=[1, "1"]))


def test_columns_whose_names_are_no_text_are_named_by_their_text_and_it_is_said():
    payload = encode.to_payload(pd.DataFrame([[1, 2]]))
    assert payload["dataframe_split"]["columns"] == ["0", "1"]
    assert payload.notes == ("Column names that are no text were sent as text.",)


def test_names_of_several_levels_are_refused():
    with pytest.raises(EncodingError, match="several levels"):
        encode.to_payload(pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])))


@pytest.mark.parametrize(
    ("format", "sent"),
    [
        ("dataframe_split", {"columns": ["n", "s"], "data": [[1, "a"], [2, None]]}),
        ("dataframe_records", [{"n": 1, "s": "a"}, {"n": 2, "s": None}]),
        ("instances", [{"n": 1, "s": "a"}, {"n": 2, "s": None}]),
        ("inputs", {"n": [1, 2], "s": ["a", None]}),
    ],
)
def test_every_format_says_the_same(format, sent, writer):
    frame = pd.DataFrame({"n": [1, 2], "s": ["a", None]}, index=[7, 7])
    assert encode.to_payload(frame, format) == {format: sent}
    assert json.loads(encode.to_body(frame, format, params={"k": [1]})) == {format: sent, "params": {"k": [1]}}


def test_a_series_and_a_list_of_dictionaries_are_tables_too():
    assert encode.to_payload(pd.Series([1], name="x")) == {"dataframe_split": {"columns": ["x"], "data": [[1]]}}
    rows = [{"a": 1}, {"b": 2.0, "a": None}]
    assert encode.to_payload(rows) == {"dataframe_split": {"columns": ["a", "b"], "data": [[1, None], [None, 2.0]]}}


def test_arrays_are_sent_as_tensors():
    assert encode.to_payload(np.arange(6).reshape(2, 3)) == {"inputs": [[0, 1, 2], [3, 4, 5]]}
    assert encode.to_payload(np.array([[1, np.nan]]), "instances") == {"instances": [[1.0, None]]}
    assert encode.to_payload(np.array([["a"], ["b"]])) == {"inputs": [["a"], ["b"]]}
    assert encode.to_payload(np.zeros((2, 0, 3))) == {"inputs": [[], []]}
    with pytest.raises(EncodingError, match=r"row 1.*infinite"):
        encode.to_payload(np.array([[1.0, 2.0], [3.0, np.inf]]))


@pytest.mark.parametrize("data", [3, "text", None, {"a": [1]}, [1, 2], pd.Series([1]), np.array(1)])
def test_what_is_no_table_is_refused_with_advice(data):
    with pytest.raises(EncodingError) as caught:
        encode.to_payload(data)
    assert caught.value.hint


def test_a_frame_without_rows_or_without_columns_can_be_sent():
    assert encode.to_payload(pd.DataFrame({"x": []})) == {"dataframe_split": {"columns": ["x"], "data": []}}
    assert encode.to_payload(pd.DataFrame(index=[1, 2])) == {"dataframe_split": {"columns": [], "data": [[], []]}}


def test_no_nan_is_ever_written(writer):
    assert encode.dumps({"a": [math.nan, math.inf, {"b": -math.inf}]}) == b'{"a":[null,null,{"b":null}]}'
    assert encode.dumps({"a": (2**70, math.nan)}) == b'{"a":[1180591620717411303424,null]}'


def test_a_body_is_the_payload_in_json(writer):
    frame = pd.DataFrame({"n": range(1201), "s": ["é"] * 1201, "x": [0.5, None, 2.0] * 400 + [1.0]})
    assert json.loads(encode.to_body(frame)) == encode.to_payload(frame)
    rows = encode.rows_of(frame)
    assert json.loads(encode.body_of(rows, 600, 602)) == encode.to_payload(frame.iloc[600:602])


def test_a_part_of_the_rows_is_refused_by_the_row_in_the_whole():
    rows = encode.rows_of(pd.DataFrame({"x": [1.0] * 9 + [math.inf]}))
    with pytest.raises(EncodingError, match="row 9 ") as caught:
        encode.body_of(rows, 8, 10)
    assert caught.value.row == 9
    for values in (pd.Categorical([1.0, math.inf, 2.0]), objects(1.0, math.inf, 2.0)):
        rows = encode.rows_of(pd.concat([pd.DataFrame({"x": values})] * 2, ignore_index=True))
        with pytest.raises(EncodingError, match="row 4 "):
            encode.body_of(rows, 3, 6)
