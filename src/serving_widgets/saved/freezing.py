"""Freezing: a notebook run once, so that it can be read without a kernel, and without ours."""

from __future__ import annotations

import copy
import dataclasses
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from serving_widgets.api.errors import ServingError
from serving_widgets.api.read_only_env import READ_ONLY_VARIABLE, is_read_only

from .counted_words import count
from .files import models_in_a_line, read, with_lines, write
from .models import VIEW, number_models, outputs, widget_metadata
from .running import NotebookRun, Progress


@dataclasses.dataclass(frozen=True, slots=True)
class FreezeResult:
    """What freezing a notebook came to.

    Attributes
    ----------
    path
        The file that was written.
    cells, views, models, size
        Cells that ran, widgets that outputs show, models that are stored for them, and what those take, in bytes.
    """

    path: Path
    cells: int
    views: int
    models: int
    size: int

    def __str__(self) -> str:
        kept = f"kept {count(self.views, 'widget')} ({count(self.models, 'model')}, {self.size:,} bytes)"
        return f"{self.path}: ran {count(self.cells, 'cell')}, {kept if self.views else 'no widgets to keep'}."


def freeze(
    path: Path,
    *,
    output_dir: Path | None = None,
    timeout: float = 600.0,
    allow_changes: bool = False,
    progress: Progress = lambda number, total: None,
) -> FreezeResult:
    """Run a notebook in a fresh kernel, in its own folder, and store what it shows, widgets included.

    The same notebook gives the same bytes each time, as far as what it computes is the same.

    Parameters
    ----------
    path
        The notebook; it is overwritten unless ``output_dir`` is given.
    output_dir
        The folder to write to, under the same name.
    timeout
        Seconds that one cell may take.
    allow_changes
        Whether the run may change a real workspace; by default every connection of this package to one is read-only.
    progress
        Is told of each cell before it runs: its number, and how many there are.

    Raises
    ------
    ServingError
        When the file is not a notebook, a cell fails that is not tagged ``raises-exception``, one takes too long, or
        :func:`check` has something against it. Nothing is written then.

    Examples
    --------
    >>> print(freeze(Path("notebooks/01-quickstart.ipynb")))
    notebooks/01-quickstart.ipynb: ran 16 cells, kept 2 widgets (11 models, 64,129 bytes).
    """
    from nbformat import from_dict
    from nbformat.v4 import writes_json

    check([path], output_dir=output_dir, allow_changes=allow_changes)
    notebook = read(path)
    document = copy.deepcopy(notebook.document)
    _name_cells(document)
    run = NotebookRun(document, path, timeout=timeout, allow_changes=allow_changes, progress=progress)
    ran, models = run.run()
    kept = number_models(models, ran["cells"])
    ran["metadata"].pop("widgets", None)
    if kept:
        ran["metadata"]["widgets"] = widget_metadata(kept)
    target = path if output_dir is None else output_dir / path.name
    if output_dir is not None:
        output_dir.mkdir(parents=True, exist_ok=True)
    marked, lines = models_in_a_line(ran)
    text: str = writes_json(from_dict(marked))  # type: ignore[no-untyped-call]  # nbformat has no types
    write(target, f"{with_lines(text, lines)}\n")
    return FreezeResult(
        target,
        sum(cell["cell_type"] == "code" for cell in ran["cells"]),
        sum(isinstance(output["data"][VIEW]["model_id"], int) for output in outputs(ran["cells"])),
        len(kept),
        len(json.dumps(kept)),
    )


def check(paths: Sequence[Path], *, output_dir: Path | None = None, allow_changes: bool = False) -> None:
    """Refuse what must not be begun.

    Parameters
    ----------
    paths
        The notebooks; the others are as for :func:`freeze`.

    Raises
    ------
    ServingError
        When changes are allowed where the environment forbids them, or one notebook would be written over another.
    """
    if allow_changes and is_read_only(os.environ):
        raise ServingError(
            "--allow-changes lets notebooks change real workspaces, and "
            f"{READ_ONLY_VARIABLE} is set, which forbids it.",
            hint=f"Leave --allow-changes out, or unset {READ_ONLY_VARIABLE}. Nothing was run.",
        )
    if output_dir is None:
        return
    first: dict[str, Path] = {}
    for path in paths:
        other = first.setdefault(path.name, path)
        if other is not path:
            raise ServingError(
                f"{other} and {path} would both be written to {output_dir / path.name}.",
                hint="Freeze them one after the other, into different folders. Nothing was run.",
            )


def _name_cells(document: dict[str, Any]) -> None:
    """Name cells that have to have an id and have none: by their place, since tools would draw lots."""
    if document.get("nbformat_minor", 0) < 5:
        return
    cells = document["cells"]
    taken = {cell.get("id") for cell in cells}
    free: Iterable[str] = (name for number in range(len(cells) * 2) if (name := f"cell-{number:02}") not in taken)
    for cell, name in zip((cell for cell in cells if not cell.get("id")), free, strict=False):
        cell["id"] = name
