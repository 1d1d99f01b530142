"""Runs the tests with the lowest and the newest versions that are allowed, on each Python that there is.

``python tests/support/matrix.py`` makes an environment for each Python from 3.11 to 3.14 that it finds on PATH, and one
with the lowest versions on the oldest of them; it installs the project there, runs all tests that need no browser, and
prints a table. Interpreters and tests may be named::

    python tests/support/matrix.py --python /opt/python3.13/bin/python3 --versions newest tests/api tests/client
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
#: Those whose versions the table shows.
SHOWN = ("numpy", "pandas", "pydantic", "httpx", "ipython", "ipywidgets", "databricks-sdk", "mlflow-skinny")
#: With the lowest versions, what else they were made for: others in a test environment have moved on since.
COMPANIONS = ("pyarrow==17.0.0",)
#: With the lowest versions, what is left out: tests that hold the mock and the encoder to what the newest official
#: clients and MLflow's own server do, and that of a Dask which is newer than the lowest.
NEWEST_ONLY = (
    "tests/mock/official",
    "tests/mock/routes/test_scoring_errors.py",
    "tests/mock/scoring",
    "tests/mock/serving",
    "tests/openapi/check/test_differential.py",
    "tests/openapi/check/test_rows.py",
    "tests/openapi/check/test_validate_mlflow.py",
    "tests/openapi/encode",
    "tests/openapi/read/test_many_documents.py",
    "tests/workspace/scoring/test_dask.py",
    "tests/house/test_tools.py",
)
#: The front end is the same for every Python: it is built once, where the script runs.
BUILD = {"SERVING_WIDGETS_BUILD": "skip", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass
class Row:
    """One environment and what came of it."""

    python: str
    versions: str
    installed: str = ""
    outcome: str = ""
    passed: bool = False
    seconds: float = 0.0


def lowest(project: dict[str, object]) -> list[str]:
    """Return the lowest versions of what a project needs, its extras but the one for tests included.

    Examples
    --------
    >>> lowest({"dependencies": ["httpx>=0.27"], "optional-dependencies": {"lab": ["dask[dataframe]>=2024.8"]}})
    ['httpx==0.27', 'dask==2024.8']
    """
    extras = project.get("optional-dependencies", {})
    needed = [*project["dependencies"], *(each for name, group in extras.items() if name != "test" for each in group)]
    bounds = (re.fullmatch(r"([\w.-]+)(?:\[[^]]*\])?>=([\w.]+)", each) for each in needed)
    return list(dict.fromkeys(f"{bound[1]}=={bound[2]}" for bound in bounds if bound))


def interpreters(named: list[str]) -> dict[str, str]:
    """Return Pythons by version, each with its path: those that are named, else those on PATH."""
    found: dict[str, str] = {}
    for path in named or [f"python{version}" for version in PYTHONS]:
        code = "import sys; print('%d.%d' % sys.version_info[:2], sys.executable)"
        where = shutil.which(path)
        said = subprocess.run([where, "-c", code], capture_output=True, text=True, check=False) if where else None
        if said is not None and said.returncode == 0:
            version, executable = said.stdout.split()
            if version in PYTHONS:
                found.setdefault(version, executable)
            continue
        if named:
            raise SystemExit(f"{path} is not a Python that can be run.")
    return dict(sorted(found.items(), key=lambda each: PYTHONS.index(each[0])))


def run(row: Row, executable: str, folder: Path, tests: list[str]) -> None:
    """Make an environment, install the project in it, and run the tests."""
    began = time.monotonic()
    environment = folder / f"{row.python}-{row.versions}"
    python = environment / "bin" / "python"
    constraints = folder / "lowest.txt"
    if not python.exists():
        subprocess.run([executable, "-m", "venv", str(environment)], check=True)
    install = [str(python), "-m", "pip", "install", "-q", "-e", f"{ROOT}[test]"]
    if row.versions == "lowest":
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        constraints.write_text("\n".join((*lowest(project), *COMPANIONS)), encoding="utf-8")
        install += ["-c", str(constraints)]
    log = folder / f"{row.python}-{row.versions}.log"
    with log.open("w", encoding="utf-8") as out:
        env = {**os.environ, **BUILD}
        if subprocess.run(install, stdout=out, stderr=subprocess.STDOUT, env=env, check=False).returncode:
            row.outcome = f"could not be installed: {log}"
        else:
            row.installed = ", ".join(versions_in(python))
            command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", "--ignore=tests/browser", *tests]
            command += [f"--ignore={path}" for path in NEWEST_ONLY if row.versions == "lowest"]
            ended = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=env, cwd=ROOT, check=False)
            row.passed = ended.returncode == 0
            counts = re.findall(r"\d+ (?:passed|failed|errors?)", log.read_text(encoding="utf-8").splitlines()[-1])
            row.outcome = ", ".join(counts) + ("" if row.passed else f" – see {log}")
    row.seconds = time.monotonic() - began


def versions_in(python: Path) -> list[str]:
    """Return the versions that an environment has of what the table shows."""
    code = f"import importlib.metadata as m\nfor each in {SHOWN!r}: print(each, m.version(each))"
    said = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=False).stdout
    return said.splitlines()


def main() -> int:
    """Run what is asked for and print the table; return 1 where anything failed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tests", nargs="*", help="what to run; all tests but those of the browser unless given")
    parser.add_argument("--python", action="append", default=[], help="an interpreter; may be repeated")
    parser.add_argument("--versions", choices=("lowest", "newest", "both"), default="both")
    parser.add_argument(
        "--folder", type=Path, help="where environments are made and kept; a temporary one unless given"
    )
    given = parser.parse_args()
    found = interpreters(given.python)
    if not found:
        raise SystemExit(f"No Python of {', '.join(PYTHONS)} was found on PATH: name one with --python.")
    wanted = []
    if given.versions != "newest":
        # Newer Pythons have no wheels of what is that old.
        wanted.append((Row(next(iter(found)), "lowest"), next(iter(found.values()))))
    if given.versions != "lowest":
        wanted += [(Row(version, "newest"), path) for version, path in found.items()]
    folder = given.folder or Path(tempfile.mkdtemp(prefix="serving-widgets-matrix-"))
    folder.mkdir(parents=True, exist_ok=True)
    for row, executable in wanted:
        run(row, executable, folder, given.tests or ["tests"])
        print(
            f"{row.python:6} {row.versions:7} {row.seconds:6.0f} s  {row.outcome}\n{'':24}{row.installed}", flush=True
        )
    return int(
        any((not row.outcome.endswith("passed") and "failed" in row.outcome) or ":" in row.outcome for row, _ in wanted)
    )


if __name__ == "__main__":
    sys.exit(main())
