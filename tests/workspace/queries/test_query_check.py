"""A request is held against the endpoint's schema before it is sent, whatever form it has: one rule with validate."""

import asyncio
import decimal
import json
import math
import random
import warnings

import numpy as np
import pandas as pd
import pytest
from made_bodies import SIGNATURES, body_for, random_of

import serving_widgets as sw
from serving_widgets.openapi.encode.encode import dumps
from serving_widgets.openapi.errors import FormatError

SIGNATURE = {
    "inputs": [
        {"name": "n", "type": "long", "required": True},
        {"name": "small", "type": "integer", "required": False},
        {"name": "flag", "type": "boolean", "required": False},
        {"name": "x", "type": "double", "required": False},
    ]
}


@pytest.fixture
def ws():
    with sw.connect("mock", scenario="empty", name="checked-queries") as made:
        yield made


@pytest.fixture
def got():
    return []


@pytest.fixture
def ep(ws, got):
    ws.mock.serve("m", lambda rows: got.append(rows) or [0] * len(rows), signature=SIGNATURE)
    return ws.endpoints.get("m")


def sent(ws):
    return [entry for entry in ws.mock.journal() if entry["path"].endswith("/invocations")]


def asked(ws):
    return sum(entry["path"].endswith("/openapi") for entry in ws.mock.journal())


def forms(row):
    """Return a row in each form that a query takes."""
    return {
        "records": {"dataframe_records": [row]},
        "text": json.dumps({"dataframe_records": [row]}),
        "bytes": json.dumps({"dataframe_records": [row]}).encode(),
        "list": [row],
        "frame": pd.DataFrame([row], dtype=object),
        "frame within a body": {"dataframe_split": pd.DataFrame([row], dtype=object)},
    }


WRONG = [({"n": 3.7}, "n"), ({"n": 1, "small": 2**40}, "small"), ({"n": 1, "flag": "false"}, "flag"), ({"n": "3"}, "n")]


@pytest.mark.parametrize("form", forms({}))
@pytest.mark.parametrize(("row", "column"), WRONG, ids=str)
def test_a_value_that_would_be_changed_is_refused_before_anything_is_sent(ws, ep, row, column, form):
    payload = forms(row)[form]
    with pytest.raises(sw.EncodingError, match=r"Nothing was sent.*row 0") as raised:
        ep.query(payload)
    assert (raised.value.row, raised.value.column) == (0, column)
    assert "coerce=True" in raised.value.hint
    assert sent(ws) == []
    assert raised.value.code == ep.validate(payload).errors[0].code
    with pytest.raises(sw.EncodingError, match="Nothing was sent"):
        asyncio.run(ep.aio.query(payload))
    assert sent(ws) == []


@pytest.mark.parametrize("form", forms({}))
def test_coerce_converts_what_was_meant_and_tells_each_change(ep, got, form):
    with pytest.warns(UserWarning, match="converted to the type that the model declares: 1 in 'n', 1 in 'flag'"):
        answer = ep.query(forms({"n": "3", "flag": "false"})[form], coerce=True)
    assert [(row["n"], row["flag"]) for row in got[0]] == [(3, False)]
    assert answer.coerced.to_dict("records") == [
        {"row": 0, "column": "n", "value": "3", "sent": 3},
        {"row": 0, "column": "flag", "value": "false", "sent": False},
    ]
    assert "converted" in repr(answer)


def test_coerce_refuses_what_it_knows_no_value_for(ws, ep):
    with pytest.raises(sw.EncodingError, match="out of range"):
        ep.query([{"n": 1, "small": 2**40}], coerce=True)
    assert sent(ws) == []


def test_whoever_knows_better_sends_it_unchecked(ws, ep, got):
    ep.query({"dataframe_records": [{"n": 3.7}]}, check=False)
    assert got == [[{"n": 3}]]
    assert asked(ws) == 0


def test_a_frame_is_answered_with_its_own_index(ep):
    answer = ep.query(pd.DataFrame({"n": [1, 2]}, index=["a", "b"]))
    assert list(answer.to_frame().index) == ["a", "b"]
    assert list(answer.to_frame(join=True)) == ["n", "prediction"]
    assert answer.rows == 2


def test_values_of_any_library_arrive_as_what_they_are(ep, got):
    row = {"n": np.int64(5), "x": decimal.Decimal("0.5"), "flag": np.bool_(True)}
    ep.query({"dataframe_records": (row, {"n": decimal.Decimal(7), "x": math.nan, "flag": False})})
    assert [got[0][0][name] for name in row] == [5, 0.5, True]
    assert got[0][1]["n"] == 7


def test_the_schema_is_asked_for_once_and_a_model_without_one_is_asked_as_before(ws, ep):
    for _ in range(3):
        ep.query([{"n": 1}])
    assert asked(ws) == 1
    ws.mock.serve("plain", lambda rows: [repr(row) for row in rows])
    for _ in range(3):
        assert ws.endpoints.get("plain").query([{"n": 3.7}]).json == {"predictions": ["{'n': 3.7}"]}
    assert asked(ws) == 2


def test_a_schema_that_is_out_of_date_refuses_nothing(ws, ep, monkeypatch):
    ep.query([{"n": 1}])
    with sw.connect(host=ws.mock.host, token=ws.mock.token, name="another", read_only=False) as another:
        another.endpoints.get("m").delete()
    other = {"inputs": [{"type": "double", "name": "n", "required": True}]}
    ws.mock.serve("m", lambda rows: [1] * len(rows), signature=other)
    monkeypatch.setattr("serving_widgets.workspace.queries.schema.BELIEVED", 0.0)
    assert ep.query([{"n": 1.5}]).json == {"predictions": [1]}


def test_a_schema_that_cannot_be_had_stops_no_query(ws, ep, monkeypatch):
    monkeypatch.setattr("serving_widgets.workspace.queries.query_check.LOOKUP", 0.1)
    ws.mock.faults([{"method": "GET", "path": "*/openapi", "delay": 5.0, "count": None}])
    assert ep.query([{"n": 1}]).json == {"predictions": [0]}


def test_an_endpoint_that_is_started_is_checked_again(ws, ep):
    ep.stop().wait(until="stopped")
    with pytest.raises(sw.ServingError):
        ep.query([{"n": 3.7}])
    ep.start().wait()
    before = len(sent(ws))
    with pytest.raises(sw.EncodingError, match="whole number"):
        ep.query([{"n": 3.7}])
    assert len(sent(ws)) == before


def test_a_request_to_a_language_model_is_checked_by_what_its_task_takes():
    with sw.connect("mock", name="chats") as ws:
        with pytest.raises(sw.EncodingError, match="Nothing was sent"):
            ws.endpoints.get("chat").query({"messages": "Hello"})
        assert sent(ws) == []
        assert asked(ws) == 0


def test_a_format_that_the_endpoint_has_not_is_refused(ep):
    with pytest.raises(FormatError):
        ep.query([{"n": 1}], format="messages")


def test_a_value_that_json_has_no_form_for_is_refused(ws, ep):
    for payload in ({"inputs": {1, 2}}, {"inputs": [math.inf]}, {"inputs": object()}):
        with pytest.raises(sw.EncodingError):
            ep.query(payload)
        assert not ep.validate(payload)
        with pytest.raises(sw.EncodingError):
            ep.query(payload, check=False)
    assert sent(ws) == []


AWKWARD = [np.float32(0.1), np.int64(3), np.bool_(True), decimal.Decimal("2.5"), math.nan, b"\x00\xff", (1, 2), pd.NaT]
AWKWARD += [
    pd.Timestamp("2024-05-31"),
    np.array([1.5, 2.5]),
    pd.NA,
    np.datetime64("2024-05-31"),
    decimal.Decimal("1e400"),
]


def made_awkward(rng, value):
    """Return a body with values of other libraries in some places, and tuples in others."""
    if isinstance(value, dict):
        return {key: made_awkward(rng, each) for key, each in value.items()}
    if isinstance(value, list):
        made = [made_awkward(rng, each) for each in value]
        return tuple(made) if rng.random() < 0.1 else made
    return rng.choice(AWKWARD) if rng.random() < 0.1 else value


@pytest.mark.parametrize("name", SIGNATURES)
def test_what_is_said_of_a_request_is_what_is_said_of_the_bytes_that_are_sent(ws, name):
    signature = SIGNATURES[name]
    ws.mock.serve("any", lambda rows: [0] * len(rows), signature=signature)
    ep = ws.endpoints.get("any")
    document, rng, seed = ep.openapi(), random_of(name), random.Random(name)
    right = 0
    for _ in range(60):
        payload = made_awkward(seed, body_for(rng, signature))
        if seed.random() < 0.3 and isinstance(payload, dict) and isinstance(payload.get("dataframe_records"), list):
            payload = payload["dataframe_records"]
        report, count = document.validate(payload), len(sent(ws))
        error = error_of(ep, payload)
        if report.ok:
            # What is sent is a body that the check has nothing against; whether the model can use it is another thing.
            assert not isinstance(error, sw.EncodingError)
            assert document.validate(dumps(sent(ws)[-1]["body"])).ok
            right += 1
        else:
            assert isinstance(error, sw.EncodingError)
            assert error.code in (report.errors[0].code, "")
            assert len(sent(ws)) == count
    assert right or name.startswith("narrow")


def error_of(ep, payload):
    """Return what a query raises; None where it is answered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ep.query(payload)
        except sw.ServingError as error:
            return error
    return None
