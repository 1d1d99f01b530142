"""Scoring tables: all rows, in order, with their index, whatever happens on the way."""

import _thread
import asyncio
import doctest
import json
import math
import pickle
import threading
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.workspace.runtime import progress_bar
from serving_widgets.workspace.scoring import batch_sender
from serving_widgets.workspace.scoring import row_ledger as ledger_module
from serving_widgets.workspace.scoring.job import unfinished
from serving_widgets.workspace.scoring.row_ledger import Ledger, Piece, cut

QUERIES = "*/invocations"


class Doubler:
    """A model that doubles ``x``, remembers what it was asked, and does to some rows what a test wants."""

    def __init__(self):
        self.asked = []
        self.requests = []
        self.lock = threading.Lock()
        self.at_once = self.most_at_once = 0
        self.on = {}
        self.nap = 0.0

    def __call__(self, rows):
        ids = [row["x"] for row in rows]
        with self.lock:
            self.asked += ids
            self.requests.append(len(ids))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(self.nap)
            for each in ids:
                if each in self.on:
                    self.on[each](each)
            return [2 * each for each in ids]
        finally:
            with self.lock:
                self.at_once -= 1


def poison(each):
    raise ValueError(f"{each} is poison")


@pytest.fixture(scope="module")
def opened():
    """One workspace for all tests."""
    with sw.connect("mock", clock="manual") as ws:
        yield ws


@pytest.fixture
def ws(opened):
    """The workspace as it was in the beginning."""
    opened.mock.reset()
    unfinished(opened).clear()
    return opened


@pytest.fixture
def model():
    return Doubler()


@pytest.fixture
def ep(ws, model):
    """An endpoint whose model is at hand."""
    ws.mock.serve("doubler", model)
    return ws.endpoints.get("doubler")


@pytest.fixture
def failure():
    """Run something and return the error that it ends with."""

    def run(function, *args, **kwargs):
        with pytest.raises(sw.ServingError) as caught:
            function(*args, **kwargs)
        return caught.value

    return run


def numbers(count, **kwargs):
    return pd.DataFrame({"x": range(count)}, **kwargs)


def bodies(ws):
    """What the requests of a workspace's queries held, oldest first."""
    return [entry["body"] for entry in ws.mock.journal() if entry["path"].endswith("/invocations")]


def test_ten_thousand_rows_survive_429_503_a_slow_replica_and_a_poison_row(ws, ep, model):
    model.on[7_777] = poison
    ws.mock.faults(
        [
            {"path": QUERIES, "skip": 1, "status": 429, "retry_after": 0, "count": 2},
            {"path": QUERIES, "skip": 1, "status": 503, "count": 2},
            {"path": QUERIES, "skip": 1, "delay": 0.7, "count": 2},
        ]
    )
    index = pd.Index([f"row-{place % 5_000}" for place in range(10_000)], name="key")
    result = ep.predict(numbers(10_000, index=index), on_error="rows")
    assert result.index.equals(index)
    assert result.index.name == "key"
    wrong = result["error"].notna()
    assert np.flatnonzero(wrong).tolist() == [7_777]
    assert result["error"].iloc[7_777].startswith("BAD_REQUEST: ")
    assert result["prediction"][~wrong].tolist() == [2 * x for x in range(10_000) if x != 7_777]
    assert result["prediction"].dtype == "Int64"
    answered = [entry for entry in ws.mock.journal() if entry["path"].endswith("/invocations")]
    assert {entry["status"] for entry in answered} == {200, 400, 429, 503}


def test_interrupted_half_way_the_resumed_run_sends_only_what_is_missing(ws, ep, model):
    frame, interrupted = numbers(10_000), threading.Event()
    # However late the interruption is heard, no further rows are done until then.
    model.on = dict.fromkeys(range(5_000, 10_000, 500), lambda each: interrupted.wait(60))
    model.on[5_000] = lambda each: (_thread.interrupt_main(), interrupted.wait(60))
    with pytest.raises(KeyboardInterrupt) as interrupt:
        ep.predict(frame, batch_rows=500, concurrency=2)
    job = unfinished(ws)["doubler"]
    assert 4_000 <= job.done <= 9_000
    assert f"{job.done:,} of 10,000 rows are done. ep.predict(df, resume=True)" in interrupt.value.__notes__[0]
    kept = set(job.result()["prediction"].dropna())
    interrupted.set()
    while model.at_once:
        time.sleep(0.01)
    model.on, model.asked = {}, []
    result = ep.predict(frame, batch_rows=500, resume=True)
    assert result["prediction"].tolist() == [2 * x for x in range(10_000)]
    assert sorted(model.asked) == [x for x in range(10_000) if 2 * x not in kept]
    assert not unfinished(ws)


def test_a_failed_run_keeps_what_was_done_and_its_error_can_be_resumed(ws, ep, model, failure):
    frame = numbers(4_000)
    ws.mock.faults([{"path": QUERIES, "skip": 2, "status": 500}])
    error = failure(ep.predict, frame, concurrency=1)
    assert isinstance(error, sw.ScoringFailed)
    assert (error.done, error.total, error.job.done) == (2_000, 4_000, 2_000)
    assert isinstance(error.cause, sw.ApiError)
    assert "2,000 of 4,000 rows are done. Rows 2,000 to 2,999 (counted from 0): Couldn't query doubler" in str(error)
    assert "ep.predict(df, resume=True) sends the rest." in error.hint
    assert error.job.result()["prediction"].isna().tolist() == [False] * 2_000 + [True] * 2_000
    model.asked = []
    assert ep.predict(frame, resume=error)["prediction"].tolist() == [2 * x for x in range(4_000)]
    assert sorted(model.asked) == list(range(2_000, 4_000))


def test_a_scoring_that_ran_before_runs_again_for_what_is_missing_only(ws, ep, model, failure):
    job = ep.scoring(numbers(3_000), concurrency=1)
    assert repr(job) == "<Scoring of 'doubler': 0 of 3,000 rows>"
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500}])
    failure(job.run)
    assert job.run()["prediction"].tolist() == [2 * x for x in range(3_000)]
    assert len(model.asked) == 3_000
    job.run()
    assert len(model.asked) == 3_000


def test_rows_that_changed_meanwhile_are_sent_again(ws, ep, model, failure):
    frame = numbers(3_000)
    ws.mock.faults([{"path": QUERIES, "skip": 2, "status": 500}])
    error = failure(ep.predict, frame, concurrency=1)
    model.asked = []
    frame.loc[500, "x"] = -1
    result = ep.predict(frame, resume=error)
    assert result["prediction"].tolist() == [2 * x for x in frame["x"]]
    assert sorted(model.asked) == sorted(frame["x"][[*range(1_000), *range(2_000, 3_000)]])


def test_what_was_asked_in_another_way_is_asked_again(ws, ep, model, failure):
    frame = numbers(2_000)
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500}])
    error = failure(ep.predict, frame, concurrency=1)
    model.asked = []
    ep.predict(frame, resume=error, params={"other": 1})
    assert len(model.asked) == 2_000


def test_an_error_before_anything_was_done_is_the_services_own(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "status": 500}])
    error = failure(ep.predict, numbers(3))
    assert type(error).__name__ == "InternalError"
    assert ep.predict(numbers(3), resume=error)["prediction"].tolist() == [0, 2, 4]


def test_another_table_is_not_resumed(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500}])
    error = failure(ep.predict, numbers(2_000), concurrency=1)
    assert "2,000 rows, and now there are 3" in failure(ep.predict, numbers(3), resume=error).message
    assert ep.predict(numbers(3), resume=True)["prediction"].tolist() == [0, 2, 4]
    assert ep.predict(numbers(2), resume=True)["prediction"].tolist() == [0, 2]


@given(
    st.integers(0, 40),
    st.integers(1, 12),
    st.integers(1, 5),
    st.sets(st.integers(0, 39), max_size=4),
    st.sampled_from(["raise", "rows"]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_in_any_way_every_row_gets_its_own_prediction_or_its_own_error(
    ep, model, count, most, at_once, poisoned, on_error
):
    model.on = dict.fromkeys(poisoned, poison) if on_error == "rows" else {}
    result = ep.predict(numbers(count), on_error=on_error, batch_rows=most, concurrency=at_once)
    wrong = {row for row in poisoned if row < count} if on_error == "rows" else set()
    assert len(result) == count
    if on_error == "rows":
        assert set(np.flatnonzero(result["error"].notna())) == wrong
    for row in set(range(count)) - wrong:
        assert result["prediction"].iloc[row] == 2 * row


def test_requests_stay_below_the_limit_of_custom_models_without_becoming_small(ws, model):
    ws.mock.serve("lengths", lambda rows: [len(row["text"]) for row in rows])
    ws.mock.serve("echo", model)
    frame = pd.DataFrame({"text": ["x" * 1_000_000] * 40})
    assert ws.endpoints.get("lengths").predict(frame)["prediction"].tolist() == [1_000_000] * 40
    assert [entry["status"] for entry in ws.mock.journal() if entry["path"].endswith("/invocations")] == [200] * 3


def test_rows_of_uneven_size_are_cut_by_their_real_size(ws, monkeypatch):
    monkeypatch.setattr(batch_sender, "CUSTOM_LIMIT", 10_000)
    ws.mock.serve("lengths", lambda rows: [len(row["text"]) for row in rows])
    sizes = [1] * 50 + [5_000] * 5 + [1] * 50
    result = ws.endpoints.get("lengths").predict(pd.DataFrame({"text": ["x" * size for size in sizes]}))
    assert result["prediction"].tolist() == sizes
    assert max(len(json.dumps(body, separators=(",", ":"))) for body in bodies(ws)) <= 10_000
    assert len(bodies(ws)) < 30


def test_a_service_that_takes_less_than_is_documented_gets_less(ws, ep, model):
    ws.mock.faults([{"path": QUERIES, "status": 413, "count": 2}])
    assert ep.predict(numbers(100), concurrency=1)["prediction"].tolist() == [2 * x for x in range(100)]
    assert model.requests == [25] * 4


def test_a_single_row_that_is_too_large_is_that_rows_error(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "status": 413, "count": None}])
    assert failure(ep.predict, numbers(2)).status == 413
    result = ep.predict(numbers(1), on_error="rows")
    assert result["prediction"].tolist() == [None]
    assert result["error"].notna().all()


def test_small_tables_are_one_request_and_large_ones_have_a_thousand_rows_each(ep, model):
    ep.predict(numbers(1_000))
    ep.predict(numbers(2_500))
    assert sorted(model.requests) == [833, 833, 834, 1_000]


def test_no_more_requests_are_under_way_than_allowed(ep, model):
    model.nap = 0.03
    ep.predict(numbers(40), batch_rows=2, concurrency=3)
    assert model.most_at_once == 3


def test_a_refused_request_ends_the_run_and_says_how_to_find_the_row(ep, model, failure):
    model.on[1_500] = poison
    error = failure(ep.predict, numbers(3_000), concurrency=1)
    assert error.message.startswith("Scoring doubler ended early: 1,000 of 3,000 rows are done. Rows 1,000 to 1,999")
    assert 'on_error="rows" keeps the others' in error.hint
    assert ep.predict(numbers(3_000), resume=error, on_error="rows")["error"].notna().sum() == 1


def test_the_rows_that_failed_are_told_with_code_status_and_message(ep, model):
    model.on[3] = poison
    job = ep.scoring(numbers(5, index=list("abcde")), on_error="rows")
    job.run()
    assert job.failed.index.tolist() == ["d"]
    row = job.failed.loc["d"]
    assert (row["row"], row["code"], row["status"]) == (3, "BAD_REQUEST", 400)
    assert "unexpected error while evaluating the model" in row["message"]
    assert job.done == 5


def test_errors_stand_in_a_column_that_survives_what_pandas_does_to_tables(ep, model, tmp_path):
    model.on[3] = poison
    parts = [ep.predict(numbers(count), on_error="rows") for count in (5, 2)]
    whole = pd.concat(parts, ignore_index=True)
    whole.to_parquet(tmp_path / "scores.parquet")
    again = pd.read_parquet(tmp_path / "scores.parquet")
    assert again["error"].notna().tolist() == [False, False, False, True, False, False, False]


def test_an_endpoint_that_is_stopped_meanwhile_is_no_fault_of_the_rows(ws, failure, monkeypatch):
    monkeypatch.setattr(batch_sender, "FRESH", 0.0)
    ep = ws.endpoints.get("unity-model-endpoint")
    frame = pd.DataFrame({"impressions": range(4_000), "position": 1, "bid": 0.5})
    stop = threading.Event()

    class Stopping(pd.DataFrame):
        @property
        def _constructor(self):
            return pd.DataFrame

        @property
        def iloc(self):
            if stop.is_set():
                stop.clear()
                ws.endpoints.get("unity-model-endpoint").stop()
            return super().iloc

    job = ep.scoring(Stopping(frame), on_error="rows", concurrency=1, batch_rows=1_000)
    # The third request is written after the endpoint was stopped.
    ws.mock.faults([{"path": QUERIES, "skip": 1, "delay": 0.2}])
    threading.Timer(0.1, stop.set).start()
    error = failure(job.run)
    assert error.cause.status == 400
    assert len(bodies(ws)) <= 4
    ep.start().wait()
    assert not ep.predict(frame, resume=error, on_error="rows")["error"].notna().any()


def test_a_stopped_endpoint_is_sent_nothing(ws, failure):
    error = failure(ws.endpoints.get("pricing").predict, numbers(10_000), on_error="rows")
    assert "stopped" in error.message
    assert bodies(ws) == []


def test_when_every_row_is_refused_the_fault_is_not_sought_in_all_of_them(ws, ep, model, failure):
    model.on = dict.fromkeys(range(10_000), poison)
    error = failure(ep.predict, numbers(10_000), on_error="rows")
    assert error.status if isinstance(error, sw.ApiError) else error.cause.status == 400
    assert len(bodies(ws)) < 120


def test_a_request_that_fails_for_no_fault_of_its_rows_is_told_beside_them_and_tried_again_by_a_resumed_run(
    ws, ep, model
):
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500}])
    job = ep.scoring(numbers(4_000), on_error="rows", concurrency=1)
    first = job.run()
    assert np.flatnonzero(first["error"].notna()).tolist() == list(range(1_000, 2_000))
    assert set(job.failed["status"]) == {500}
    model.asked = []
    second = ep.predict(numbers(4_000), on_error="rows", resume=job)
    assert second["prediction"].tolist() == [2 * x for x in range(4_000)]
    assert sorted(model.asked) == list(range(1_000, 2_000))


def test_a_service_that_is_down_ends_the_run_even_where_rows_may_fail(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500, "count": None}])
    error = failure(ep.predict, numbers(10_000), on_error="rows", concurrency=1)
    assert len(bodies(ws)) == 4
    assert error.cause.status == 500


def test_where_nothing_at_all_was_scored_there_is_an_error_and_no_empty_table(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "status": 500}])
    assert "Nothing was scored" in failure(ep.predict, numbers(3), on_error="rows").hint


@pytest.mark.parametrize("rows", [1, 3])
def test_an_answer_of_another_length_is_an_error_that_says_so(ws, failure, rows):
    ws.mock.serve("mean", lambda data: [0.5] * rows)
    error = failure(ws.endpoints.get("mean").predict, numbers(2), on_error="rows")
    assert error.code == "length_mismatch"
    assert error.message.startswith(f"mean answered {rows} predictions to 2 rows")


def test_what_cannot_be_sent_is_found_before_anything_is(ws, ep, failure):
    frame = pd.DataFrame({"x": [1.0] * 2_999 + [math.inf]})
    error = failure(ep.predict, frame)
    assert isinstance(error, sw.EncodingError)
    assert (error.column, error.row) == ("x", 2_999)
    assert bodies(ws) == []


def test_rows_that_cannot_be_sent_fail_alone_where_rows_may_fail(ep):
    frame = pd.DataFrame({"x": [1.0, math.inf, 2.0, -math.inf, 3.0]}, index=[5, 6, 7, 8, 9])
    result = ep.predict(frame, on_error="rows")
    assert result["error"].notna().tolist() == [False, True, False, True, False]
    assert result["error"][6].startswith("encoding_error: Column 'x', row 1 (counted from 0): an infinite number")
    assert result["prediction"].tolist()[::2] == [2.0, 4.0, 6.0]


def test_the_time_limit_is_for_the_whole_call(ep, model, failure):
    model.nap = 0.5
    error = failure(ep.predict, numbers(100), batch_rows=1, concurrency=2, timeout=2.5)
    assert isinstance(error.cause, sw.RequestTimeout)
    assert 1 <= error.done <= 10


def test_the_twin_can_be_awaited_on_any_loop_and_cancelled(ws, ep, model):
    async def main():
        first = await ep.aio.predict(numbers(10), batch_rows=2)
        model.nap = 0.2
        task = asyncio.create_task(ep.aio.predict(numbers(10), batch_rows=1, concurrency=2))
        while "doubler" not in unfinished(ws) or unfinished(ws)["doubler"].done < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return first

    assert asyncio.run(main())["prediction"].tolist() == [2 * x for x in range(10)]
    model.nap, model.asked = 0.0, []
    done = unfinished(ws)["doubler"].done
    assert 2 <= done < 10
    assert ep.predict(numbers(10), resume=True)["prediction"].tolist() == [2 * x for x in range(10)]
    # What was on its way when it was cancelled may still arrive.
    assert len(set(model.asked)) == 10 - done


def test_predictions_of_several_columns_keep_their_names_and_can_stand_beside_the_inputs(ws):
    ws.mock.serve("pair", lambda rows: [{"x": -row["x"], "label": str(row["x"])} for row in rows])
    frame = pd.DataFrame({"x": [1, 2]}, index=["a", "a"])
    result = ws.endpoints.get("pair").predict(frame, join=True)
    assert result.to_dict("list") == {"x": [1, 2], "x_predicted": [-1, -2], "label": ["1", "2"]}
    assert result.index.tolist() == ["a", "a"]


def test_parameters_reach_the_model_with_every_request(ws):
    signature = {
        "inputs": [{"type": "long", "name": "x", "required": True}],
        "params": [{"name": "factor", "type": "long", "default": 1, "shape": None}],
    }
    ws.mock.serve("times", lambda rows, params: [row["x"] * params["factor"] for row in rows], signature=signature)
    result = ws.endpoints.get("times").predict(numbers(5), params={"factor": 10}, batch_rows=2)
    assert result["prediction"].tolist() == [0, 10, 20, 30, 40]


@pytest.mark.parametrize(
    "data", [[{"x": 1}, {"x": 2}], pd.Series([1, 2], name="x"), pd.DataFrame({"x": pd.array([1, 2], dtype="Int64")})]
)
def test_series_and_lists_are_scored_like_tables(ep, data):
    assert ep.predict(data)["prediction"].tolist() == [2, 4]


def test_features_are_looked_up_row_by_row(ws):
    users = pd.DataFrame({"user_id": ["u-1", "u-2"]}, index=[10, 20])
    result = ws.endpoints.get("user-features").predict(users, batch_rows=1)
    assert result.index.tolist() == [10, 20]
    assert result["user_id"].tolist() == ["u-1", "u-2"]


def test_arrays_are_scored_along_their_first_axis(ws):
    ws.mock.serve("sums", lambda rows: [sum(row) for row in rows])
    result = ws.endpoints.get("sums").predict(np.arange(10.0).reshape(5, 2), batch_rows=2)
    assert result["prediction"].tolist() == [1.0, 5.0, 9.0, 13.0, 17.0]


def test_an_empty_table_is_answered_without_a_request(ws, ep):
    frame = numbers(0, index=pd.Index([], dtype="int64", name="key"))
    assert ep.predict(frame).index.name == "key"
    assert ep.predict(frame, on_error="rows").columns.tolist() == ["error"]
    assert bodies(ws) == []


@pytest.mark.parametrize("name", ["chat", "databricks-llama"])
def test_language_models_take_no_tables_and_it_is_said_what_they_take(ws, failure, name):
    error = failure(ws.endpoints.get(name).predict, numbers(1))
    assert error.code == "takes_messages"
    assert "messages" in error.hint
    assert bodies(ws) == []


def test_what_was_changed_in_the_data_is_said(ep):
    frame = pd.DataFrame({"x": [1], "when": pd.to_datetime(["2024-05-17"], utc=True)})
    with pytest.warns(UserWarning, match="'when': times were converted to UTC"):
        ep.predict(frame)


def test_how_far_it_is_can_be_seen(ep, model, monkeypatch):
    drawn = []
    paper = type("Paper", (), {"show": lambda self, text, markup: drawn.append(text), "clear": lambda self: None})()
    monkeypatch.setattr(progress_bar, "DELAY", 0.0)
    monkeypatch.setattr(progress_bar, "PACE", 0.0)
    monkeypatch.setattr(progress_bar, "find_surface", lambda: paper)
    model.nap = 0.15
    ep.predict(numbers(6), batch_rows=1, concurrency=1)
    assert any("Scoring doubler: 3 of 6 rows (50 %)" in text for text in drawn)


@pytest.mark.parametrize(
    "wrong",
    [
        {"on_error": "ignore"},
        {"concurrency": 0},
        {"batch_rows": 0},
        {"concurrency": "4"},
        {"resume": "yes"},
        {"timeout": "1 min"},
        {"timeout": -1},
        {"params": ["threshold"]},
        {"resume": pd.DataFrame({"x": [1]})},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_arguments_that_make_no_sense_are_refused_before_anything_is_sent(ws, ep, failure, wrong):
    assert isinstance(failure(ep.predict, numbers(3), **wrong), sw.ConfigError)
    assert isinstance(failure(ep.predict, [{"x": 1}], join=True), sw.ConfigError)
    assert bodies(ws) == []


def test_the_error_travels_to_another_process_without_the_rows(ws, ep, failure):
    ws.mock.faults([{"path": QUERIES, "skip": 1, "status": 500}])
    error = failure(ep.predict, numbers(2_000), concurrency=1)
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.done, again.job) == (str(error), 1_000, None)


@given(st.integers(0, 50), st.integers(1, 20))
def test_ranges_are_cut_evenly(count, most):
    parts = cut(3, 3 + count, most)
    assert [place for start, stop in parts for place in range(start, stop)] == list(range(3, 3 + count))
    sizes = [stop - start for start, stop in parts]
    assert len(parts) == math.ceil(count / most)
    assert max(sizes, default=0) <= most
    assert max(sizes, default=0) - min(sizes, default=0) <= 1


def test_the_examples_of_the_ledger_hold():
    results = doctest.testmod(ledger_module)
    assert results.failed == 0
    assert results.attempted > 0


def test_a_ledger_knows_what_is_missing():
    ledger = Ledger(10)
    assert list(ledger.missing()) == [(0, 10)]
    ledger.add(Piece(8, 10, b"", ["i", "j"]))
    ledger.add(Piece(0, 3, b"", ["a", "b", "c"]))
    twin = ledger.copy()
    assert list(ledger.missing()) == [(3, 8)]
    ledger.add(Piece(3, 8, b"", list("defgh")))
    assert list(ledger.missing()) == []
    assert ledger.answers() == list("abcdefghij")
    assert (ledger.done, twin.done) == (10, 5)


@pytest.fixture
def fresh():
    """A workspace of which no schema was read yet."""
    with sw.connect("mock", name="fresh") as ws:
        yield ws


def test_a_refusal_names_the_rows_and_columns_that_the_schema_is_against(fresh):
    ep = fresh.endpoints.get("example-endpoint")
    frame = pd.DataFrame({"int_col": [1.0] * 3_000, "float_col": 0.5, "string_col": "a"}, index=range(9_000, 12_000))
    frame.iloc[[17, 40, 41, 42], 0] = None
    for _ in range(2):
        with pytest.raises(sw.ServingError) as raised:
            ep.predict(frame)
        hint = str(raised.value)
        assert "By the schema, row 17 (index 9017), int_col: null stands where a whole number is required" in hint
        assert "And 1 more." in hint
    assert [entry["path"] for entry in fresh.mock.journal()].count(
        "/api/2.0/serving-endpoints/example-endpoint/openapi"
    ) == 1, "the schema is read once"


def test_a_refusal_of_a_model_without_a_schema_is_told_as_it_is(fresh):
    ep = fresh.endpoints.get("example-endpoint")
    fresh.mock.faults([{"path": "*/openapi", "status": 404}])
    frame = pd.DataFrame({"int_col": [None, 1.0], "float_col": 0.5, "string_col": "a"})
    with pytest.raises(sw.ServingError) as raised:
        ep.predict(frame)
    assert "By the schema" not in raised.value.hint
    assert "int_col" in raised.value.message
