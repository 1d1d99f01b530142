"""predict and query take tables of polars and Arrow, and give back the same kind."""

import warnings

import pytest

import serving_widgets as sw

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")

SIGNATURE = {"inputs": [{"name": "n", "type": "long", "required": True}]}


@pytest.fixture
def ep():
    with sw.connect("mock", scenario="empty", name="frames") as ws:
        ws.mock.serve("m", lambda rows: [row["n"] / 2 for row in rows], signature=SIGNATURE)
        yield ws.endpoints.get("m")


@pytest.mark.parametrize(("make", "kind"), [(pl.DataFrame, pl.DataFrame), (pa.table, pa.Table)])
def test_predictions_come_in_the_order_of_the_rows_as_a_table_of_the_same_library(ep, make, kind):
    table = make({"n": [3, 1, 2]})
    result = ep.predict(table)
    assert isinstance(result, kind)
    assert kind.equals(result, make({"prediction": [1.5, 0.5, 1.0]}))
    beside = ep.predict(table, join=True)
    assert kind.equals(beside, make({"n": [3, 1, 2], "prediction": [1.5, 0.5, 1.0]}))
    assert kind.equals(ep.query(table).to_frame(), result)
    assert ep.validate(table).ok


def test_rows_at_fault_are_told_in_a_column(ep):
    told = ep.predict(pl.DataFrame({"n": [1.0, 2.5]}), on_error="rows")
    assert told["prediction"].to_list() == [0.5, None]
    assert told["error"].is_null().to_list() == [True, False]


def test_a_value_that_would_be_changed_is_refused(ep):
    table = pl.DataFrame({"n": [1.0, 2.5]})
    for call in (ep.predict, ep.query):
        with pytest.raises(sw.EncodingError, match=r"Nothing was sent.*row 1, n: 2\.5 is not a whole number"):
            call(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ep.predict(table, coerce=True)["prediction"].to_list() == [0.5, 1.0]
