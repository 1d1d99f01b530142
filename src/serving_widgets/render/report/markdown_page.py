"""A report as Markdown, as pull requests and issues take it: tables, and what is long folded away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Cell, Table, cell_text, numeric_columns
from serving_widgets.render.blocks.text import FailedText, escape, marked, plain
from serving_widgets.render.cards import Card
from serving_widgets.render.drawing import Drawing

from .content import Block, EndpointChapter, ReportContent, ReportSection
from .data_block import markdown_block

#: Characters that fit into the text of a pull request, less some for words of one's own.
FITS = 60_000


def markdown_page(content: ReportContent) -> str:
    """Return a report as Markdown that fits a pull request.

    Where it would not fit, the chapters of endpoints that need no attention are left out, then all of them, then the
    data that a later report is compared with; a sentence says so.

    Examples
    --------
    >>> print(markdown_page(ReportContent("Endpoints", ("Made of nothing.",))).splitlines()[0])
    # Endpoints
    """
    urgent = [chapter for chapter in content.chapters if chapter.urgent]
    data = markdown_block(content.data) if content.data else ""
    shorter: tuple[tuple[Sequence[EndpointChapter], str, str], ...] = (
        (content.chapters, "", data),
        (urgent, "To limit its size, only endpoints that need attention are described.", data),
        ((), "To limit its size, no endpoint is described by itself.", data),
        ((), "To limit its size, no endpoint is described by itself, and a later report can't be compared.", ""),
    )
    texts = (_text(content, chapters, said, block) for chapters, said, block in shorter)
    made = ""
    for made in texts:
        if len(made) <= FITS:
            break
    return made


def markdown_text(text: str) -> str:
    r"""Return text that Markdown shows as it is, and takes for no mark, element, link or mention.

    Examples
    --------
    >>> print(markdown_text("a_b | <b> @ada"))
    a\_b \| &lt;b&gt; &#64;ada
    """
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("@", "&#64;")
    return _NUMBER.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", safe))


# What begins a list or a heading matters at the beginning of a line only.
_MARKS = re.compile(r"[\\`*_{}\[\]|~$]|^[#+-]")
_NUMBER = re.compile(r"^(\d+)([.)])(?=\s|$)")


def _text(content: ReportContent, chapters: Sequence[EndpointChapter], said: str, data: str) -> str:
    parts = [f"# {markdown_text(content.title)}", *map(markdown_text, content.said)]
    for section in content.front:
        parts += _section(section, "##")
    if chapters:
        parts.append("## Each endpoint")
    for chapter in chapters:
        parts += _chapter(chapter)
    parts += [markdown_text(sentence) for sentence in (*content.below, said) if sentence]
    return "\n\n".join(part for part in (*parts, data) if part) + "\n"


def _chapter(chapter: EndpointChapter) -> Iterable[str]:
    # Within an element there are no marks of Markdown.
    name, lead = (escape(text).replace("@", "&#64;") for text in (chapter.name, marked(chapter.lead)))
    yield f"<details>\n<summary><strong>{name}</strong> – {lead}</summary>"
    for section in chapter.sections:
        yield from _section(section, "####")
    yield "</details>"


def _section(section: ReportSection, level: str) -> Iterable[str]:
    if section.blocks:
        yield f"{level} {markdown_text(section.heading)}"
        for block in section.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterable[str]:
    if isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Card):
        yield from _table(Table((block.title, ""), block.facts))
        for table in block.tables:
            yield from _table(table)
    elif isinstance(block, Drawing):
        yield markdown_text(block.words)
    else:
        yield from _message(block)


def _message(block: Message) -> Iterable[str]:
    said, _, quoted = block.text.partition("\n\n")
    yield markdown_text(said)
    if quoted:
        code = plain(quoted, lines=True)
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", code)), default=0))
        yield f"{fence}text\n{code}\n{fence}"


def _table(table: Table) -> Iterable[str]:
    if table.caption:
        yield f"**{markdown_text(table.caption)}**" if table.rows else markdown_text(table.caption)
    if table.rows:
        right = numeric_columns(table)
        lines = [
            [markdown_text(column) for column in table.columns],
            ["---:" if numeric else "---" for numeric in right],
            *(
                [_cell(cell, table.columns[place] in table.code) for place, cell in enumerate(row)]
                for row in table.rows
            ),
        ]
        yield "\n".join(f"| {' | '.join(line)} |" for line in lines)
    if table.note:
        yield markdown_text(table.note)


def _cell(cell: Cell, code: bool) -> str:
    text = marked(cell_text(cell))
    if code and text and not re.search(r"[`|]", text):
        return f"`{plain(text)}`"
    shown = markdown_text(text)
    return f"**{shown}**" if isinstance(cell, FailedText) else shown
