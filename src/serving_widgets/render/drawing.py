"""Small drawings of the course of numbers, and the words that say the same."""

from __future__ import annotations

import dataclasses

from serving_widgets.render.blocks.text import escape, plain

#: Strokes of the lines of a drawing, and what its legend calls them.
STROKES = (("", "━━"), ("5 3", "╍╍"), ("1 3", "┈┈"))
#: The size of a drawing.
WIDE, HIGH = 320, 64


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Drawing:
    """Lines of numbers.

    Attributes
    ----------
    title
        What is drawn, with its unit.
    said
        For each line its name, its stroke, and what there is to say of it.
    strokes
        The dashes of each line, as of :data:`STROKES`, and its stretches as points of a polyline.
    """

    title: str
    said: str
    strokes: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def words(self) -> str:
        """All that the drawing says."""
        return f"{self.title}: {self.said}."

    @property
    def flat(self) -> bool:
        """Whether all of its lines are level: then its words say it better."""
        heights = [{point.split(",")[1] for run in runs for point in run.split()} for _, runs in self.strokes]
        return all(len(levels) < 2 for levels in heights)

    def svg(self) -> str:
        """Return the drawing as an element of a page. Nothing in it is text: pages that strip drawings leave that."""
        paths = []
        for dashes, runs in self.strokes:
            dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
            paths += [
                f'<polyline points="{points}" fill="none" stroke="currentColor" stroke-width="1.5"{dashed}/>'
                for points in runs
            ]
        spoken = f"{self.title}: {self.said}"
        for _, stroke in STROKES:
            spoken = spoken.replace(f" {stroke}", "")
        return (
            f'<svg role="img" aria-label="{escape(spoken)}" width="{WIDE}" height="{HIGH}" '
            f'viewBox="0 0 {WIDE} {HIGH}">{"".join(paths)}</svg>'
        )

    def __repr__(self) -> str:
        return plain(self.words)

    def _repr_html_(self) -> str:
        # A paragraph, as every page allows them; a figure would be set in by as much as a quotation.
        return f"<p>{self.svg()}<br>\n{escape(self.words)}</p>"
