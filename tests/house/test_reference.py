"""The reference is made of what the code says, and says all of it."""

import reference

import serving_widgets as sw


def test_the_reference_says_what_declarations_and_docstrings_say_now():
    assert reference.FILE.read_text(encoding="utf-8") == reference.notebook(), "run: python tests/support/reference.py"


def test_every_public_name_is_in_the_reference():
    text = "\n".join(reference.cells())
    hooks = {"__version__", "load_ipython_extension", "unload_ipython_extension", "workspace"}
    assert [name for name in sw.__all__ if name not in hooks and name not in text] == []


def test_a_table_keeps_bars_and_line_ends_in_their_cells():
    assert reference.table(("A", "B"), [("x|y", "two\nlines")]).splitlines()[2] == "| x\\|y | two lines |"


def test_a_long_signature_breaks_between_its_parameters():
    *lines, end = reference.signature(sw.connect).splitlines()
    assert len(lines) > 2
    assert end == ")"
    assert max(map(len, lines)) <= 110
