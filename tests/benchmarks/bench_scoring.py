"""Checking, encoding and scoring 100,000 × 20, beside the official clients and pandas' own ways.

The other side of the scoring is a server in a process of its own that gives a schema of all columns, reads each body
and answers a number a row, at once; the peers send 10,000 rows a request, one request after the other, because they
neither cut nor send side by side. MLflow's encoder takes part where scipy is.
"""

import importlib.util
import json
import time
import tracemalloc
import warnings
from collections.abc import Callable

import httpx
import numpy as np
import pandas as pd
import peers
from figures import Row, measured, size, tell
from servers import TOKEN, answering

import serving_widgets as sw
from serving_widgets.api import json_writer
from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.document import load
from serving_widgets.openapi.encode.encode import rows_of, to_body

ROWS, ROUNDS, CHUNK, SINGLE = size((100_000, 3, 10_000, 100), (200, 1, 100, 5))


def table(*, times: bool) -> pd.DataFrame:
    """Return 20 columns: floats, whole numbers, text, truth; and, where all can take them, times."""
    rng = np.random.default_rng(0)
    seconds = pd.to_timedelta(rng.integers(0, 10**9, ROWS), unit="s")
    words = ["alpha", "beta", "gamma delta", "Ærøskøbing"]
    last = pd.Timestamp("2020-01-01") + seconds if times else rng.normal(size=ROWS)
    return pd.DataFrame(
        {
            **{f"float{n}": rng.normal(size=ROWS) for n in range(9)},
            **{f"whole{n}": rng.integers(0, 10**6, ROWS) for n in range(6)},
            **{f"text{n}": rng.choice(words, ROWS) for n in range(3)},
            "truth": rng.random(ROWS) > 0.5,
            "last": last,
        }
    )


def document(frame: pd.DataFrame) -> dict[str, object]:
    """Return the OpenAPI document of a model that takes such a table."""
    types = {
        "f": {"type": "number", "format": "double"},
        "i": {"type": "integer", "format": "int64"},
        "b": {"type": "boolean"},
        "M": {"type": "string", "format": "date-time"},
    }
    columns = {name: types.get(frame[name].dtype.kind, {"type": "string"}) for name in frame}
    row = {"type": "object", "required": list(columns), "properties": columns}
    records = {"type": "object", "properties": {"dataframe_records": {"type": "array", "items": row}}}
    body = {"content": {"application/json": {"schema": {"oneOf": [records]}}}}
    return {"openapi": "3.1.0", "info": {"title": "bench"}, "paths": {"/invocations": {"post": {"requestBody": body}}}}


def checking(frame: pd.DataFrame) -> None:
    """Hold the rows of a table against what the model declares, as predict does before it sends any."""
    rows = rows_of(frame)
    made = declare(rows, load(document(frame)).operation().formats, coerce=False)
    assert made is not None
    assert len(made.columns) == frame.shape[1]
    for start in range(0, len(frame), CHUNK):
        assert check_rows(rows, made, start, min(start + CHUNK, len(frame))).ok


def without_orjson(way: Callable[[], object]) -> Callable[[], object]:
    """Return the same with the standard library only."""

    def call() -> None:
        found, json_writer._orjson = json_writer._orjson, lambda: None
        try:
            way()
        finally:
            json_writer._orjson = found

    return call


def encoding():
    """Measure from a table to the body of a request, in CPU time."""
    frame = table(times=True)
    objects = frame.astype({name: object for name in frame if name.startswith("text")})

    def with_json(orient: str):
        return lambda: json.dumps({"x": frame.to_dict(orient=orient)}, default=lambda value: value.isoformat())

    others = {
        'to_dict("split") + json': with_json("split"),
        'to_dict("records") + json': with_json("records"),
        "mlflow's dump_input_data": mlflows_dump(frame),
    }
    what = f"encode {ROWS:,} × {frame.shape[1]}"
    figures = measured(
        {
            "orjson": (lambda: to_body(frame)) if importlib.util.find_spec("orjson") else None,
            "plain": without_orjson(lambda: to_body(frame)),
            "check": lambda: checking(frame),
            "check of text as objects": lambda: checking(objects),
            **others,
        },
        rounds=ROUNDS,
    )
    theirs = {name: figures[name] for name in others}
    if figures["orjson"]:
        yield Row(f"{what}, with orjson (CPU)", figures["orjson"], peers=theirs, ratio=5.0)
    yield Row(f"{what}, standard library (CPU)", figures["plain"], peers=theirs, ratio=1.8)
    for name in ("check", "check of text as objects"):
        yield Row(f"{name} of {ROWS:,} × {frame.shape[1]} (CPU)", figures[name], peers={"encoding": figures["orjson"]})


def mlflows_dump(frame: pd.DataFrame) -> Callable[[], object] | None:
    """Return MLflow's way, where there is what it imports for it."""
    if importlib.util.find_spec("scipy") is None or importlib.util.find_spec("mlflow") is None:
        return None
    from mlflow.utils.proto_json_utils import dump_input_data

    return lambda: dump_input_data(frame)


def scoring():
    """Measure from a table to its predictions, on the wall."""
    frame = table(times=False)
    chunks = [frame.iloc[start : start + CHUNK] for start in range(0, ROWS, CHUNK)]
    with answering(document=document(frame)) as host, sw.connect(host=host, token=TOKEN, name="scoring") as ws:
        ep = ws.endpoints.get("bench")
        sdk, mlflow = peers.official_sdk(host, TOKEN), peers.mlflow(host, TOKEN)

        def cut(peer: peers.Peer) -> None:
            for chunk in chunks:
                assert peer.query("bench", chunk.to_dict(orient="split"))

        others = {"mlflow, cut by hand": peers.way(mlflow, cut), "databricks-sdk, cut by hand": peers.way(sdk, cut)}
        what, wall = f"score {ROWS:,} × {frame.shape[1]}, checked", time.perf_counter
        figures = measured(
            {
                "checked": lambda: ep.predict(frame),
                "one": lambda: ep.predict(frame, concurrency=1),
                "plain": without_orjson(lambda: ep.predict(frame)),
                **others,
            },
            rounds=ROUNDS,
            clock=wall,
        )
        theirs = {name: figures[name] for name in others}
        yield Row(f"{what} (wall)", figures["checked"], peers=theirs, ratio=5.0)
        yield Row(f"{what}, without orjson (wall)", figures["plain"], peers=theirs, ratio=2.0)
        yield Row(f"{what}, one request at a time (wall)", figures["one"], peers=theirs)
        yield memory(ep, frame.iloc[: ROWS // 4])
        yield from single(ep, frame, host)


def memory(ep: sw.Endpoint, frame: pd.DataFrame) -> Row:
    """Measure what scoring takes at its peak, beside the size of all bodies together."""
    body = len(to_body(frame))
    tracemalloc.start()
    ep.predict(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return Row(f"memory to score {len(frame):,} rows, as a multiple of the encoded table", [peak / body], "×", most=2.0)


def single(ep: sw.Endpoint, frame: pd.DataFrame, host: str):
    """Measure what a query of one row adds to the wire."""
    row = {"dataframe_split": json.loads(to_body(frame.iloc[:1]))["dataframe_split"]}
    body = json.dumps(row).encode()
    with httpx.Client(headers={"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}) as client:
        address = f"{host}/serving-endpoints/bench/invocations"
        figures = measured(
            {"ours": lambda: ep.query(row), "wire": lambda: client.post(address, content=body).json()},
            rounds=SINGLE,
            clock=time.perf_counter,
        )
    added = [mine - wire for mine, wire in zip(figures["ours"], figures["wire"], strict=True)]
    yield Row("what `query` of one row adds to bare httpx (wall)", added, most=1.5)


def slow_replica() -> Row:
    """Measure scoring while one of its requests takes a second: the others go on meanwhile."""
    frame, late = table(times=False).iloc[: ROWS // 5], 1.0
    server = answering(slow=late, pause=0.05, document=document(frame))
    with server as host, sw.connect(host=host, token=TOKEN, name="slow") as ws:
        ep = ws.endpoints.get("bench")
        way = {"": lambda: ep.predict(frame, batch_rows=max(len(frame) // 40, 1))}
        took = measured(way, rounds=1, clock=time.perf_counter)[""]
    peer = {"the late one alone": [1000 * late]}
    return Row("score 40 batches of 50 ms, four at once, one of them late (wall)", took, peers=peer, ratio=0.7)


def rows():
    """Measure all of it."""
    warnings.simplefilter("ignore")
    yield from encoding()
    yield from scoring()
    yield slow_replica()


if __name__ == "__main__":
    tell(rows())
