"""All benchmarks as one command that prints one table: ``python tests/benchmarks [SUBJECT …]``.

Each subject is measured in a process of its own, one after the other. Where one fails the table says so, and why is on
standard error. CPU time is that of the process alone; everything else is time on the wall, which other work on the
machine makes longer.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from figures import ROWS, Row, print_table, told

HERE = Path(__file__).parent
SUBJECTS = (*("start", "client", "lists", "scoring", "schema", "completion", "mock", "logs", "many_users", "browser"),)
LIMIT = 180.0


def command(subject: str) -> list[str]:
    """Return what measures a subject: those in the browser are tests, for they take its fixtures."""
    file = str(HERE / f"bench_{subject}.py")
    in_pytest = [sys.executable, "-m", "pytest", "-n0", "-q", "-p", "no:cacheprovider", file]
    return in_pytest if subject == "browser" else [sys.executable, file]


def measure(subject: str) -> tuple[list[Row], str]:
    """Return a subject's rows, and what went wrong."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        environ = {**os.environ, ROWS: file.name, "PYTHONDONTWRITEBYTECODE": ""}
        try:
            done = subprocess.run(
                command(subject), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT
            )
            said, wrong = done.stdout, f"ended with {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired as error:
            said, wrong = error.stdout or b"", f"was ended after {LIMIT:.0f} s"
        rows = told(file.name)
    if not rows and not wrong:
        wrong = "was not tried: " + (said.decode(errors="replace").strip().splitlines() or ["it printed nothing"])[-1]
    if wrong:
        print(said.decode(errors="replace")[-3000:], file=sys.stderr)
    return rows, wrong


def machine() -> str:
    """Return what was measured on, and how busy it was."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    busy = "" if load < cores / 4 else f", busy with other work (load {load:.1f})"
    return f"{platform.system()} {platform.machine()}, {cores} cores, Python {platform.python_version()}{busy}"


def main() -> int:
    """Print the table; the status tells whether every subject could be measured."""
    began, where = time.monotonic(), machine()
    rows: list[Row] = []
    failures = {}
    for subject in sys.argv[1:] or SUBJECTS:
        found, wrong = measure(subject)
        rows += found
        if wrong:
            failures[subject] = wrong
    print(f"{datetime.now(UTC):%Y-%m-%d}, {where}; median ± half of the interquartile range.\n")
    print_table(rows)
    print()
    for subject, wrong in failures.items():
        print(f"{subject} {wrong}")
    missed = sum("missed" in line for row in rows for line in row.lines())
    print(f"{len(rows)} rows, {missed} budgets missed, {time.monotonic() - began:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
