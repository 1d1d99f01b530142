"""ep.predict takes a DataFrame of Dask and gives one back that is scored when it is computed."""

import asyncio

import dask
import dask.dataframe as dd
import pandas as pd
import pytest

import serving_widgets as sw

ROWS, PARTS = 600, 3


@pytest.fixture
def ep(ws):
    return ws.endpoints.get("unity-model-endpoint")


@pytest.fixture
def frame():
    index = pd.RangeIndex(0, 2 * ROWS, 2, name="key")
    return pd.DataFrame({"impressions": range(ROWS), "position": 1, "bid": 0.5}, index=index)


def queries(ws):
    return sum(entry["path"].endswith("/invocations") for entry in ws.mock.journal())


def test_nothing_is_sent_until_it_is_computed_and_then_it_is_what_pandas_gets(ws, ep, frame, monkeypatch):
    scored = ep.predict(dd.from_pandas(frame, npartitions=PARTS))
    awaited = asyncio.run(ep.aio.predict(dd.from_pandas(frame, npartitions=PARTS), join=True))
    assert scored.dtypes.to_dict() == {"prediction": "float64"}
    assert scored.npartitions == PARTS
    assert queries(ws) == 0
    wanted = ep.predict(frame)
    pd.testing.assert_frame_equal(scored.compute(scheduler="threads"), wanted)
    pd.testing.assert_frame_equal(awaited.compute(scheduler="threads"), pd.concat([frame, wanted], axis=1))
    for name, value in ws.mock.env().items():
        monkeypatch.setenv(name, value)
    pd.testing.assert_frame_equal(scored.compute(scheduler="processes", num_workers=2), wanted)


def test_rows_at_fault_and_values_that_were_changed_are_told_in_columns(ep, frame, monkeypatch):
    monkeypatch.setitem(dask.config.config["dataframe"], "convert-string", False)
    poisoned = frame.astype({"bid": object})
    poisoned.loc[100, "bid"] = "poison"
    scored = ep.predict(dd.from_pandas(poisoned, npartitions=PARTS), on_error="rows", join=True)
    result = scored.compute(scheduler="threads")
    assert result.index[result["error"].notna()].tolist() == [100]
    assert result["prediction"].notna().sum() == ROWS - 1
    changed = frame.assign(impressions=frame["impressions"] + 0.25).head(2)
    result = ep.predict(dd.from_pandas(changed, npartitions=1), coerce=True).compute(scheduler="threads")
    assert result["coerced"].tolist() == ["impressions: 0.25 was sent as 0", "impressions: 1.25 was sent as 1"]


def test_a_series_with_a_name_is_a_table(ws):
    ws.mock.serve(
        "half",
        lambda rows: [{"n": row["n"] / 2} for row in rows],
        signature={"inputs": [{"name": "n", "type": "long"}], "outputs": [{"name": "n", "type": "double"}]},
    )
    series = dd.from_pandas(pd.Series([1, 2, 3], name="n"), npartitions=2)
    result = ws.endpoints.get("half").predict(series, join=True).compute(scheduler="threads")
    assert result.to_dict("list") == {"n": [1, 2, 3], "n_predicted": [0.5, 1.0, 1.5]}


def test_an_answer_that_is_open_is_json_text_and_one_that_is_otherwise_than_declared_is_an_error(ws):
    inputs = [{"name": "n", "type": "long"}]
    ws.mock.serve("open", lambda rows: [{"a": [row["n"]]} for row in rows], signature={"inputs": inputs})
    table = dd.from_pandas(pd.DataFrame({"n": [1, 2]}), npartitions=1)
    with pytest.warns(UserWarning, match="leaves open what it answers: prediction will be JSON text"):
        scored = ws.endpoints.get("open").predict(table)
    assert scored.compute(scheduler="threads")["prediction"].tolist() == ['{"a": [1]}', '{"a": [2]}']
    signature = {"inputs": inputs, "outputs": [{"name": "x", "type": "double"}]}
    ws.mock.serve("liar", lambda rows: [{"x": "text"} for _ in rows], signature=signature)
    with pytest.raises(sw.ServingError, match="liar answered otherwise than its schema says"):
        ws.endpoints.get("liar").predict(table).compute(scheduler="threads")


def test_what_an_engine_cannot_do_is_refused_before_anything_is_planned(ws, ep, frame):
    table = dd.from_pandas(frame, npartitions=PARTS)
    with pytest.raises(sw.ConfigError, match="resume="):
        ep.predict(table, resume=True)
    with pytest.raises(sw.ConfigError, match="concurrency=0"):
        ep.predict(table, concurrency=0)
    with pytest.raises(sw.EncodingError, match=r"JSON has no form for DataFrame\. ep\.predict\(…\) scores a Dask"):
        ep.query(table)


def test_what_travels_to_workers_holds_no_token(ws, ep, frame):
    import cloudpickle

    graph = dict(ep.predict(dd.from_pandas(frame, npartitions=PARTS)).optimize().__dask_graph__())
    pickled = cloudpickle.dumps(graph)
    assert ws.host.encode() in pickled
    assert ws.mock.own_token.encode() not in pickled
