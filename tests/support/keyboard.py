"""A person with a keyboard: goes with Tab to what has a name, and presses keys there. Every press is counted."""

from __future__ import annotations

from typing import Any

_FOCUSED = """() => {
  const el = document.activeElement;
  const label = el.labels?.[0]?.querySelector(".sw-caption, .sw-mono") ?? el.labels?.[0] ?? el;
  return (el.getAttribute("aria-label") ?? label.textContent).trim();
}"""
#: Steps after which a thing counts as out of reach.
MOST = 90


class Keyboard:
    """Keys in a cell's output; ``pressed`` says how many there were."""

    def __init__(self, lab: Any, index: int) -> None:
        self.lab = lab
        self.place = lab.show(index).output(index)
        self.pressed = 0

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
