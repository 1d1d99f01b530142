"""The tools that read the code: types, style, front end. One pytest command runs them all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def run(command: list[str], folder: Path) -> None:
    """Run a tool; its own words are the test's failure."""
    env = os.environ | {"NO_COLOR": "1"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"


@pytest.fixture(scope="module")
def js(project: Path) -> Path:
    """Return the front end's folder, where its tools can run."""
    if shutil.which("node") is None:
        pytest.skip("no Node on PATH: the front end's types and tests are not checked")
    if not (project / "js" / "node_modules" / ".bin" / "tsc").exists():
        pytest.skip("js/node_modules is not installed: run `npm ci --ignore-scripts` in js/")
    return project / "js"


def test_mypy_finds_nothing(project):
    run([sys.executable, "-m", "mypy"], project)


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=["check", "format"])
def test_ruff_finds_nothing(project, command):
    run([sys.executable, "-m", "ruff", *command, "."], project)


def test_typescript_finds_nothing(js):
    run([str(js / "node_modules" / ".bin" / "tsc"), "--noEmit"], js)


def test_the_front_ends_own_tests_pass(js):
    run([str(js / "node_modules" / ".bin" / "vitest"), "run"], js)


def test_the_lock_file_names_no_place_to_download_from(project):
    lock = json.loads((project / "js" / "package-lock.json").read_text())
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]


def test_only_what_belongs_there_stands_at_the_top(project):
    ignored = [line.strip("/") for line in (project / ".gitignore").read_text().splitlines()]
    texts = {"README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"}
    settings = {"pyproject.toml", ".gitignore", ".gitattributes"}
    folders = {"src", "notebooks", "tests", "js", ".ci", ".git"}
    found = {path.name for path in project.iterdir() if not any(path.match(pattern) for pattern in ignored)}
    assert found <= texts | settings | folders


@pytest.mark.parametrize(
    ("skip", "strict"),
    [
        ("def test_it(): pytest.skip('no such_tool')", {"CI": "true"}),
        ("pytest.importorskip('such_tool')", {"SERVING_WIDGETS_STRICT": "1"}),
    ],
)
def test_a_skip_passes_at_home_and_fails_where_skips_count(project, tmp_path, skip, strict):
    shutil.copyfile(project / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_it.py").write_text(f"import pytest\n{skip}\ndef test_that(): pass\n")
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(tmp_path), str(tmp_path)]
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "SERVING_WIDGETS_STRICT")}
    env |= {"PYTHONPATH": str(project / "tests" / "support"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

    def outcome(more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=env | more, cwd=tmp_path, capture_output=True, text=True, check=False)

    at_home, counted = outcome({}), outcome(strict)
    # Code 5 is pytest's "no tests ran": that is what a skipped module amounts to.
    assert at_home.returncode in (0, 5), at_home.stdout
    assert counted.returncode not in (0, 5), counted.stdout
    assert "such_tool" in counted.stdout
