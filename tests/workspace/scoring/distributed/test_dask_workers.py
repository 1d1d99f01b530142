"""A table larger than one machine: Dask's worker processes score its parts with a handle that was sent to them."""

import dask
import dask.dataframe as dd
import pandas as pd
import pytest
from dask.distributed import Client, LocalCluster
from dask.tokenize import tokenize

ROWS, PARTS = 600, 4
META = {"prediction": "float64"}


@pytest.fixture
def environment(ws, monkeypatch):
    """The embedded workspace's environment, which worker processes inherit."""
    for name, value in ws.mock.env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def frame():
    return pd.DataFrame(
        {"impressions": range(ROWS), "position": 1, "bid": 0.5}, index=pd.RangeIndex(0, 2 * ROWS, 2, name="key")
    )


@pytest.fixture
def ep(ws):
    return ws.endpoints.get("unity-model-endpoint")


def queries(ws):
    return sum(entry["path"].endswith("/invocations") for entry in ws.mock.journal())


def test_processes_of_the_scheduler_score_the_parts(ws, ep, frame, environment):
    scored = dd.from_pandas(frame, npartitions=PARTS).map_partitions(ep.predict, meta=META)
    result = scored.compute(scheduler="processes", num_workers=2)
    pd.testing.assert_frame_equal(result, ep.predict(frame))
    assert queries(ws) == PARTS + 1


def test_workers_of_a_cluster_score_the_parts_and_tell_which_rows_failed(ws, ep, frame, environment, monkeypatch):
    # Dask would make text of the numbers in a column that holds one text, and the model declares numbers.
    monkeypatch.setitem(dask.config.config["dataframe"], "convert-string", False)
    frame = frame.astype({"bid": object})
    frame.loc[100, "bid"] = "poison"
    meta = {**META, "error": "object"}
    with (
        LocalCluster(n_workers=2, processes=True, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        parts = client.map(ep.predict, [frame.iloc[place::PARTS] for place in range(PARTS)], on_error="rows")
        whole = pd.concat(client.gather(parts)).sort_index()
        scored = dd.from_pandas(frame, npartitions=PARTS).map_partitions(ep.predict, on_error="rows", meta=meta)
        result = scored.compute()
    for table in (whole, result):
        assert table.index.equals(frame.index)
        assert table.index[table["error"].notna()].tolist() == [100]
        assert table["prediction"].notna().sum() == ROWS - 1


def test_the_same_call_is_the_same_task_to_dask(ep):
    assert tokenize(ep.predict) == tokenize(ep.workspace.endpoints.get("unity-model-endpoint").predict)
