"""A fault is pointed at."""

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.line import LineError


def test_the_caret_stands_under_the_fault():
    assert LineError("No.", "stop 'churn", 5).caret() == "stop 'churn\n     ^"


def test_a_fault_at_the_end_is_pointed_at_behind_the_last_character():
    assert LineError("No.", "stop", 4).caret() == "stop\n    ^"


def test_of_several_lines_the_one_with_the_fault_is_shown():
    assert LineError("No.", '{\n  "a": x\n}', 9).caret() == '  "a": x\n       ^'


def test_a_long_line_is_cut_around_the_fault():
    shown, caret = LineError("No.", "x" * 500 + "!" + "y" * 500, 500).caret().splitlines()
    assert len(shown) < 110
    assert shown[caret.index("^")] == "!"
    assert shown.startswith("…")
    assert shown.endswith("…")


def test_wide_characters_and_tabs_do_not_shift_the_caret():
    assert LineError("No.", "日\té'", 3).caret() == "日\té'\n  \t ^"


@given(st.text(), st.integers(-5, 50))
def test_a_pointer_is_two_printable_lines_whatever_the_text_is(text, column):
    pointer = LineError("No.", text, column).caret()
    assert len(pointer.splitlines()) == 2
    assert pointer.replace("\n", "").replace("\t", "").isprintable()
