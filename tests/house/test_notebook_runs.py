"""The notebooks give the outputs that are stored: in any order, from any place, where nothing can be written."""

import os
import random
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


@pytest.fixture
def read_only_copy() -> Iterator[Path]:
    """Return a copy of the notebooks in a folder that only its owner could write to, were it not write-protected."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "notebooks"
        shutil.copytree(NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".*"))
        for path in [*folder.rglob("*"), folder]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        folder.chmod(0o755)
        for path in folder.rglob("*"):
            path.chmod(0o755)


def protected(folder: Path, *command: str) -> list[str]:
    """Return a command that runs in a folder where nothing can be written; permissions alone do not stop root."""
    quoted = shlex.quote(str(folder))
    run = f"cd {quoted} && exec {shlex.join(command)}"
    if os.getuid():
        return ["sh", "-c", run]
    mount = f"mount --bind {quoted} {quoted} && mount -o remount,ro,bind {quoted}"
    mounted = ["unshare", "--mount", "sh", "-c", f"{mount} && {run}"]
    probe = ["unshare", "--mount", "sh", "-c", f"{mount} && ! touch {quoted}/probe"]
    able = shutil.which("unshare") is not None and subprocess.run(probe, capture_output=True).returncode == 0
    # A container may not let its root mount anything; what was written shows afterwards, too.
    return mounted if able else ["sh", "-c", run]


def picture(folder: Path) -> dict[str, tuple[int, int]]:
    """Return every file with its size and the time of its last change."""
    return {str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.rglob("*"))}


def test_notebooks_give_their_outputs_in_any_order_where_only_temporary_files_can_be_written(read_only_copy, tmp_path):
    files = sorted(path.name for path in read_only_copy.glob("*.ipynb"))
    random.shuffle(files)
    places = {name: str(tmp_path) for name in ("HOME", "TMPDIR", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "MPLCONFIGDIR")}
    pytest_run = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", str(read_only_copy)]
    pytest_run += ["-p", "no:cacheprovider", "--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", *files]
    before = picture(read_only_copy)
    done = subprocess.run(
        protected(read_only_copy, *pytest_run), env=os.environ | places, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"in the order {files}:\n{done.stdout[-8000:]}{done.stderr[-2000:]}"
    assert picture(read_only_copy) == before
