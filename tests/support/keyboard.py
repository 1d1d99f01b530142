"""A person with a keyboard: goes with Tab to what has a name, and presses keys there. Every press is counted.

As a pytest plugin it prints, at the end, how many keys each journey took; there are no clicks in them.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest

_FOCUSED = """() => {
  const el = document.activeElement;
  const label = el.labels?.[0]?.querySelector(".sw-caption, .sw-mono") ?? el.labels?.[0] ?? el;
  return (el.getAttribute("aria-label") ?? label.textContent).trim();
}"""
#: Steps after which a thing counts as out of reach.
MOST = 90
KEYS = "keys pressed"
_KEYBOARDS: list[Keyboard] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep with a test's report how many keys it pressed."""
    report = yield
    if report.when == "call" and (pressed := sum(each.pressed for each in _KEYBOARDS)):
        report.user_properties.append((KEYS, pressed))
    if report.when == "call":
        _KEYBOARDS.clear()
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the keys of each test that pressed some."""
    told = [(dict(report.user_properties).get(KEYS), report.nodeid) for report in terminalreporter.getreports("passed")]
    if any(keys for keys, _ in told):
        terminalreporter.section(KEYS)
        for keys, test in told:
            if keys:
                terminalreporter.line(f"{keys:4d}  {test.rpartition('::')[2]}")


class Keyboard:
    """Keys in a cell's output; ``pressed`` says how many there were."""

    def __init__(self, lab: Any, index: int) -> None:
        self.lab = lab
        self.place = lab.show(index).output(index)
        self.pressed = 0
        _KEYBOARDS.append(self)

    def into(self, role: str, name: str) -> Keyboard:
        """Begin at a control, as one does who left the focus there."""
        self.place.get_by_role(role, name=name, exact=True).focus()
        return self

    def to(self, name: str, key: str = "Tab") -> Keyboard:
        """Press Tab until what is called so has the focus."""
        for _ in range(MOST):
            if self.lab.page.evaluate(_FOCUSED) == name:
                return self
            self.press(key)
        raise AssertionError(f"Tab leads nowhere near {name!r}; it ends at {self.lab.page.evaluate(_FOCUSED)!r}")

    def to_back(self, name: str) -> Keyboard:
        """Press Tab with the shift key until what is called so has the focus."""
        return self.to(name, "Shift+Tab")

    def press(self, *keys: str) -> Keyboard:
        """Press keys, each after what the one before brought about is drawn."""
        for key in keys:
            self.lab.page.keyboard.press(key)
            self.pressed += 1
            if key not in ("Tab", "Shift+Tab"):
                self.lab.rest()
        return self

    def type(self, text: str) -> Keyboard:
        """Type a text."""
        self.lab.page.keyboard.type(text)
        self.pressed += len(text)
        return self
