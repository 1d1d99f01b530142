"""How long it takes to begin: ``%load_ext``, the first ``%serving list``, and the first use of what comes next.

Every figure is the CPU time of a process of its own; the peer is the import of the official SDK.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

from figures import Row, size, tell

ROUNDS = size(5, 1)
SUPPORT = str(Path(__file__).parents[1] / "support")

SHELL = """
import sys
import time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def cpu(what):
    begin = time.process_time()
    exec(what)
    return 1000 * (time.process_time() - begin)
def with_a_page():
    import comm
    sys.path.insert(0, {support!r})
    global fake_page, sw
    import fake_page
    import serving_widgets as sw
    comm.create_comm = fake_page.FakeComm
def line(text):
    shell.run_line_magic("serving", text)
def explore():
    explorer = sw.SchemaExplorer("example-endpoint")
    assert fake_page.Page(explorer).ask("send")["type"] == "result"
    explorer.close()
"""
LOAD = "shell.run_line_magic('load_ext', 'serving_widgets')"
LIST = f"{LOAD}; line('list')"
#: What is measured → what comes before, what is measured, and its budget in milliseconds.
CASES = {
    "`%load_ext serving_widgets` (CPU)": ("", LOAD, 60),
    "`%load_ext` and the first `%serving list` (CPU)": ("", LIST, 400),
}
#: Each the first time less the second: what it takes over the request.
FIRST_USES = {
    "first `%serving sample` over the next (CPU)": ("", "line('sample example-endpoint')", 300),
    "first `%serving query` over the next (CPU)": (
        "",
        """line('query unity-model-endpoint {"dataframe_records": [{"impressions": 1, "position": 1, "bid": 0.5}]}')""",
        300,
    ),
    "first schema explorer and its Send over the next (CPU)": ("with_a_page()", "explore()", 300),
}


def run(script: str) -> list[float]:
    """Return the numbers that a script prints at its end, from a fresh process with IPython loaded."""
    done = subprocess.run(
        [sys.executable, "-c", SHELL.format(support=SUPPORT) + script], capture_output=True, text=True, timeout=60
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [float(each) for each in done.stdout.splitlines()[-1].split()]


def first_use(before: str, what: str) -> float:
    """Return how much longer something takes the first time, once endpoints were listed."""
    first, second = run(f"{LIST}\n{before}\nprint(cpu({what!r}), cpu({what!r}))")
    return max(first - second, 0.0)


def rows():
    """Measure all of it."""
    peer = "import databricks.sdk"
    there = importlib.util.find_spec("databricks") is not None
    sdk = [run(f"print(cpu({peer!r}))")[0] for _ in range(ROUNDS)] if there else []
    for what, (before, script, budget) in CASES.items():
        ours = [run(f"{before}\nprint(cpu({script!r}))")[0] for _ in range(ROUNDS)]
        yield Row(what, ours, peers={peer: sdk}, most=budget)
    for what, (before, script, budget) in FIRST_USES.items():
        yield Row(what, [first_use(before, script) for _ in range(ROUNDS)], most=budget)


if __name__ == "__main__":
    tell(rows())
