"""The file that tells other processes how to sign in to an embedded workspace."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def write(file: Path, document: dict[str, Any]) -> None:
    """Write the document, readable by this user alone, in place of the one before; no reader sees half of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(document, stream, indent=1)
        with _locked(file.parent):
            os.replace(name, file)
    except BaseException:
        os.unlink(name)
        raise


def remove(file: Path, document: dict[str, Any]) -> None:
    """Remove the file, unless another server has written its own document there since."""
    with _locked(file.parent):
        try:
            own = json.loads(file.read_text(encoding="utf-8")) == document
        except (OSError, ValueError):
            return
        if own:
            file.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other servers from writing between a look at the file and its removal, where the system has such locks."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
