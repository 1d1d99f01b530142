"""A million rows of Spark scored on two cores, beside what the embedded workspace answers at most.

Run ``python tests/benchmarks/spark_frames.py [ROWS]``. The limit is that of the workspace alone: the same requests,
encoded before, sent from a process of their own over as many connections, one right after the other. All of it runs on
one machine, so that Spark, its two Python workers and the workspace share its cores.
"""

import os
import subprocess
import sys
import time

import serving_widgets as sw

ROWS, BATCH, AT_ONCE = 1_000_000, 1_000, 4
BARE = """
import http.client, json, sys, threading, time
port, token, rows, batch, at_once = int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
body = json.dumps({"dataframe_split": {"columns": ["n", "x"], "data": [[n, 0.5] for n in range(batch)]}}).encode()
left = list(range(rows // batch))
def send():
    line = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}
    while True:
        try:
            left.pop()
        except IndexError:
            return
        line.request("POST", "/serving-endpoints/half/invocations", body, headers)
        answer = line.getresponse()
        assert answer.status == 200 and len(json.loads(answer.read())["predictions"]) == batch
began = time.perf_counter()
threads = [threading.Thread(target=send) for _ in range(at_once)]
for each in threads: each.start()
for each in threads: each.join()
print(time.perf_counter() - began)
"""
SIGNATURE = {
    "inputs": [{"name": "n", "type": "long"}, {"name": "x", "type": "double"}],
    "outputs": [{"name": "half", "type": "double"}],
}


def main(rows: int = ROWS) -> None:
    """Print both figures and how many times as long Spark takes."""
    with sw.connect("mock", scenario="empty") as ws:
        ws.mock.serve("half", lambda got: [{"half": row["n"] / 2} for row in got], signature=SIGNATURE)
        os.environ.update(ws.mock.env(), PYSPARK_PYTHON=sys.executable)
        port = ws.host.rsplit(":", 1)[1]
        from pyspark.sql import SparkSession, functions

        builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
        spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
        table = spark.range(rows).select(functions.col("id").alias("n"), functions.lit(0.5).alias("x"))
        scored = ws.endpoints.get("half").predict(table, concurrency=AT_ONCE)
        scored.limit(10).collect()  # workers are up
        limits, ours = [], []
        for _ in range(2):
            arguments = [sys.executable, "-c", BARE, port, ws.mock.own_token, *map(str, (rows, BATCH, AT_ONCE))]
            limits.append(float(subprocess.run(arguments, capture_output=True, text=True, check=True).stdout))
            began = time.perf_counter()
            total = scored.agg(functions.sum("half")).collect()[0][0]
            ours.append(time.perf_counter() - began)
            assert total == sum(range(rows)) / 2
        spark.stop()
    print(f"{rows:,} rows, {BATCH:,} a request, {AT_ONCE} at once, load average {os.getloadavg()[0]:.1f}")
    print(f"the workspace alone  {min(limits):8.1f} s")
    print(f"Spark local[2]       {min(ours):8.1f} s  {min(ours) / min(limits):.2f} × of it")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
