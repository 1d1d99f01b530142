"""What lines show without a widget – the bare page, help, JSON, an error – read in a real JupyterLab."""

import json

CELLS = [
    "%load_ext serving_widgets",
    "%serving",
    "%serving connect mock;",
    "%serving",
    "%serving help",
    "%serving help create",
    "%serving list --status stopped --json",
    "%serving stop churn --wiat",
]
WIDE = "all => all.filter(p => p.scrollWidth > p.clientWidth).length"
NAMES = {1: "bare-nothing-open", 3: "bare", 4: "help", 5: "help-create", 6: "list-json", 7: "error"}


def test_pages_of_words_are_read_in_both_themes_and_in_narrow_cells(lab):
    lab.open(CELLS)
    for index in range(len(CELLS)):
        lab.run(index, fails=index == 7)
    lab.show(1).output(1).get_by_text("No workspace is open yet").wait_for()
    table = lab.show(3).output(3).get_by_role("table")
    lab.expect(table.get_by_role("row")).to_have_count(4)
    advice = ["%serving logs churn --build", "%serving wait fraud-detector", "%serving start pricing --wait"]
    lab.expect(table.locator("code")).to_have_text(advice)
    groups = lab.show(4).output(4).get_by_role("rowheader")
    lab.expect(groups).to_have_text(["Look", "Act", "Debug", "Share access", "Ask the model", "Set up"])
    code = lab.show(6).output(6).locator("code").filter(has_text="pricing")
    assert json.loads(lab.settled(code.inner_text))[0]["name"] == "pricing"
    lab.show(7).output(7).get_by_text("Did you mean --wait?").wait_for()
    for width in (700, 360):
        lab.show(3).width(width, 3).axe_all({index: f"lines-{name}-{width}" for index, name in NAMES.items()})


def test_nothing_but_a_table_or_code_scrolls_sideways_in_a_narrow_cell(lab):
    lab.open(CELLS)
    for index in (0, 2, 3, 4, 5):
        lab.run(index)
    lab.show(3).width(360, 3)
    for index in (3, 4, 5):
        output = lab.show(index).output(index)
        output.locator("p").first.wait_for()
        lab.until(lambda output=output: output.locator("p").evaluate_all(WIDE), 0)
