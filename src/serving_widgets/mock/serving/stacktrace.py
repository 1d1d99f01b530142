"""Tracebacks of models that failed, as their containers would print them."""

from __future__ import annotations

import re
import site
import sysconfig
import traceback
from collections.abc import Iterator
from pathlib import Path

from serving_widgets.mock.logs.lines import ENVIRONMENT

_HERE = str(Path(__file__).parents[1])
_PYTHON = f"{ENVIRONMENT}/lib/python3.11"
#: Folders of this machine, and where a container has the same.
_FOLDERS = (
    *((folder, f"{_PYTHON}/site-packages") for folder in (*site.getsitepackages(), sysconfig.get_path("purelib"))),
    (sysconfig.get_path("stdlib"), _PYTHON),
)
_FILE = re.compile(r'^(\s*(?:\| )?File )"([^"]+)"', re.MULTILINE)


def stack_trace(error: BaseException) -> str:
    """Return the traceback of an error inside a model.

    It begins in the model: the mock's own calls are left out, and no folder of this machine is in it, so that the same
    mistake reads the same everywhere. Code of a notebook's cell stands in ``model.py``.

    Examples
    --------
    >>> try:
    ...     1 / 0
    ... except ZeroDivisionError as error:
    ...     print(stack_trace(error).splitlines()[-1])
    ZeroDivisionError: division by zero
    """
    told = traceback.TracebackException.from_exception(error)
    for part in _chain(told):
        part.stack[:] = [frame for frame in part.stack if not frame.filename.startswith(_HERE)]
    return in_container("".join(told.format()))


def in_container(trace: str) -> str:
    """Return a traceback with the folders that a container has in place of those of this machine."""
    return _FILE.sub(lambda match: f'{match[1]}"{_place(match[2])}"', trace)


def _chain(told: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """Yield an error and those that led to it; `TracebackException` itself breaks circles."""
    yield told
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            yield from _chain(other)


def _place(file: str) -> str:
    for folder, there in _FOLDERS:
        if file.startswith(folder):
            return there + file[len(folder) :].replace("\\", "/")
    if file.startswith("<") or "ipykernel" in file:
        return "/model/code/model.py"
    return f"/model/code/{Path(file).name}"
