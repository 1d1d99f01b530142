"""What a model declares is held against the rows before any is sent: nothing changes without a word."""

import decimal
import json

import numpy as np
import pandas as pd
import pytest

import serving_widgets as sw

COLUMNS = {
    "n": {"type": "long"},
    "small": {"type": "integer"},
    "flag": {"type": "boolean"},
    "x": {"type": "double"},
    "when": {"type": "datetime"},
    "word": {"type": "string"},
}


@pytest.fixture
def ws():
    with sw.connect("mock", scenario="empty", name="checked") as made:
        yield made


@pytest.fixture
def serve(ws):
    """Serve a model with these columns; return its handle and the list of what it is given."""
    count = iter(range(100))

    def served(*columns, params=None):
        got = []
        name = f"m{next(count)}"
        signature = {"inputs": json.dumps([{"required": True, **each} for each in columns]), "params": params}
        ws.mock.serve(name, lambda rows, p: got.append((rows, p)) or [0] * len(rows), signature=signature)
        return ws.endpoints.get(name), got

    return served


def one(serve, name):
    return serve({"name": name, **COLUMNS[name]})


def asked(ws, ending):
    return sum(entry["path"].endswith(ending) for entry in ws.mock.journal())


WRONG = [
    ("n", 3.7, 4),
    ("n", np.uint64(2**63), None),
    ("n", "3", 3),
    ("small", 2**40, None),
    ("flag", "false", False),
    ("flag", 1, True),
    ("x", 2**53 + 1, None),
    ("x", "0.5", 0.5),
    ("x", decimal.Decimal("0.12345678901234567890123"), None),
    ("word", 5, "5"),
]


@pytest.mark.filterwarnings("ignore:Column 'x'. decimal numbers were sent as text")
@pytest.mark.parametrize(("name", "value", "meant"), WRONG, ids=str)
def test_a_value_that_would_be_changed_is_refused_before_anything_is_sent(ws, serve, name, value, meant):
    ep, got = one(serve, name)
    frame = pd.DataFrame({name: pd.Series([value], dtype=object if not isinstance(value, np.generic) else None)})
    with pytest.raises(sw.EncodingError, match=r"Nothing was sent.*row 0") as raised:
        ep.predict(frame)
    assert (raised.value.row, raised.value.column) == (0, name)
    assert "coerce=True" in raised.value.hint
    assert got == []
    report = ep.validate(frame)
    assert not report.ok
    assert report.errors[0].code == raised.value.code
    told = ep.predict(frame, on_error="rows")
    assert told["error"].notna().all()
    assert got == []


@pytest.mark.parametrize(("name", "value", "meant"), [each for each in WRONG if each[2] is not None], ids=str)
def test_coerce_converts_what_was_meant_and_tells_each_change(serve, name, value, meant):
    ep, got = one(serve, name)
    frame = pd.DataFrame({name: pd.Series([value], dtype=object)})
    with pytest.warns(UserWarning, match="converted"):
        result = ep.predict(frame, coerce=True)
    assert got[0][0] == [{name: meant}]
    assert type(got[0][0][0][name]) is type(meant)
    assert result.attrs["coerced"] == [{"row": 0, "column": name, "value": value, "sent": meant}]
    json.dumps(result.attrs)


def test_coerce_refuses_what_it_knows_no_value_for(serve):
    ep, got = one(serve, "small")
    with pytest.raises(sw.EncodingError, match="out of range"):
        ep.predict(pd.DataFrame({"small": [2**40]}), coerce=True)
    assert got == []


def test_rows_that_are_right_are_scored_beside_those_that_are_not(serve):
    ep, got = one(serve, "n")
    frame = pd.DataFrame({"n": [1, 2.5, 3, None]}, index=list("abcd"))
    told = ep.predict(frame, on_error="rows")
    assert told["prediction"].tolist()[::2] == [0, 0]
    assert told["error"].notna().tolist() == [False, True, False, True]
    assert "2.5 is not a whole number" in told["error"].iloc[1]
    assert [row["n"] for rows, _ in got for row in rows] == [1, 3]


def test_whoever_knows_better_sends_it_unchecked(serve):
    ep, got = one(serve, "n")
    ep.predict(pd.DataFrame({"n": [3.7]}), check=False)
    assert got[0][0] == [{"n": 3}]


def test_the_schema_is_asked_for_once_and_a_model_without_one_is_scored_as_before(ws, serve):
    ep, _ = one(serve, "n")
    for _ in range(3):
        ep.predict(pd.DataFrame({"n": [1]}))
    assert asked(ws, "/openapi") == 1
    ws.mock.serve("plain", lambda rows: [repr(row) for row in rows])
    bare = ws.endpoints.get("plain")
    for _ in range(3):
        assert bare.predict(pd.DataFrame({"n": [3.7]}))["prediction"].tolist() == ["{'n': 3.7}"]
    assert asked(ws, "/openapi") == 2


def test_a_schema_that_is_out_of_date_refuses_nothing(ws, monkeypatch):
    signature = {"inputs": [{"type": "long", "name": "n", "required": True}]}
    ws.mock.serve("m", lambda rows: [0] * len(rows), signature=signature)
    ep = ws.endpoints.get("m")
    ep.predict(pd.DataFrame({"n": [1]}))
    other = {"inputs": [{"type": "double", "name": "n", "required": True}]}
    with sw.connect(host=ws.mock.host, token=ws.mock.token, name="another", read_only=False) as another:
        another.endpoints.get("m").delete()
    ws.mock.serve("m", lambda rows: [1] * len(rows), signature=other)
    monkeypatch.setattr("serving_widgets.workspace.queries.schema.BELIEVED", 0.0)
    assert ep.predict(pd.DataFrame({"n": [1.5]}))["prediction"].tolist() == [1]


def test_whole_numbers_are_written_with_a_point_within_lists_of_floats(serve):
    ep, got = serve({"name": "v", "type": "array", "items": {"type": "double"}})
    ep.predict(pd.DataFrame({"v": [np.array([1, 2])]}))
    assert got[0][0] == [{"v": [1.0, 2.0]}]


PARAMS = [
    {"name": "l", "type": "long", "default": 1, "shape": None},
    {"name": "d", "type": "double", "default": 1.0, "shape": None},
    {"name": "ld", "type": "double", "default": [1.0], "shape": [-1]},
    {"name": "t", "type": "datetime", "default": "2024-01-01T00:00:00", "shape": None},
]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"l": np.int64(5)}, {"l": 5}),
        ({"ld": np.array([1.5])}, {"ld": [1.5]}),
        ({"ld": pd.Series([1, 2])}, {"ld": [1.0, 2.0]}),
        ({"d": decimal.Decimal("0.5")}, {"d": 0.5}),
        ({"d": np.float32(0.5)}, {"d": 0.5}),
        ({"l": decimal.Decimal("7")}, {"l": 7}),
        ({"t": pd.Timestamp("2024-05-31")}, {"t": pd.Timestamp("2024-05-31").to_pydatetime()}),
        ({"t": np.datetime64("2024-05-31T12:00")}, {"t": pd.Timestamp("2024-05-31T12:00").to_pydatetime()}),
    ],
    ids=str,
)
def test_parameters_of_any_library_arrive_as_what_they_are(serve, given, expected):
    ep, got = serve({"name": "x", "type": "double"}, params=PARAMS)
    ep.predict(pd.DataFrame({"x": [1.5]}), params=given)
    assert {name: got[0][1][name] for name in expected} == expected


@pytest.mark.parametrize(
    "given", [{"d": float("inf")}, {"d": np.inf}, {"l": 1.5}, {"d": "0.5"}, {"d": {1, 2}}], ids=str
)
@pytest.mark.parametrize("writer", ["orjson", "the standard library"])
def test_parameters_that_cannot_be_sent_are_refused_by_name(serve, given, writer, monkeypatch):
    if writer != "orjson":
        monkeypatch.setattr("serving_widgets.api.json_writer._orjson", lambda: None)
    ep, got = serve({"name": "x", "type": "double"}, params=PARAMS)
    with pytest.raises(sw.EncodingError, match=next(iter(given))):
        ep.predict(pd.DataFrame({"x": [1.5]}), params=given)
    assert got == []


def test_a_frame_of_another_library_is_named_with_the_way_to_pandas(serve):
    class DataFrame: ...

    ep, _ = one(serve, "x")
    with pytest.raises(sw.EncodingError, match=r"test_schema_check\..*DataFrame is not a table") as raised:
        ep.predict(DataFrame())
    assert ".toPandas()" in raised.value.hint
