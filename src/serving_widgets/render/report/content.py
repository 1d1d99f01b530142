"""What a report says, before it is a page or Markdown: headings, and what stands below each."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import FailedText
from serving_widgets.render.cards import Card
from serving_widgets.render.drawing import Drawing

#: What may stand below a heading.
Block = Table | Card | Drawing | Message
T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class ReportSection:
    """What is told under one heading."""

    heading: str
    blocks: tuple[Block, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class EndpointChapter:
    """All that a report says of one endpoint.

    Attributes
    ----------
    name
        The endpoint's name.
    lead
        Its status, and what it serves.
    sections
        The rest; those without blocks are left out.
    urgent
        Whether it needs attention: where there is no room for all, these come first.
    """

    name: str
    lead: str
    sections: tuple[ReportSection, ...] = ()
    urgent: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report.

    Attributes
    ----------
    title
        What it is about.
    said
        Sentences below the title: of when, of which workspace, by what.
    front
        What stands before the chapters: what needs attention, what has changed, all endpoints in a table.
    chapters
        The endpoints.
    below
        Sentences at the end: what was replaced, what could not be read.
    data
        The same as plain JSON data, as far as a later report is compared with it.
    """

    title: str
    said: tuple[str, ...] = ()
    front: tuple[ReportSection, ...] = ()
    chapters: tuple[EndpointChapter, ...] = ()
    below: tuple[str, ...] = ()
    data: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def mapped(self, change: Callable[[str], str]) -> ReportContent:
        """Return the report with each of its texts changed; the data stay as they are.

        Parameters
        ----------
        change
            Returns what shall stand in the place of a text.
        """
        chapters = tuple(
            dataclasses.replace(
                chapter,
                name=change(chapter.name),
                lead=_changed(chapter.lead, change),
                sections=_sections(chapter.sections, change),
            )
            for chapter in self.chapters
        )
        return ReportContent(
            change(self.title),
            tuple(map(change, self.said)),
            _sections(self.front, change),
            chapters,
            tuple(map(change, self.below)),
            self.data,
        )


def _sections(sections: tuple[ReportSection, ...], change: Callable[[str], str]) -> tuple[ReportSection, ...]:
    return tuple(
        ReportSection(change(each.heading), tuple(_block(block, change) for block in each.blocks)) for each in sections
    )


def _block(block: Block, change: Callable[[str], str]) -> Block:
    if isinstance(block, Table):
        return _table(block, change)
    if isinstance(block, Card):
        facts = [(change(word), _changed(said, change)) for word, said in block.facts]
        return Card(change(block.title), facts, [_table(table, change) for table in block.tables])
    if isinstance(block, Drawing):
        return dataclasses.replace(block, title=change(block.title), said=change(block.said))
    return Message(change(block.text))


def _table(table: Table, change: Callable[[str], str]) -> Table:
    columns = [change(column) for column in table.columns]
    code = [change(column) for column in table.code]
    rows = [[_changed(cell, change) for cell in row] for row in table.rows]
    return Table(columns, rows, change(table.caption), change(table.note), code)


def _changed(cell: T, change: Callable[[str], str]) -> T | str:
    if not isinstance(cell, str):
        return cell
    text = change(cell)
    return FailedText(text) if isinstance(cell, FailedText) else text
