"""Tables read well as text and as HTML, whatever is in them."""

import html
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.render import Table, escape, plain, utc
from serving_widgets.render.blocks.table import MOST
from serving_widgets.render.blocks.text import FailedText

ALLOWED = {"table", "caption", "thead", "tbody", "tr", "th", "td", "p", "strong", "pre", "code", "br", "wbr"}
NASTY = "<img src=x onerror=alert(1)>\x1b[31m\u202e\n&\"'\ud800"


def test_text_is_aligned_and_numbers_stand_to_the_right():
    assert repr(Table(["Name", "Rows"], [["churn", 20], ["日本", 3]], caption="Two", note="That is all.")) == (
        "Two\n\nName   Rows\n─────  ────\nchurn    20\n日本      3\n\nThat is all."
    )


def test_an_empty_cell_is_empty_and_no_line_ends_with_a_space():
    assert repr(Table(["A", "B"], [["x", None], ["yy", ""]])) == "A   B\n──  ─\nx\nyy"


def test_a_table_without_rows_is_its_caption_and_note():
    table = Table(["A"], [], caption="0 endpoints", note="There are none.")
    assert repr(table) == "0 endpoints\n\nThere are none."
    assert table._repr_html_() == "<p><strong>0 endpoints</strong></p>\n<p>There are none.</p>"


def test_a_column_is_looked_at_once_however_many_rows_there_are(monkeypatch):
    looked = []
    monkeypatch.setattr("serving_widgets.render.blocks.table._is_numeric", lambda column: bool(looked.append(column)))
    repr(Table(["A", "B"], [["x", 1]] * 50))
    assert len(looked) == 2


def test_a_row_of_another_length_is_refused():
    with pytest.raises(ValueError, match="2 cells"):
        Table(["A"], [["x", "y"]])


def test_html_names_its_headers(page):
    shown = page(Table(["Name", "Rows"], [["churn", 20]], caption="One")._repr_html_())
    assert shown.rows == [["Name", "Rows"], ["churn", "20"]]
    scopes = [value for name, value in shown.attributes if name == "scope"]
    assert scopes == ["col", "col", "row"]


def test_text_is_aligned_to_the_left_and_only_what_is_long_is_broken(page):
    shown = page(Table(["A", "B"], [["x", 1], ["y" * 25, 2]])._repr_html_())
    styles = [value for name, value in shown.attributes if name == "style"]
    assert styles[0] == "text-align:left;white-space:nowrap"
    assert "text-align:left;overflow-wrap:anywhere" in styles
    assert "white-space:nowrap" in styles


@given(
    st.lists(st.tuples(st.text(), st.text() | st.integers() | st.floats() | st.none()), max_size=5),
    st.text(),
    st.text(),
)
def test_whatever_is_in_it_a_table_has_no_active_element_and_no_control_character(rows, caption, note):
    table = Table([NASTY, "B"], [*rows, (NASTY, NASTY)], caption=caption + NASTY, note=note + NASTY)
    markup = table._repr_html_()
    assert "<img" not in markup
    assert {part.split(">")[0].split()[0].strip("/") for part in markup.split("<")[1:]} <= ALLOWED
    for text in (repr(table), markup):
        assert text.replace("\n", "").isprintable()
        assert "\u202e" not in text
        text.encode()


@given(st.text())
def test_escaped_text_says_what_plain_text_says(text):
    assert html.unescape(escape(text)) == plain(text)


def test_control_characters_are_spelled_out():
    assert plain("\x1b[2J\x00\u202eevil\ud800 a\tb\nc") == r"\x1b[2J\x00\u202eevil\ud800 a b c"
    assert plain("a\n\tb", lines=True) == "a\n\tb"


@pytest.mark.parametrize("odd", [None, "", "soon", True, float("nan"), float("inf"), 10**20, -(10**20), []])
def test_a_time_that_is_none_shows_nothing(odd):
    assert utc(odd) == ""


def test_times_are_absolute_and_in_utc():
    assert utc(1666829055000) == "2022-10-27 00:04:15 UTC"
    assert utc(-1000) == "1969-12-31 23:59:59 UTC"


def test_a_caption_begins_where_the_table_begins_and_bars_stay_in_one_line():
    page = Table(["Course"], [["▁▂▃▅▇" * 8]], "10 endpoints")._repr_html_()
    assert '<caption style="text-align:left;white-space:nowrap">10 endpoints</caption>' in page
    assert '<th scope="row" style="text-align:left;white-space:nowrap">▁▂▃▅▇' in page
    assert "overflow-wrap:anywhere" in Table(["A"], [["b"]], "a caption of many words " * 4)._repr_html_()


def test_a_long_name_breaks_between_its_parts_and_a_number_never_does():
    page = Table(["Serves"], [["main.risk.fraud_detector 10.5 2026-01-12"]])._repr_html_()
    assert "overflow-wrap:break-word" in page
    assert "main.<wbr>risk.<wbr>fraud_<wbr>detector 10.5 2026-01-12" in page
    assert "overflow-wrap:anywhere" in Table(["Hash"], [["0123456789abcdef" * 2]])._repr_html_()


def test_what_failed_is_marked_where_it_is_shown_and_plain_to_programs():
    table = Table(["Name", "Status"], [["churn", FailedText("Update failed")], ["ads", "Ready"]])
    assert repr(table).splitlines()[2:] == ["churn  ▲ Update failed", "ads    Ready"]
    assert "<strong>▲ Update failed</strong></td>" in table._repr_html_()
    assert [row["status"] for row in table.records()] == ["Update failed", "Ready"]


def test_a_long_table_shows_its_beginning_and_has_every_row_for_programs():
    table = Table(["Name"], [[f"n{number}"] for number in range(MOST + 5)], note="Members of a group are not listed.")
    for text in (repr(table), table._repr_html_()):
        assert f"n{MOST - 1}" in text
        assert f"n{MOST}" not in text
        assert "And 5 more: to_frame() has all rows." in text
        assert "Members of a group are not listed." in text
    assert len(table.records()) == len(table.to_frame()) == MOST + 5


def test_an_output_of_wide_rows_is_bounded_as_well():
    table = Table(["Name", "Text"], [[f"n{number}", "<&_." * 500] for number in range(150)])
    for text in (repr(table), table._repr_html_()):
        assert "And 102 more: to_frame() has all rows." in text
    assert len(table._repr_html_()) < 1_000_000
    assert "more" not in repr(Table(["Name"], [["n"]] * (MOST + 5), most=None))


def test_cells_keep_a_distance_where_the_page_takes_it_away(monkeypatch):
    table = Table(["Name"], [["churn"]])
    assert "padding" not in table._repr_html_()
    monkeypatch.setitem(sys.modules, "marimo", SimpleNamespace(running_in_notebook=lambda: True))
    assert table._repr_html_().count("padding:.2em .9em .2em 0") == 2
