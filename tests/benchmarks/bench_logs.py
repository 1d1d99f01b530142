"""Reading and searching a long log in the kernel, beside ripgrep on the same text, its process's start included."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from figures import Row, compared, grown, measured, size, tell

import serving_widgets as sw
from serving_widgets.api.logs.log_lines import read_lines
from serving_widgets.widgets.logs.questions import STEP
from serving_widgets.workspace.logs.line_buffer import Archive
from serving_widgets.workspace.logs.log_search import LogQuery, LogSearch, search

SIZES, ROUNDS = size(([1_000, 10_000, 100_000, 1_000_000], 3), ([100, 1_000], 1))
#: What is looked for → whether it is an expression, and the budgets in milliseconds for 200,000 and a million lines.
SOUGHT = {
    "health probe": False,
    "no such text": False,
    r"memory: \d+": True,
    r"(slow|failed).*\d": True,
    r"\d+ of [34]": True,
    r"[45]\d\d$": True,
}
ENDPOINT = "example-endpoint"


def text_of(lines: int) -> str:
    """Return a log of the embedded workspace of so many lines."""
    with sw.connect("mock", clock="manual", name="log") as ws:
        ws.mock.roll_log(ENDPOINT, lines, quiet=True)
        ws.mock.fill_log(ENDPOINT, lines)
        return ws.endpoints.get(ENDPOINT).logs()


def archive_of(text: str) -> Archive:
    """Return the archive that keeps such a text."""
    archive = Archive()
    archive.add(read_lines(text.split("\n")))
    return archive


def nearest(archive: Archive, query: LogQuery) -> None:
    """Search until the match nearest to the end is known, as a page shows it first."""
    under_way = LogSearch(archive, query, near=archive.total - 1)
    while not under_way.go_on(archive, STEP) and under_way.nearest is None:
        pass


# Reads a log as a viewer does, in a process that has nothing else: the embedded workspace is in another one.
READER = """
import json, os, time
import serving_widgets as sw
from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.workspace.logs import log_feed
from serving_widgets.workspace.runtime import event_loop
def memory(key):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(key))
ws = sw.connect(host=os.environ["DATABRICKS_HOST"], token=os.environ["DATABRICKS_TOKEN"])
ws.endpoints.get({endpoint!r})
before, told, taken = memory("VmRSS"), [], log_feed.LogFeed._take
async def noted(self, texts):
    global size, begun
    size, begun = sum(map(len, texts)), time.perf_counter()
    open("/proc/self/clear_refs", "w").write("5")
    await taken(self, texts)
log_feed.LogFeed._take = noted
async def look():
    feed = log_feed.log_feed(ws, log_feed.LogSource({endpoint!r}, "vanilla_simple_model-2", "server"))
    feed.subscribe(lambda: told.append(time.perf_counter()))
    await feed.read()
    return feed.archive
archive = event_loop.run_sync(look, twin="")
peak = (memory("VmHWM") - before) / size
text = archive.texts.text_from(0)
began = time.perf_counter()
diagnose(text)
print(json.dumps([1000 * (told[0] - begun), peak, time.perf_counter() - began]))
"""


def in_a_process(lines: int):
    """Measure what a process takes that reads such a log."""
    with sw.connect("mock", clock="manual", name="log") as ws:
        ws.mock.roll_log(ENDPOINT, lines, quiet=True)
        ws.mock.fill_log(ENDPOINT, lines)
        done = subprocess.run(
            [sys.executable, "-c", READER.format(endpoint=ENDPOINT)],
            env={**os.environ, **ws.mock.env(), "SERVING_WIDGETS_MAX_ANSWER_MB": "512"},
            capture_output=True,
            text=True,
            check=True,
        )
    first, memory, diagnosis = json.loads(done.stdout)
    yield Row(f"log of {lines:,} lines: first lines told after the reply (wall)", [first], most=500.0)
    # Of a small log it would be the process that is measured.
    if lines > 100_000:
        yield Row(f"log of {lines:,} lines: most memory", [memory], "× the text", most=3.0)
    yield Row(f"log of {lines:,} lines: diagnosis (wall)", [diagnosis], "s", most=2.0)


def rows():
    """Measure all of it."""
    text = text_of(min(SIZES[-1], 200_000))
    lines = text.splitlines(keepends=True)
    archives = {each: archive_of("".join((lines * (each // len(lines) + 1))[:each])) for each in SIZES}
    largest = archives[SIZES[-1]]
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "server.log")
        file.write_text("".join(lines * (SIZES[-1] // len(lines))))
        for sought, regex in SOUGHT.items():
            yield compared(
                f"search {SIZES[-1]:,} lines for {sought!r} until the nearest is known (wall)",
                lambda sought=sought, regex=regex: nearest(largest, LogQuery(sought, regex=regex)),
                {},
                rounds=ROUNDS,
                clock=time.perf_counter,
                most=300.0,
            )
            tool = shutil.which("rg")
            peer = (lambda sought=sought: subprocess.run(["rg", "-c", "-i", sought, file], stdout=-3)) if tool else None
            yield compared(
                f"search {SIZES[-1]:,} lines for {sought!r} (wall)",
                lambda sought=sought, regex=regex: search(largest, LogQuery(sought, regex=regex)),
                {"ripgrep": peer},
                rounds=ROUNDS,
                clock=time.perf_counter,
                most=300.0,
            )

    yield from in_a_process(SIZES[-1])

    def cost(query: LogQuery):
        return lambda lines: min(measured({"": lambda: search(archives[lines], query)}, rounds=2)[""])

    yield grown("search lines for a text: CPU", SIZES, cost(LogQuery("health probe")))
    yield grown("search lines for an expression: CPU", SIZES, cost(LogQuery(r"(slow|failed).*\d", regex=True)))


if __name__ == "__main__":
    tell(rows())
