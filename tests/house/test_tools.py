"""The tools that read the code: types, style, front end. One pytest command runs them all."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

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
        pytest.skip("no Node, so the front end's types and tests were not checked (Debian: apt-get install nodejs npm)")
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


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("of_a_module", [False, True], ids=["of a test", "of a module"])
@pytest.mark.parametrize(
    ("reason", "excused"), [("no such_tool", False), ("beside this checkout: no such folder", True)]
)
def test_a_skip_passes_at_home_and_fails_where_skips_count(strict, of_a_module, reason, excused, request):
    (rules,) = (plugin for plugin in request.config.pluginmanager.get_plugins() if hasattr(plugin, "BESIDE"))
    told = (__file__, 1, f"Skipped: {reason}")
    if of_a_module:
        report = pytest.CollectReport("test_it.py", "skipped", told, [])
        hook = rules.pytest_make_collect_report
    else:
        report = pytest.TestReport("test_it.py::test_it", (__file__, 1, "test_it"), {}, "skipped", told, "call")
        hook = rules.pytest_runtest_makereport
    config = SimpleNamespace(getoption=lambda name: strict)
    wrapped = hook(SimpleNamespace(config=config))
    next(wrapped)
    with pytest.raises(StopIteration):
        wrapped.send(report)
    counts = strict and (of_a_module or not excused)
    assert report.outcome == ("failed" if counts else "skipped")
    assert reason in str(report.longrepr)


@pytest.mark.parametrize(
    ("environment", "strict"), [({}, False), ({"CI": "true"}, True), ({"SERVING_WIDGETS_STRICT": "1"}, True)]
)
def test_skips_count_where_the_environment_says_so(environment, strict, request, monkeypatch):
    (rules,) = (plugin for plugin in request.config.pluginmanager.get_plugins() if hasattr(plugin, "BESIDE"))
    for name in ("CI", "SERVING_WIDGETS_STRICT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parser = pytest.Parser(_ispytest=True)
    rules.pytest_addoption(parser)
    assert parser.parse_known_args([]).strict_skips is strict
