"""ep.predict takes a DataFrame of Spark, classic or Connect, and gives one back that Spark's workers score."""

import datetime as dt
import decimal
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from optional_engines import engine

import serving_widgets as sw

pyspark = engine("pyspark")
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("optional engine: Spark needs a Java (apt-get install default-jre-headless)", allow_module_level=True)

MANY = 3_000
NUMBERS = {"inputs": [{"name": "n", "type": "long"}], "outputs": [{"name": "half", "type": "double"}]}
ROWS = [
    {"n": 2**53 + 1, "x": 0.5, "s": "Ærø", "flag": True, "day": dt.date(2024, 5, 31), "price": decimal.Decimal("1.10")},
    {"n": None, "x": None, "s": None, "flag": None, "day": None, "price": None},
]
SCHEMA = "n bigint, x double, s string, flag boolean, day date, price decimal(10,2)"


@pytest.fixture(scope="module")
def ws():
    with sw.connect("mock", scenario="empty", name="spark") as opened, pytest.MonkeyPatch.context() as patched:
        for name, value in opened.mock.env().items():
            patched.setenv(name, value)
        patched.setenv("PYSPARK_PYTHON", sys.executable)
        opened.mock.serve("half", lambda rows: [{"half": row["n"] / 2} for row in rows], signature=NUMBERS)
        opened.mock.serve("echo", lambda rows: rows)
        yield opened


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("spark")


@pytest.fixture(scope="module")
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="module")
def spark(ws, place, port):
    """A classic session of two cores that serves Connect, too: one JVM for all tests."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.warehouse.dir": str(place / "warehouse"),
        # What Spark's pages show, they read from this log.
        "spark.eventLog.enabled": "true",
        "spark.eventLog.compress": "false",
        "spark.eventLog.dir": f"file://{place}",
        "spark.plugins": "org.apache.spark.sql.connect.SparkConnectPlugin",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def queries(ws, name):
    return sum(entry["path"].endswith(f"/{name}/invocations") for entry in ws.mock.journal())


def test_rows_are_scored_when_they_are_asked_for_and_stand_beside_their_predictions(ws, spark):
    before = queries(ws, "half")
    scored = ws.endpoints.get("half").predict(spark.range(MANY).withColumnRenamed("id", "n"))
    assert scored.dtypes == [("n", "bigint"), ("half", "double")]
    assert queries(ws, "half") == before
    assert all(row["half"] == row["n"] / 2 for row in scored.collect())
    assert queries(ws, "half") - before == 4, "2 partitions of 1,500 rows, in requests of 1,000 rows at most"


def test_rows_at_fault_come_back_in_a_column(ws, spark):
    table = spark.createDataFrame([(1.0,), (2.5,), (None,)], "n double")
    scored = ws.endpoints.get("half").predict(table, on_error="rows")
    assert scored.columns == ["n", "half", "error"]
    rows = sorted(scored.collect(), key=lambda row: row["error"] or "")
    assert rows[0]["half"] == 0.5
    assert [row["half"] for row in rows[1:]] == [None, None]
    assert "2.5 is not a whole number" in rows[2]["error"] + rows[1]["error"]
    with pytest.raises(Exception, match=r"2\.5 is not a whole number"):
        ws.endpoints.get("half").predict(table).collect()


def test_every_value_is_sent_as_pandas_sends_it(ws, spark):
    ep = ws.endpoints.get("echo")
    with pytest.warns(UserWarning, match="JSON text"):
        scored = ep.predict(spark.createDataFrame(ROWS, SCHEMA).coalesce(1))
    got = [json.loads(row["prediction"]) for row in scored.collect()]
    frame = pd.DataFrame(ROWS, dtype=object)
    assert got == ep.query(frame, check=False).json["predictions"]


def test_nothing_that_spark_keeps_or_shows_holds_the_token(ws, spark, place, capfd):
    import cloudpickle

    scored = ws.endpoints.get("half").predict(spark.range(4).withColumnRenamed("id", "n"))
    scored.explain(extended=True)
    scored.collect()
    token = ws.mock.own_token
    kept = [each.read_bytes() for each in Path(place).rglob("*") if each.is_file()]
    assert any(b"SparkListenerSQLExecutionStart" in each for each in kept)
    assert not any(token.encode() in each for each in kept)
    assert token not in "".join(capfd.readouterr())
    settings = spark.sparkContext.getConf().getAll()
    assert token not in str(settings)
    assert token.encode() not in cloudpickle.dumps(ws.endpoints.get("half").predict)


CONNECT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import serving_widgets as sw
from pyspark.sql import SparkSession
ws = sw.connect(profile=None, host=sys.argv[2], token=sys.argv[3])
spark = SparkSession.builder.remote(sys.argv[1]).getOrCreate()
ep = ws.endpoints.get("half")
scored = ep.predict(spark.range(3000).withColumnRenamed("id", "n"), on_error="rows")
rows = scored.collect()
print(json.dumps([type(scored).__module__, scored.columns, len(rows), sum(row["half"] for row in rows),
                  sum(row["error"] is not None for row in rows)]))
"""


def test_connect_does_the_same(ws, spark, port):
    command = [sys.executable, "-c", CONNECT, f"sc://127.0.0.1:{port}", ws.host, ws.mock.own_token]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.stdout, done.stderr[-2000:]
    wanted = ["pyspark.sql.connect.dataframe", ["n", "half", "error"], MANY, sum(range(MANY)) / 2, 0]
    assert json.loads(done.stdout.splitlines()[-1]) == wanted
