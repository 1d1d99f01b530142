"""A notebook's file: read as it is, written as it was."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

from serving_widgets.api.errors import ServingError

from .models import STATE

#: The line break after the outer brace, and the indent of what follows.
_HEAD = re.compile(r"\{(\r?\n)([ \t]+)")
#: A widget model that is written in one line.
_MODEL_IN_A_LINE = re.compile(r'\n[ \t]+"[\w-]+": \{"model_module":')
_LOOK = "Open it in Jupyter, and save it again."


@dataclasses.dataclass(frozen=True, slots=True)
class NotebookFile:
    """A notebook's document, and how its file spells it.

    Attributes
    ----------
    document
        The parsed notebook, format 4; keys in the order of the file.
    text
        The file's text, line breaks as they are there.
    """

    path: Path
    document: dict[str, Any]
    text: str

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The cells, from top to bottom."""
        found: list[dict[str, Any]] = self.document["cells"]
        return found

    def spelled(self, document: dict[str, Any]) -> str:
        """Return a document as this file spells it: indent, line breaks, escapes, and whether its last line ends."""
        head = _HEAD.match(self.text)
        spaced = re.match(r'\{"(?:[^"\\]|\\.)*": ', self.text) is not None
        dense = (", ", ": ") if spaced else (",", ":")
        ascii_only = self.text.isascii() and "\\u" in self.text
        lines: dict[str, str] = {}
        if head and _MODEL_IN_A_LINE.search(self.text):
            document, lines = models_in_a_line(document, ascii_only=ascii_only)
        written = json.dumps(
            document,
            indent=head[2] if head else None,
            separators=(",", ": ") if head else dense,
            ensure_ascii=ascii_only,
        )
        written = with_lines(written, lines)
        ends = self.text[len(self.text.rstrip()) :]
        return (written.replace("\n", head[1]) if head else written) + ends


def read(path: Path) -> NotebookFile:
    """Read a notebook.

    Raises
    ------
    ServingError
        When there is no such file, or it is not a notebook of format 4; the hint says what to do.

    Examples
    --------
    >>> read(Path("notebooks/01-quickstart.ipynb")).document["nbformat"]
    4
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise ServingError(f"{path} is not a notebook: it is not UTF-8 (byte {error.start}).", hint=_LOOK) from None
    except OSError as error:
        raise ServingError(
            f"{path} can't be read: {(error.strerror or str(error)).lower()}.", hint="Is the name right?"
        ) from None
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ServingError(f"{path} is not a notebook: it is not JSON ({error}).", hint=_LOOK) from None
    version = document.get("nbformat") if isinstance(document, dict) else None
    if not isinstance(version, int):
        raise ServingError(f"{path} is not a notebook: it does not say which nbformat it has.", hint=_LOOK)
    if version != 4:
        raise ServingError(
            f"{path} has nbformat {version}, and only 4 is known here.",
            hint=f"Convert it: jupyter nbconvert --to notebook --inplace {path}" if version < 4 else "",
        )
    if not _shaped(document):
        raise ServingError(
            f"{path} is not a notebook: its cells or its metadata are not what they should be.", hint=_LOOK
        )
    return NotebookFile(path, document, text)


def models_in_a_line(document: dict[str, Any], *, ascii_only: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
    """Return a notebook with marks in the place of its widget models, and the line for each mark.

    No one reads a model's state in a file, and with a line for each value it takes a fifth more of it.
    """
    stored = document.get("metadata", {}).get("widgets", {}).get(STATE, {})
    models = stored.get("state")
    if not isinstance(models, dict) or not models:
        return document, {}
    lines = {
        f"serving-widgets model {number}": json.dumps(
            model, separators=(",", ":"), ensure_ascii=ascii_only, sort_keys=True
        )
        for number, model in enumerate(models.values())
    }
    marked = {**stored, "state": dict(zip(models, lines, strict=True))}
    metadata = {**document["metadata"], "widgets": {**document["metadata"]["widgets"], STATE: marked}}
    return {**document, "metadata": metadata}, lines


def with_lines(text: str, lines: dict[str, str]) -> str:
    """Return a written notebook with the lines in the place of their marks."""
    return (
        re.sub(r'"(serving-widgets model \d+)"', lambda found: lines.get(found[1], found[0]), text) if lines else text
    )


def write(path: Path, text: str) -> None:
    """Write a file so that no reader ever sees half of it; who may read it stays as it is."""
    place = path.resolve()
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text.encode("utf-8"))
        if place.exists():
            shutil.copymode(place, name)
        else:
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, place)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise


def _shaped(document: dict[str, Any]) -> bool:
    cells = document.get("cells")
    return isinstance(cells, list) and isinstance(document.get("metadata", {}), dict) and all(map(_is_cell, cells))


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or not isinstance(cell.get("metadata", {}), dict):
        return False
    outputs = cell.get("outputs", [])
    return isinstance(outputs, list) and all(isinstance(output, dict) for output in outputs)


def _umask() -> int:
    # It can be read only by setting it.
    mask = os.umask(0)
    os.umask(mask)
    return mask
