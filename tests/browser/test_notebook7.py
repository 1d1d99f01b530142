"""Notebook 7: the same notebooks in its own page."""

import re

from made_notebooks import OPENED

NAME = "unity-model-endpoint"


def test_browse_watch_and_stop_with_the_keyboard(notebook7):
    cells = [*OPENED, "%serving browse", f'badge = sw.StatusBadge("{NAME}")\nbadge', "print(badge.status)"]
    notebook7.open(cells)
    keys, page = notebook7.page.keyboard, notebook7.page
    page.locator(".jp-Cell").first.click()
    keys.press("Escape")
    for index in range(4):
        keys.press("Shift+Enter")
        page.wait_for_function(
            "([path, index]) => lab.panel(path).content.activeCellIndex > index", arg=[notebook7.path, index]
        )
    grid = notebook7.show(2).output(2).get_by_role("grid", name="Endpoints")
    grid.wait_for()
    badge = notebook7.output(3).get_by_role("status").filter(has_text="Ready")
    badge.first.wait_for()
    # Filter to one row, open it, and stop it.
    place = notebook7.output(2)
    place.get_by_role("searchbox").focus()
    keys.type("unity")
    notebook7.expect(grid).to_have_attribute("aria-rowcount", "2")
    grid.get_by_role("row").filter(has_text=NAME).first.click()
    stop = place.get_by_role("button", name="Stop", exact=True)
    stop.wait_for()
    stop.focus()
    keys.press("Enter")
    place.get_by_role("status").filter(has_text=re.compile(r"Not ready \(Stopped\)")).first.wait_for()
    notebook7.output(3).get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    notebook7.shot("notebook7")
    notebook7.run(4)
    assert notebook7.text(4) == "Not ready (Stopped)\n"
