"""Kernels that begin as forks of a process which has imported everything already: a pytest plugin.

Starting Python and importing ipykernel, pandas and the package costs more than what most tests do in a kernel. While
tests run, the kernel `python3` is therefore described anew: Jupyter starts `stand_in.py` as the kernel's process, which
asks `forks.py`, one process for all of the run, for a kernel with its own environment, folder and streams. Modules that
register themselves with a kernel as they are first imported do so then, as in any other kernel.

`SERVING_WIDGETS_PLAIN_KERNELS=1` leaves kernels alone; so does any system but Linux.
"""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

FOLDER: pytest.StashKey[Path] = pytest.StashKey()
PLAIN = "SERVING_WIDGETS_PLAIN_KERNELS"


def pytest_configure(config: pytest.Config) -> None:
    """Describe the kernel for this run and for every process that it starts."""
    if hasattr(config, "workerinput") or os.environ.get(PLAIN) or sys.platform != "linux":
        return
    folder = config.stash[FOLDER] = Path(tempfile.mkdtemp(prefix="kernels-"))
    code = Path(__file__).parent / "stand_in.py"
    spec = {
        "argv": [sys.executable, "-I", "-S", str(code), str(folder), str(os.getpid()), "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    (place / "kernel.json").write_text(json.dumps(spec))
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(folder), os.environ.get("JUPYTER_PATH")]))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the description; the process that forks ends where its socket is gone."""
    if folder := config.stash.get(FOLDER, None):
        os.environ["JUPYTER_PATH"] = os.environ["JUPYTER_PATH"].removeprefix(str(folder)).lstrip(os.pathsep)
        shutil.rmtree(folder, ignore_errors=True)
