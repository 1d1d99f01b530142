"""The tutorials: notebooks that come with the package, copied to a folder of one's own and opened in JupyterLab."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from serving_widgets.api.errors import ServingError

QUICK_START = "01-quickstart.ipynb"
#: Where they are in an installed package, and in a checkout.
_PLACES = (Path(__file__).parents[1] / "tutorials", Path(__file__).parents[3] / "notebooks")


@dataclasses.dataclass(frozen=True, slots=True)
class Copied:
    """What became of a folder.

    Attributes
    ----------
    folder : pathlib.Path
        The folder.
    written : tuple of str
        The files that were not there before.
    kept : tuple of str
        The files that were there and differ; they were left alone.
    """

    folder: Path
    written: tuple[str, ...]
    kept: tuple[str, ...]

    def __str__(self) -> str:
        lines = [f"{self.folder}: {_count(len(self.written))} copied" if self.written else f"{self.folder}: all there"]
        if self.kept:
            lines.append(f"Left alone, since they were changed: {', '.join(self.kept)}.")
            lines.append("For fresh ones, name another folder.")
        return "\n".join(lines)


def copy_tutorials(folder: Path) -> Copied:
    """Copy the tutorials and their pictures, and replace no file.

    Parameters
    ----------
    folder : pathlib.Path
        Where to; it is made if need be.

    Raises
    ------
    ServingError
        When the package came without them.
    OSError
        When the folder can't be written.

    Examples
    --------
    >>> print(copy_tutorials(Path("tutorial")))
    tutorial: 15 files copied
    """
    source = _source()
    written, kept = [], []
    for file in sorted(path for path in source.rglob("*") if path.suffix in (".ipynb", ".png")):
        name = file.relative_to(source)
        if ".ipynb_checkpoints" in name.parts:
            continue
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
            written.append(name.as_posix())
        elif target.read_bytes() != file.read_bytes():
            kept.append(name.as_posix())
    return Copied(folder, tuple(written), tuple(kept))


def titles() -> dict[str, str]:
    """Return the heading of each tutorial, by the name of its file without ``.ipynb``.

    Raises
    ------
    ServingError
        When the package came without them.

    Examples
    --------
    >>> titles()["04-permissions"]
    'Permissions, and who pays'
    """
    return {path.stem: _title(path) for path in sorted(_source().glob("*.ipynb"))}


def _title(path: Path) -> str:
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    return "".join(first).partition("\n")[0].removeprefix("# ")


def _source() -> Path:
    source = next((place for place in _PLACES if (place / QUICK_START).is_file()), None)
    if source is None:
        raise ServingError(
            "The tutorials are not in this installation.",
            hint="Install it from the project's wheel: pip install --force-reinstall serving-widgets.",
        )
    return source


def lab_command(notebook: Path, environment: Mapping[str, str], *, root: bool) -> tuple[list[str], list[str]]:
    """Return the command that opens JupyterLab on a notebook, and what a user should know of it.

    Parameters
    ----------
    notebook : pathlib.Path
        The notebook to open.
    environment : mapping of str to str
        The environment's variables, which tell whether there is a display.
    root : bool
        Whether the user is root, as in a container, where JupyterLab starts only if told that this is meant.

    Raises
    ------
    ServingError
        When JupyterLab is not installed beside this package.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise ServingError(
            "JupyterLab is not installed in this environment.", hint="Install it: pip install 'serving-widgets[lab]'."
        )
    command, notes = [sys.executable, "-m", "jupyterlab", str(notebook)], []
    if root:
        command.append("--allow-root")
        notes.append("You are root, which JupyterLab allows only if told so: it is started with --allow-root.")
    has_display = sys.platform in ("win32", "darwin") or any(map(environment.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    if environment.get("SSH_CONNECTION") or not has_display:
        command.append("--no-browser")
        notes.append("No browser can be opened here: open the address that JupyterLab prints below.")
    return command, notes


def is_root() -> bool:
    """Tell whether this process runs as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
