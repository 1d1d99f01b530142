"""The table in README that tells where each thing is done: its commands, methods and widgets are in its notebooks."""

import json
import re
from pathlib import Path

import pytest

import serving_widgets as sw
from serving_widgets.magic.registry import COMMANDS

ROOT = Path(__file__).parents[2]


def rows() -> list[tuple[str, list[str], list[str], list[str], list[str]]]:
    """Return each row: what it is about, commands, Python, widgets, and the numbers of its notebooks."""
    table = re.search(r"\| to do \|.*?\n\|[-|]+\n(.*?)\n\n", (ROOT / "README.md").read_text(), re.DOTALL)
    assert table is not None
    found = []
    for line in table[1].splitlines():
        topic, *cells, notebooks = (cell.strip() for cell in line.strip("|").split("|"))
        commands, python, widgets = (re.findall(r"`([^`]+)`", cell) for cell in cells)
        found.append((topic, commands, python, widgets, notebooks.split(", ")))
    return found


def cells_of(number: str) -> str:
    """Return the code of a notebook, and the code that its text tells of."""
    (file,) = (ROOT / "notebooks").glob(f"{number}-*.ipynb")
    return "\n".join("".join(cell["source"]) for cell in json.loads(file.read_text())["cells"])


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_what_the_table_names_is_done_in_the_notebooks_it_names(row):
    _, commands, python, widgets, notebooks = row
    text = "\n".join(map(cells_of, notebooks))
    assert not [name for name in commands if not re.search(rf"%serving {name}\b", text)]
    assert not [name for name in widgets if name not in text]
    # Handles have names of their own in a notebook; what they are asked is the same.
    assert not [name for name in python if f".{name.rpartition('.')[2]}" not in text]


def test_the_table_names_commands_and_widgets_that_there_are():
    for _, commands, _, widgets, _ in rows():
        assert set(commands) <= set(COMMANDS)
        assert set(widgets) <= set(sw.__all__)


def test_the_table_leaves_no_widget_out():
    named = {widget for _, _, _, widgets, _ in rows() for widget in widgets}
    assert named == set(sw.WIDGETS)
