"""The browser's columns: as wide as a person makes them, and shown as they like, also after the page was reloaded."""

import pytest

BROWSE = "import serving_widgets as sw\nws = sw.connect('mock')\nbrowser = sw.EndpointBrowser()\nbrowser"


@pytest.fixture
def opened(lab):
    lab.open([BROWSE]).run_all()
    return lab, lab.output(0)


def test_columns_are_chosen_and_resized_and_stay_so_after_a_reload(opened):
    lab, view = opened
    grid = view.get_by_role("grid", name="Endpoints")
    lab.expect(grid).to_be_visible()
    lab.shot("columns-light")
    view.get_by_role("button", name="Columns").click()
    view.get_by_role("menuitemcheckbox", name="Tags").click()
    lab.page.keyboard.press("Escape")
    header = grid.get_by_role("columnheader", name="Name")
    before = lab.settled(header.bounding_box)["width"]
    handle = header.locator(".sw-resize")
    box = handle.bounding_box()
    lab.page.mouse.move(box["x"] + 3, box["y"] + 8)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + 63, box["y"] + 8, steps=4)
    lab.page.mouse.up()
    lab.until(lambda: abs(header.bounding_box()["width"] - before - 60) < 4)
    lab.expect(grid.get_by_role("columnheader", name="Tags")).to_be_visible()
    lab.shot("columns-resized")
    lab.reload()
    view = lab.output(0)
    grid = view.get_by_role("grid", name="Endpoints")
    lab.expect(grid.get_by_role("columnheader", name="Tags")).to_be_visible()
    lab.until(lambda: abs(grid.get_by_role("columnheader", name="Name").bounding_box()["width"] - before - 60) < 4)


def test_whatever_failed_is_found_at_once_in_both_themes_and_in_little_room(opened):
    lab, view = opened
    view.get_by_role("button", name="Views").click()
    view.get_by_role("menuitemcheckbox", name="Failed").click()
    lab.shot("views-open")
    lab.page.keyboard.press("Escape")
    grid = view.get_by_role("grid", name="Endpoints")
    lab.expect(grid.get_by_text("churn", exact=True)).to_be_visible()
    lab.axe(0)
    lab.theme("dark")
    lab.shot("views-dark")
    lab.width(360)
    lab.shot("views-narrow")
