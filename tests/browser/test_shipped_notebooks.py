"""The shipped notebooks in a real JupyterLab: readable before they are run, alive afterwards."""

from pathlib import Path

import pytest

QUICK_START = "01-quickstart.ipynb"
NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda path: path.name)
def test_a_shipped_notebook_reads_well_as_it_came_and_runs_to_its_end(lab, file):
    lab.open_copy(file)
    lost = lab.panel().get_by_text("model not found")
    lab.panel().get_by_role("heading").first.wait_for()
    lab.absent(lost)
    if file.name == QUICK_START:
        browse = [cell["source"] for cell in lab.notebook()["cells"]].index("%serving browse")
        lab.show(browse).output(browse).get_by_role("rowheader", name="fraud-detector").wait_for()
    lab.run_all().absent(lost)
    if file.name == QUICK_START:
        lab.show(browse).output(browse).get_by_role("grid", name="Endpoints").wait_for()
