"""Every block of README does what it says, as it stands."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from serving_widgets import cli

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
PYTHON = [block for language, block in BLOCKS if language == "python"]
#: Lines of a shell, without those that set up an environment: `.ci/run` has those.
LINES = [
    line.partition(" #")[0].strip()
    for language, block in BLOCKS
    if language == "sh"
    for line in block.splitlines()
    if line.startswith("serving-widgets")
]


def runs(kind):
    """Return the one block of Python that holds a text."""
    (block,) = [block for block in PYTHON if kind in block]
    return block


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a file in a folder of its own; what it writes to stderr counts as a failure."""

    def run(*command, quiet=True):
        env = {**os.environ, "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path), "PYTHONWARNINGS": "ignore"}
        done = subprocess.run(
            [sys.executable, *command], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert not quiet or "Error" not in done.stdout + done.stderr
        return done.stdout

    return run


def test_each_block_of_python_is_run_here():
    assert len(PYTHON) == 4
    assert {line.split()[1] for line in LINES} == {"mock", "freeze", "clean"}


def test_the_lines_of_a_notebook_run(run, tmp_path):
    (tmp_path / "block.ipy").write_text(runs("%load_ext"))
    said = run("-m", "IPython", "--colors=nocolor", "block.ipy")
    for name in ("unity-model-endpoint", "Ready", "Version conflict", "Permissions of churn"):
        assert name in said


def test_the_lines_of_python_run(run, tmp_path):
    (tmp_path / "block.py").write_text(runs("EndpointBrowser()"))
    assert run("block.py").splitlines()[-1] == "Ready"


def test_the_tests_of_a_users_code_pass(run, tmp_path):
    pytest.importorskip("databricks.sdk")
    (tmp_path / "test_block.py").write_text(runs("serving_mock_env"))
    assert "2 passed" in run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_block.py")


def test_a_scenario_of_ones_own_can_be_opened(run, tmp_path):
    opened = "from serving_widgets.mock import MockWorkspace\nprint(MockWorkspace(checkout).start())"
    (tmp_path / "block.py").write_text(f"{runs('Scenario(')}\n{opened}\n")
    assert run("block.py") == "<MockWorkspace checkout, running>\n"


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_a_shell_runs(line, run, tmp_path):
    words = shlex.split(line)
    if words[1] != "mock":
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
        nbformat.write(notebook, tmp_path / words[-1])
        assert run("-m", "serving_widgets.cli", *words[1:]).startswith(words[-1])
        return
    assert cli.parser().parse_args(words[1:]).connection_file == Path("connection.json")
    process = subprocess.Popen([sys.executable, "-m", "serving_widgets.cli", *words[1:]], cwd=tmp_path)
    deadline = time.monotonic() + 20
    while not (tmp_path / words[-1]).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
