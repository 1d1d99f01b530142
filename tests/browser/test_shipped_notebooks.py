"""The shipped notebooks in a real JupyterLab: readable before they are run, alive afterwards."""

from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda path: path.name)
def test_a_shipped_notebook_reads_well_as_it_came_and_runs_to_its_end(lab, file):
    lab.open_copy(file)
    page = lab.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    page.get_by_role("heading").first.wait_for()
    assert page.get_by_text("model not found").count() == 0
    lab.run_all()
    assert page.get_by_text("model not found").count() == 0


def test_the_quick_start_shows_a_table_first_and_a_live_browser_once_run(lab, project):
    lab.open_copy(project / "notebooks" / "01-quickstart.ipynb")
    cells = lab.notebook()["cells"]
    browse = next(index for index, cell in enumerate(cells) if cell["source"] == "%serving browse")
    lab.show(browse).output(browse).get_by_role("rowheader", name="fraud-detector").wait_for()
    for index in range(browse + 1):
        if cells[index]["cell_type"] == "code":
            lab.run(index)
    lab.output(browse).get_by_role("grid", name="Endpoints").wait_for()
