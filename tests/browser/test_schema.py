"""SchemaExplorer in a real JupyterLab: by keyboard alone, for axe, and with a hostile schema."""

import pytest

CONNECT = """
import serving_widgets as sw
from serving_widgets.widgets.schema_explorer import SchemaExplorer
ws = sw.connect("mock", clock="manual")
"""
NAME = "example-endpoint"


def cell_of(place, row, column):
    """Return a cell of the request's table."""
    return place.get_by_role("grid", name="Rows of the request").get_by_role("row").nth(row + 1).get_by_role(
        "gridcell"
    ).nth(column)


def pressed(lab, *keys):
    """Press keys, one after the other, wherever the focus is."""
    for key in keys:
        lab.page.keyboard.press(key)


def tab_to(lab, locator, most=40):
    """Press Tab until something has the focus."""
    for _ in range(most):
        if locator.evaluate("node => node === document.activeElement"):
            return
        lab.page.keyboard.press("Tab")
    raise AssertionError("Tab never came there")


def test_by_keyboard_alone_a_format_is_chosen_a_cell_broken_and_mended_and_the_answer_read(lab, kernel):
    lab.open([CONNECT, f"SchemaExplorer({NAME!r})", "1"], kernel=kernel).run(0).run(1)
    place = lab.output(1)
    records = place.get_by_role("tab", name="dataframe_records")
    records.wait_for()
    place.get_by_role("tab", name="dataframe_split").focus()
    pressed(lab, "ArrowRight")
    place.get_by_role("tab", name="dataframe_records", selected=True).wait_for()

    tab_to(lab, place.get_by_role("button", name="Sample"))
    pressed(lab, "Enter")
    bad = cell_of(place, 1, 0)
    place.get_by_role("tab", name="Table").focus()
    tab_to(lab, cell_of(place, 0, 0))
    pressed(lab, "ArrowDown", "Enter")
    place.get_by_role("textbox", name="int_col, row 1").wait_for()
    pressed(lab, "Control+a")
    lab.page.keyboard.type("dd")
    pressed(lab, "Enter")
    link = place.get_by_role("button", name="row 1, int_col", exact=True)
    link.wait_for()
    assert bad.get_attribute("aria-invalid") == "true"
    described = bad.get_attribute("aria-describedby")
    assert "whole number" in place.locator(f"[id='{described}']").inner_text()
    assert "whole number" in place.locator(".sw-schema-findings[aria-live=polite]").inner_text()
    lab.shot("schema-error", 1)

    tab_to(lab, place.get_by_role("button", name="Send request"))
    pressed(lab, "Enter")
    assert place.get_by_role("region", name="Rows of the answer").count() == 0
    link.focus()
    pressed(lab, "Enter")
    assert bad.evaluate("node => node === document.activeElement")
    lab.page.keyboard.type("7")
    pressed(lab, "Enter")
    link.wait_for(state="detached")
    tab_to(lab, place.get_by_role("button", name="Send request"))
    pressed(lab, "Enter")
    rows = place.get_by_role("region", name="Rows of the answer")
    rows.get_by_role("columnheader", name="prediction").wait_for()
    assert rows.get_by_role("row").count() == 3
    assert len(lab.notebook()["cells"]) == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_whatever_the_explorer_shows(lab, theme):
    cells = [
        CONNECT,
        f"SchemaExplorer({NAME!r})",
        "SchemaExplorer('pricing')",
        "SchemaExplorer('chat')",
    ]
    lab.open(cells).run_all().theme(theme)
    place = lab.show(1).output(1)
    place.get_by_role("grid", name="Rows of the request").wait_for()
    assert lab.violations(1) == []
    cell_of(place, 0, 0).dblclick()
    lab.page.keyboard.press("Enter")
    cell_of(place, 1, 0).focus()
    lab.page.keyboard.type("oops")
    lab.page.keyboard.press("Enter")
    place.get_by_role("button", name="Send anyway").click()
    place.get_by_role("region", name="Answer").get_by_text("Status 400").wait_for()
    place.get_by_text("History").click()
    place.get_by_text("Code", exact=True).click()
    place.get_by_text("4 columns").click()
    lab.shot(f"schema-{theme}-refused", 1)
    assert lab.violations(1) == []
    place.get_by_role("button", name="Undo").click()
    place.get_by_role("button", name="Send request").click()
    place.get_by_role("checkbox", name="Beside the inputs").check()
    place.get_by_role("region", name="Rows of the answer").get_by_role("columnheader", name="string_col").wait_for()
    lab.shot(f"schema-{theme}-answer", 1)
    assert lab.violations(1) == []
    place.get_by_role("tab", name="Form").click()
    lab.shot(f"schema-{theme}-form", 1)
    assert lab.violations(1) == []
    place.get_by_role("tab", name="JSON", exact=True).click()
    lab.shot(f"schema-{theme}-json", 1)
    assert lab.violations(1) == []
    for index in (2, 3):
        lab.show(index).output(index).get_by_role("tab").first.wait_for()
        lab.shot(f"schema-{theme}-{index}", index)
        assert lab.violations(index) == []
