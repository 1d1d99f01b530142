"""Checking, encoding and scoring 100,000 × 20, beside the official clients and pandas' own ways, in the same run.

Run ``python tests/benchmarks/bench_predict.py``. Every figure is the best of several, and all take turns. Encoding is
measured in seconds of the processor, scoring in seconds on the wall. MLflow's encoder takes part where scipy is, each
client where it is installed. The other side of the scoring is a server in a process of its own that gives a schema of
all columns, reads each body and answers a number a row, at once; the peers send 10,000 rows a request, one request
after the other, because they neither cut nor send side by side.
"""

import importlib.util
import json
import logging
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd

from serving_widgets.api import json_writer
from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.document import load
from serving_widgets.openapi.encode.encode import rows_of, to_body

ROWS, ROUNDS, CHUNK = 100_000, 3, 10_000

SERVER = """
import sys
import orjson
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENDPOINT = {"name": "bench", "state": {"ready": "READY", "config_update": "NOT_UPDATING"}, "config": {
    "config_version": 1, "served_entities": [{"name": "m-1", "entity_name": "a.b.m", "entity_version": "1"}]}}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        known = {"bench": ENDPOINT, "openapi": orjson.loads(sys.argv[1])}
        self.answer(known.get(self.path.split("/")[-1], {}))

    def do_POST(self):
        body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer({"predictions": [0.5] * len(body["dataframe_split"]["data"])})

    def answer(self, document):
        body = orjson.dumps(document)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
"""


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


def measured(ways: dict[str, Callable[[], object]], clock: Callable[[], float]) -> dict[str, float]:
    """Return the seconds of the fastest of several calls of each, which take turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            begin = clock()
            way()
            times[name].append(clock() - begin)
    return {name: min(each) for name, each in times.items()}


def without_orjson(way: Callable[[], object]) -> Callable[[], object]:
    """Return the same with the standard library only."""

    def call() -> None:
        found, json_writer._orjson = json_writer._orjson, lambda: None
        try:
            way()
        finally:
            json_writer._orjson = found

    return call


def show(title: str, figures: dict[str, float], peer: str) -> None:
    """Print seconds, and how many times as fast as a peer each is."""
    print(title)
    for name, seconds in figures.items():
        print(f"  {name:58s} {seconds:7.2f} s {figures[peer] / seconds:7.2f} x")


def encoding() -> None:
    """Measure from a table to the body of a request."""
    frame = table(times=True)
    objects = frame.astype({name: object for name in frame if name.startswith("text")})

    def with_json(orient: str):
        return lambda: json.dumps({"x": frame.to_dict(orient=orient)}, default=lambda value: value.isoformat())

    peer = 'to_dict("split") + json'
    ways = {
        peer: with_json("split"),
        'to_dict("records") + json': with_json("records"),
        'to_json("split"), which rounds floats': lambda: frame.to_json(
            orient="split", date_format="iso", double_precision=15
        ),
        **mlflows_dump(frame),
        "ours, standard library": without_orjson(lambda: to_body(frame)),
        "ours, orjson": lambda: to_body(frame),
        "our check alone": lambda: checking(frame),
        "our check alone, text as objects": lambda: checking(objects),
    }
    figures = measured(ways, time.process_time)
    show(f"Encoding {ROWS:,} x {frame.shape[1]}", figures, peer)
    for name in ("our check alone", "our check alone, text as objects"):
        print(f"  {name} is {100 * figures[name] / figures['ours, orjson']:.1f} % of our encoding")


def mlflows_dump(frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """Return MLflow's way, where there is what it imports for it."""
    if importlib.util.find_spec("scipy") is None:
        return {}
    from mlflow.utils.proto_json_utils import dump_input_data

    return {"mlflow's dump_input_data": lambda: dump_input_data(frame)}


def scoring(host: str) -> None:
    """Measure from a table to its predictions."""
    import serving_widgets as sw

    frame = table(times=False)
    chunks = [frame.iloc[start : start + CHUNK] for start in range(0, ROWS, CHUNK)]
    ways = {**by_mlflow(chunks), **by_sdk(chunks, host)}
    with sw.connect(host=host, token=os.environ["DATABRICKS_TOKEN"]) as ws:
        ep = ws.endpoints.get("bench")
        answers = ep.predict(frame)["prediction"].tolist()
        assert all(way() == answers for way in ways.values())
        ours = "ours, four at a time"
        ways |= {
            ours: lambda: ep.predict(frame),
            "ours, four at a time, unchecked": lambda: ep.predict(frame, check=False),
            "ours, one at a time": lambda: ep.predict(frame, concurrency=1),
            f"ours, one at a time, {CHUNK:,} rows each": lambda: ep.predict(frame, concurrency=1, batch_rows=CHUNK),
        }
        figures = measured(ways, time.perf_counter)
    show(f"Scoring {frame.shape[0]:,} x {frame.shape[1]}", figures, next(iter(ways)))


def by_mlflow(chunks: list[pd.DataFrame]) -> dict[str, Callable[[], list[float]]]:
    """Return the way of MLflow's client, where it is installed."""
    if importlib.util.find_spec("mlflow") is None:
        return {}
    from mlflow.deployments import get_deploy_client

    client = get_deploy_client("databricks")

    def way() -> list[float]:
        bodies = ({"dataframe_split": chunk.to_dict(orient="split")} for chunk in chunks)
        answers = (client.predict(endpoint="bench", inputs=body) for body in bodies)
        return [value for answer in answers for value in answer["predictions"]]

    return {"mlflow's client, cut by hand": way}


def by_sdk(chunks: list[pd.DataFrame], host: str) -> dict[str, Callable[[], list[float]]]:
    """Return the way of the official SDK, where it is installed."""
    if importlib.util.find_spec("databricks.sdk") is None:
        return {}
    from databricks.sdk import WorkspaceClient
    from databricks.sdk.service.serving import DataframeSplitInput

    endpoints = WorkspaceClient(host=host, token=os.environ["DATABRICKS_TOKEN"]).serving_endpoints

    def way() -> list[float]:
        tables = (DataframeSplitInput.from_dict(chunk.to_dict(orient="split")) for chunk in chunks)
        answers = (endpoints.query("bench", dataframe_split=made) for made in tables)
        return [value for answer in answers for value in answer.predictions]

    return {"databricks-sdk, cut by hand": way}


def main() -> None:
    """Print all figures."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    encoding()
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, json.dumps(document(table(times=False)))], stdout=subprocess.PIPE, text=True
    )
    try:
        host = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        os.environ.update(DATABRICKS_HOST=host, DATABRICKS_TOKEN="dapi0123456789abcdef")
        scoring(host)
    finally:
        server.kill()
        server.wait()


if __name__ == "__main__":
    main()
