"""Browser tests wait for what they look at: no test there asserts what is on screen at once, or waits for a time."""

import ast
from pathlib import Path

import pytest

#: A report is a page without scripts: once it is loaded, nothing is on its way.
STILL = {"test_report.py"}
BROWSER = [path for path in sorted((Path(__file__).parents[1] / "browser").glob("test_*.py")) if path.name not in STILL]
#: What Playwright answers at once, whatever is still on its way. `lab.expect`, `until`, `settled` and `absent` wait.
LOOKS = {
    *("all_inner_texts", "all_text_contents", "get_attribute", "inner_html", "inner_text", "input_value"),
    *("is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible", "text_content"),
}
#: The same of a script: right where its answer is used, but an assertion of it may come too early.
SCRIPTS = {"bounding_box", "evaluate", "evaluate_all"}
SLEEPS = {"sleep", "wait_for_timeout"}


def faults(text):
    """Return what in a test's code looks once, or waits for a time: line and call."""
    found = []

    def visit(node, asserted, waiting):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            counted = called == "count" and not node.args
            once = counted or called in LOOKS or (asserted and called in SCRIPTS)
            if called in SLEEPS or (once and not waiting):
                found.append((node.lineno, called))
        # What is handed to `until`, `settled` and `stays` is looked at again and again.
        waiting = waiting or isinstance(node, ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, asserted or isinstance(node, ast.Assert), waiting)

    visit(ast.parse(text), False, False)
    return found


@pytest.mark.parametrize("path", BROWSER, ids=lambda path: path.name)
def test_a_browser_test_waits_for_what_it_looks_at(path):
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("assert place.get_by_role('row').count() == 3", ["count"]),
        ("lab.expect(place.get_by_role('row')).to_have_count(3)", []),
        ("lab.until(lambda: rows.count() > 3)", []),
        ("assert 'ab'.count('a') == 1", []),
        ("shown = place.inner_text()", ["inner_text"]),
        ("shown = lab.settled(place.inner_text)", []),
        ("assert lab.page.evaluate('1') == 1", ["evaluate"]),
        ("begin = lab.page.evaluate('1')", []),
        ("lab.page.wait_for_timeout(500)", ["wait_for_timeout"]),
        ("import time\ntime.sleep(1)", ["sleep"]),
        ("if dialog.is_visible(): pass", ["is_visible"]),
    ],
)
def test_looking_once_and_waiting_for_a_time_are_found(code, expected):
    assert [called for _, called in faults(code)] == expected
