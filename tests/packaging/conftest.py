"""The build hook as a module, a small project for it to work on, and archives of the real one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

FAKE_NPM = """#!{python}
import os, pathlib, sys
pathlib.Path({log!r}).open("a").write("npm " + " ".join(sys.argv[1:]) + chr(10))
"""

FAKE_NODE = """#!{python}
import os, pathlib, runpy, sys
if sys.argv[1:] == ["--version"]:
    print("{version}")
    raise SystemExit
pathlib.Path({log!r}).open("a").write("node " + " ".join(sys.argv[1:]) + chr(10))
if os.environ.get("FAKE_FAILURE"):
    print("one", "two", os.environ["FAKE_FAILURE"], sep=chr(10))
    raise SystemExit(3)
digest = runpy.run_path({hook!r})["digest"](pathlib.Path.cwd())
static = pathlib.Path.cwd().parent / "src" / "serving_widgets" / "static"
static.mkdir(parents=True, exist_ok=True)
for name in ("runtime.js", "loader.js"):
    (static / name).write_text("/* inputs:" + digest + " */" + chr(10) + "export default {{}}" + chr(10))
"""


@pytest.fixture(scope="session")
def hook(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("serving_widgets_build_hook", project / "js" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_switch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERVING_WIDGETS_BUILD", raising=False)


@pytest.fixture
def small_project(tmp_path: Path, project: Path) -> Path:
    """Return a checkout in miniature: the real hook and metadata, a front end of three files, one Python module."""
    root = tmp_path / "checkout"
    package = root / "src" / "serving_widgets"
    package.mkdir(parents=True)
    for name in ("pyproject.toml", "LICENSE", ".gitignore", "js/hatch_build.py", "src/serving_widgets/_version.py"):
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(project / name, target)
    (root / "README.md").write_text("# A checkout in miniature\n")
    (root / "notebooks").mkdir()
    (root / "notebooks" / "01-quickstart.ipynb").write_text("{}\n")
    (package / "__init__.py").write_text('"""Nothing."""\n')
    (root / "js" / "src" / "views").mkdir(parents=True)
    (root / "js" / "src" / "runtime.ts").write_text("export const answer = 42;\n")
    (root / "js" / "src" / "views" / "badge.tsx").write_text("export const badge = null;\n")
    for name in ("package-lock.json", "package.json", "build.mjs", "tsconfig.json"):
        (root / "js" / name).write_text("{}\n")
    return root


@pytest.fixture
def fake_node(tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a Node and an npm on PATH that only note what they were asked to do; gives the file with the notes."""

    def make(version: str = "v20.1.0", npm: bool = True) -> Path:
        folder, log = tmp_path / "bin", tmp_path / "asked.txt"
        folder.mkdir()
        log.write_text("")
        hook = str(project / "js" / "hatch_build.py")
        programs = {"node": FAKE_NODE.format(python=sys.executable, version=version, log=str(log), hook=hook)}
        if npm:
            programs["npm"] = FAKE_NPM.format(python=sys.executable, log=str(log))
        for name, text in programs.items():
            (folder / name).write_text(text)
            (folder / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        return log

    return make


@pytest.fixture(scope="session")
def archives(project: Path, hook: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Build the sdist from a copy of the checkout, and a wheel from that sdist, with no Node on PATH."""
    if hook.is_stale(project):
        pytest.skip("the front end is not built: run `npm ci --ignore-scripts && node build.mjs` in js/")
    base = tmp_path_factory.mktemp("archives")
    copy = shutil.copytree(
        project,
        base / "checkout",
        ignore=shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", "node_modules"),
    )
    # One file stands for the hundred megabytes that an sdist must leave behind.
    (copy / "js" / "node_modules" / "left-behind").mkdir(parents=True)
    (copy / "js" / "node_modules" / "left-behind" / "index.js").write_text("")
    env = {name: value for name, value in os.environ.items() if name != "SERVING_WIDGETS_BUILD"}
    env["PATH"] = ""
    made = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(base / "dist"), str(copy)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    (sdist,), (wheel,) = (base / "dist").glob("*.tar.gz"), (base / "dist").glob("*.whl")
    return {"sdist": sdist, "wheel": wheel}
