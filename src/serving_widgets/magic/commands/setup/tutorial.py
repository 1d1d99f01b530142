"""``%serving tutorial``: the notebooks that come with the package."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import FILE

FOLDER = "serving-widgets-tutorial"


def run(call: CommandCall) -> Result:
    """List the tutorials; or copy them, and show a link that opens one."""
    from serving_widgets.render import Table
    from serving_widgets.saved.tutorials import copy_tutorials, titles

    if call["name"] is None:
        call.refuse_with(
            ("folder",), "{} is only used when they are copied.", "Name one: %serving tutorial 01-quickstart"
        )
        rows = [(name, title, f"%serving tutorial {name}") for name, title in titles().items()]
        note = f"The line copies all of them to the folder {FOLDER}, where no file is replaced, and shows a link."
        return Result(
            titles(), Table(("Name", "About", "To open it"), rows, f"{len(rows)} tutorials", note, code=("To open it",))
        )
    folder = Path(call["folder"] or FOLDER).expanduser()
    try:
        copied = copy_tutorials(folder)
    except OSError as error:
        raise call.problem(f"{folder} can't be written: {error.strerror}.", at="folder", hint="--folder PATH") from None
    opened = folder / f"{call['name']}.ipynb"
    return Result(opened, _Link(str(copied), opened), data={"path": str(opened), "copied": list(copied.written)})


class _Link:
    """What was copied, and a link that JupyterLab opens beside the notebook."""

    def __init__(self, said: str, path: Path) -> None:
        self._said, self._path = said, path

    def __repr__(self) -> str:
        return f"{self._said}\nTo read next: {self._path}"

    def _repr_html_(self) -> str:
        from serving_widgets.render.blocks.text import escape

        shown = f"<code>{escape(str(self._path))}</code>"
        # A link is relative to the notebook, whose folder is where its kernel works; what is above can't be linked.
        relative = os.path.relpath(self._path)
        if not relative.startswith(".."):
            shown = f'<a href="{quote(Path(relative).as_posix())}">{shown}</a>'
        return f"<p>{escape(self._said, lines=True)}</p>\n<p>To read next: {shown}</p>"


def _names(_: Any = None) -> list[str]:
    from serving_widgets.saved.tutorials import titles

    return list(titles())


def _read_name(value: Any) -> str:
    """Return a tutorial's name, of which the number or the words are enough."""
    names = _names()
    for name in names:
        if isinstance(value, str) and value.removesuffix(".ipynb") in (name, *name.split("-", 1)):
            return name
    raise BadValueError(
        f"There is no tutorial {value!r}.", did_you_mean(str(value), names, f"There are {', '.join(names)}.")
    )


COMMAND = Command(
    summary="List the tutorial notebooks, or copy them beside this one and open one.",
    about="They need no account: they use the embedded workspace. Files that exist are not replaced.",
    run=run,
    see_also=("help", "mock"),
    connects=False,
    arguments=(Argument("name", ValueType("NAME", _read_name, _names), "The one to open.", required=False),),
    options=(Option(("--folder",), f"Where to copy them; {FOLDER} unless given.", FILE),),
    examples=(
        ("tutorial", "What there is."),
        ("tutorial quickstart", "Copy all of them, and open the tour."),
    ),
)
