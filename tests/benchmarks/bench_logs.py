"""Searching a long log in the kernel, beside ripgrep on the same text in a file, its process's start included."""

import pathlib
import shutil
import subprocess
import tempfile
import time

from figures import compared, grown, measured, size, tell

import serving_widgets as sw
from serving_widgets.api.logs.log_lines import read_lines
from serving_widgets.workspace.logs.line_buffer import Archive
from serving_widgets.workspace.logs.log_search import LogQuery, search

SIZES, ROUNDS = size(([1_000, 10_000, 100_000, 1_000_000], 3), ([100, 1_000], 1))
#: What is looked for → whether it is an expression, and the budgets in milliseconds for 200,000 and a million lines.
SOUGHT = {"health probe": False, "no such text": False, r"memory: \d+": True, r"(slow|failed).*\d": True}
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

    def cost(query: LogQuery):
        return lambda lines: min(measured({"": lambda: search(archives[lines], query)}, rounds=2)[""])

    yield grown("search lines for a text: CPU", SIZES, cost(LogQuery("health probe")))
    yield grown("search lines for an expression: CPU", SIZES, cost(LogQuery(r"(slow|failed).*\d", regex=True)))


if __name__ == "__main__":
    tell(rows())
