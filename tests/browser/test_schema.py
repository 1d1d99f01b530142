"""SchemaExplorer in a real JupyterLab: by keyboard alone, for axe, and with a hostile schema."""

import re

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
"""
NAME = "example-endpoint"


def cell_of(place, row, column):
    """Return a cell of the request's table."""
    return (
        place.get_by_role("grid", name="Request rows")
        .get_by_role("row")
        .nth(row + 1)
        .get_by_role("gridcell")
        .nth(column)
    )


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
    lab.open([CONNECT, f"sw.SchemaExplorer({NAME!r})", "1"], kernel=kernel).run(0).run(1)
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
    lab.expect(bad).to_have_attribute("aria-invalid", "true")
    lab.expect(bad).to_have_accessible_description(re.compile("whole number"))
    lab.expect(place.locator(".sw-schema-findings[aria-live=polite]")).to_contain_text("whole number")
    lab.shot("schema-error", 1)

    tab_to(lab, place.get_by_role("button", name="Send request"))
    pressed(lab, "Enter")
    lab.absent(place.get_by_role("region", name="Answer rows"))
    link.focus()
    pressed(lab, "Enter")
    lab.expect(bad).to_be_focused()
    lab.page.keyboard.type("7")
    pressed(lab, "Enter")
    link.wait_for(state="detached")
    tab_to(lab, place.get_by_role("button", name="Send request"))
    pressed(lab, "Enter")
    rows = place.get_by_role("region", name="Answer rows")
    rows.get_by_role("columnheader", name="prediction").wait_for()
    lab.expect(rows.get_by_role("row")).to_have_count(3)
    assert len(lab.notebook()["cells"]) == 3


def test_axe_finds_nothing_whatever_the_explorer_shows(lab):
    cells = [
        CONNECT,
        f"sw.SchemaExplorer({NAME!r})",
        "sw.SchemaExplorer('pricing')",
        "sw.SchemaExplorer('chat')",
    ]
    lab.open(cells).run_all()
    place = lab.show(1).output(1)
    place.get_by_role("grid", name="Request rows").wait_for()
    lab.axe(1)
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
    lab.axe(1, "schema-refused")
    place.get_by_role("button", name="Undo").click()
    place.get_by_role("button", name="Send request").click()
    place.get_by_role("checkbox", name="Show the inputs too").check()
    place.get_by_role("region", name="Answer rows").get_by_role("columnheader", name="string_col").wait_for()
    lab.axe(1, "schema-answer")
    place.get_by_role("tab", name="JSON").click()
    lab.axe(1, "schema-json")
    for index in (2, 3):
        lab.show(index).output(index).get_by_text("has no schema").wait_for()
    lab.axe_all({2: "schema-2", 3: "schema-3"})


HOSTILE = """
evil = "<img src=x onerror=window.hit=1><script>window.hit=1</script>"
ws.mock.serve("hostile", lambda rows: [{evil: evil} for _ in rows])
explorer = sw.SchemaExplorer("hostile")
explorer
"""
BIG = """
ws.mock.serve("wide", lambda rows: [{"text": "x" * 500, "n": number} for number in range(10_000)])
sw.SchemaExplorer("wide")
"""


def write_json(place, text):
    """Write the request as JSON."""
    area = place.get_by_role("textbox", name="Request as JSON")
    place.get_by_role("tab", name="JSON").click()
    area.fill(text)
    area.blur()


def test_hostile_names_in_requests_and_answers_are_text(lab):
    lab.open([CONNECT, HOSTILE]).run(0).run(1)
    place = lab.output(1)
    place.get_by_role("tab", name="JSON").wait_for()
    write_json(place, '{"inputs": [{"<img src=x onerror=window.hit=1>": "<script>window.hit=1</script>"}]}')
    place.get_by_role("button", name="Send request").click()
    rows = place.get_by_role("region", name="Answer rows")
    rows.get_by_role("columnheader", name="<img src=x onerror=window.hit=1>").wait_for()
    lab.absent(place.locator("img, script"))
    lab.until(lambda: lab.page.evaluate("window.hit"), None)


def test_an_answer_of_5_mb_shows_its_beginning_and_the_view_stays_quick(lab):
    lab.open([CONNECT, BIG, "1"]).run(0).run(1)
    place = lab.output(1)
    write_json(place, '{"inputs": [[1.0]]}')
    place.get_by_role("button", name="Send request").click()
    place.get_by_text("of 10,000 rows").wait_for()
    rows = place.get_by_role("region", name="Answer rows").get_by_role("row")
    assert 0 < lab.settled(rows.count) <= 201
    place.get_by_role("tab", name="Raw").click()
    place.get_by_text("The beginning of 5.2 MB").wait_for()
    lab.shot("schema-large", 1)
    with lab.page.expect_download() as saved:
        place.get_by_role("button", name="Save answer").click()
    assert saved.value.suggested_filename == "wide-answer.json"


def test_a_chat_answers_piece_by_piece_and_at_360_pixels_nothing_is_cut_off(lab):
    lab.open([CONNECT, "sw.SchemaExplorer('chat')", f"sw.SchemaExplorer({NAME!r})"]).run_all()
    place = lab.show(1).output(1)
    place.get_by_role("textbox", name="Message").fill("Tell me of Ada.")
    lab.page.keyboard.press("Enter")
    place.get_by_role("region", name="Answer").get_by_text("Status 200").wait_for()
    place.get_by_role("list", name="Conversation").get_by_text("Model", exact=True).wait_for()
    lab.expect(place.get_by_role("textbox", name="Message")).to_have_value("")
    lab.shot("schema-chat", 1)
    lab.width(360, 1)
    for index in (1, 2):
        lab.show(index).shot(f"schema-360-{index}", index)
        root = lab.output(index).locator(".sw-root")
        lab.until(lambda root=root: root.evaluate("node => node.scrollWidth <= node.clientWidth"))


def test_a_dataframe_of_the_notebook_is_loaded_and_lines_of_csv_are_pasted(lab):
    frame = "import pandas as pd; people = pd.DataFrame({'int_col': [41], 'float_col': [1.0], 'string_col': ['z']})"
    lab.open([CONNECT, frame, f"explorer = sw.SchemaExplorer({NAME!r}); explorer", "print(explorer.payload)"])
    lab.run(0).run(1).run(2)
    place = lab.output(2)
    place.get_by_role("button", name="Load DataFrame").click()
    place.get_by_role("menuitem", name="people").click()
    place.get_by_role("gridcell", name="41").click()
    lab.page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.setData('text/plain', '5\\t1.0\\n6\\t2.0');
          document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
        }"""
    )
    place.get_by_role("gridcell", name="6", exact=True).wait_for()
    assert "[[5, 1.0, 'z'], [6, 2.0, '']]" in lab.run(3).text(3)


def test_json_that_cannot_be_read_is_kept_and_the_table_says_so(lab):
    lab.open([CONNECT, f"sw.SchemaExplorer({NAME!r})"]).run(0).run(1)
    place = lab.output(1)
    write_json(place, '{"dataframe_split": ')
    place.get_by_text("Line 1, column 21").wait_for()
    place.get_by_role("tab", name="Table").click()
    place.get_by_text("This shows the last readable request.").wait_for()
    lab.expect(cell_of(place, 0, 0)).to_have_text("3")
    lab.shot("schema-unreadable", 1)
    lab.save().reload()
    place = lab.output(1)
    place.get_by_role("tab", name="JSON").click()
    lab.expect(place.get_by_role("textbox", name="Request as JSON")).to_have_value('{"dataframe_split": ')
