"""How long it takes to begin: ``%load_ext``, and the first ``%serving list`` with the embedded workspace's start.

Run ``python tests/benchmarks/bench_start.py``. Peers, in the same run: bare IPython, and importing the official SDK
where it is installed. Every figure is a process of its own; the median of several is printed.
"""

import importlib.util
import statistics
import subprocess
import sys

ROUNDS = 7

SHELL = """
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
begin = time.perf_counter()
{what}
print(time.perf_counter() - begin)
"""
CASES = {
    "IPython, an empty cell": "shell.run_cell('None')",
    "%load_ext serving_widgets": "shell.run_line_magic('load_ext', 'serving_widgets')",
    "%load_ext and the first %serving list": (
        "shell.run_line_magic('load_ext', 'serving_widgets'); shell.run_line_magic('serving', 'list')"
    ),
    "import serving_widgets.client and its parts": "import serving_widgets.client.client",
}
if importlib.util.find_spec("databricks") is not None:
    CASES["import databricks.sdk (peer)"] = "import databricks.sdk"


def seconds(what: str) -> float:
    """Return how long a statement takes in a fresh process with IPython loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL.format(what=what)], capture_output=True, text=True, check=True, timeout=60
    )
    return float(done.stdout.split()[-1])


def main() -> None:
    """Print every figure, and its ratio to the peer's where there is one."""
    medians = {name: statistics.median(seconds(what) for _ in range(ROUNDS)) for name, what in CASES.items()}
    peer = medians.get("import databricks.sdk (peer)")
    for name, median in medians.items():
        ratio = f"  {median / peer:6.2f} x the SDK's import" if peer else ""
        print(f"{name:48s} {median * 1000:8.1f} ms{ratio}")


if __name__ == "__main__":
    main()
