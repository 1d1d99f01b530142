"""The notebooks as somebody finds them: run, readable without a kernel, and free of what belongs to one run."""

import json
import re
from pathlib import Path

import nbformat
import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
# How pandas draws a table, which is its own affair: a page that strips the style shows the table all the same.
PANDAS = re.compile(
    r'<div>\n<style scoped>.*?</style>\n<table border="1" class="dataframe">.*?</table>\n(<p>.*?</p>\n)?</div>',
    re.DOTALL,
)


def code_cells(notebook: dict) -> list[dict]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def shown(notebook: dict) -> list[dict]:
    """Every bundle of representations that a cell of the notebook shows."""
    outputs = [out for cell in code_cells(notebook) for out in cell["outputs"]]
    return [out["data"] for out in outputs if "data" in out]


def html_of(data: dict) -> str:
    """Return the HTML of a bundle, without the tables that pandas draws."""
    return PANDAS.sub("", "".join(data.get("text/html", [])))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request) -> dict:
    return json.loads(request.param.read_text())


def test_there_is_a_notebook_to_start_with():
    assert "01-quickstart.ipynb" in [path.name for path in NOTEBOOKS]


def test_every_cell_was_run_once_from_top_to_bottom(notebook):
    cells = code_cells(notebook)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))


def test_as_slides_each_heading_begins_one_and_none_has_two_outputs(notebook):
    slide = lambda cell: cell["metadata"].get("slideshow", {}).get("slide_type")  # noqa: E731
    told = 0
    for cell in notebook["cells"]:
        heading = cell["cell_type"] == "markdown" and "".join(cell["source"]).startswith("#")
        assert (slide(cell) == "slide") is heading, cell["source"]
        told = 0 if slide(cell) else told
        told += cell["cell_type"] == "code"
        assert told <= 1, cell["source"]


def test_only_cells_that_say_so_fail(notebook):
    for cell in code_cells(notebook):
        failed = any(out["output_type"] == "error" for out in cell["outputs"])
        assert failed is ("raises-exception" in cell["metadata"].get("tags", [])), cell["source"]


def test_everything_shown_can_be_read_without_a_kernel(notebook):
    for data in shown(notebook):
        assert "text/plain" in data
        assert not re.search(r"Loading(…|\.{3}| widget)", "".join(data["text/plain"]))
        assert not re.search(r"<script|<style|\son\w+=|javascript:", html_of(data))


def test_widgets_carry_their_state_and_its_code(notebook):
    # A frozen notebook names its models by numbers.
    models = {str(data[WIDGET_VIEW]["model_id"]) for data in shown(notebook) if WIDGET_VIEW in data}
    state = notebook["metadata"].get("widgets", {}).get(WIDGET_STATE, {}).get("state", {})
    assert models <= set(state)
    ours = [model["state"] for model in state.values() if "_runtime" in model["state"]]
    assert all(state[model["_runtime"].removeprefix("IPY_MODEL_")]["state"]["code"] for model in ours)
    assert {model["state"]["link"]["state"] for model in ours} <= {"live"}


def test_github_can_draw_it(notebook):
    nbformat.validate(notebook)
    for part in notebook["metadata"].get("widgets", {}).values():
        assert (part["version_major"], part["version_minor"]) == (2, 0)
        assert part["state"]
    for data in shown(notebook):
        html = html_of(data)
        # What GitHub strips must not be what makes it readable: no classes, and styles that only align and wrap.
        assert not re.search(r"\sclass=|<link|<img|<iframe", html)
        styles = {rule for style in re.findall(r'style="([^"]*)"', html) for rule in style.split(";")}
        assert styles <= {"text-align:left", "white-space:nowrap", "overflow-wrap:anywhere", "overflow-wrap:break-word"}


def test_nothing_of_the_run_is_left_in_it(notebook):
    assert not [cell for cell in notebook["cells"] if "execution" in cell["metadata"]]
    text = json.dumps({**notebook, "metadata": {}})
    assert not re.search(r"127\.0\.0\.1|localhost| at 0x[0-9a-f]+|/home/|Bearer \w", text)
    assert "/tmp/" not in re.sub("/tmp/(wheels|condaenv)", "", text)  # these are folders of a container, in its log


def test_text_is_more_than_headings(notebook):
    texts = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert texts[0].startswith("# ")
    assert len(texts) * 2 >= len(code_cells(notebook))
