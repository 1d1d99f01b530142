"""A report as one page: no script, nothing fetched, readable with styles and without, by eye and by ear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Cell, Table, cell_text, has_long_part, numeric_columns
from serving_widgets.render.blocks.text import FailedText, breakable, escape, marked, plain
from serving_widgets.render.cards import Card
from serving_widgets.render.drawing import Drawing

from .content import Block, EndpointChapter, ReportContent, ReportSection
from .data_block import html_block
from .style import STYLE

#: A table of more columns may scroll sideways where the window is narrow, and can be reached by keyboard for it; one of
#: even more breaks its words on paper, where nothing scrolls.
NARROW, WIDE = 3, 5
#: Up to this many characters a cell stays on one line where there is room.
SHORT = 20


def html_page(content: ReportContent) -> str:
    """Return a report as the text of an HTML file.

    Examples
    --------
    >>> html_page(ReportContent("Endpoints")).splitlines()[0]
    '<!DOCTYPE html>'
    """
    anchors = _anchors(content.chapters)
    sections = [(_slug(section.heading), section) for section in content.front if section.blocks]
    links = [(place, section.heading) for place, section in sections]
    links += [("each-endpoint", "Each endpoint")] if content.chapters else []
    front = (_front(place, section, anchors) for place, section in sections)
    chapters = [_chapter(chapter, anchors[chapter.name], links[0][0]) for chapter in content.chapters]
    each = ['<section aria-labelledby="each-endpoint">', '<h2 id="each-endpoint">Each endpoint</h2>', *chapters]
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            # Whatever a name or a log says, this page runs and fetches nothing.
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
            f"<title>{escape(content.title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            '<a class="skip" href="#main">Skip to the content</a>',
            "<header>",
            f"<h1>{escape(content.title)}</h1>",
            *_paragraphs(content.said),
            "</header>",
            '<nav aria-label="Contents">',
            "<ul>",
            *(f'<li><a href="#{place}">{escape(heading)}</a></li>' for place, heading in links),
            "</ul>",
            "</nav>",
            '<main id="main" tabindex="-1">',
            *front,
            *([*each, "</section>"] if chapters else []),
            "</main>",
            "<footer>",
            *_paragraphs(content.below),
            "</footer>",
            *([html_block(content.data)] if content.data else []),
            "</body>",
            "</html>",
            "",
        )
    )


def _front(place: str, section: ReportSection, anchors: dict[str, str]) -> str:
    return "\n".join(
        (
            f'<section aria-labelledby="{place}">',
            f'<h2 id="{place}">{escape(section.heading)}</h2>',
            *_blocks(section.blocks, anchors),
            "</section>",
        )
    )


def _chapter(chapter: EndpointChapter, place: str, top: str) -> str:
    parts = [
        f'<article aria-labelledby="{place}">',
        f'<h3 id="{place}">{breakable(chapter.name)}</h3>',
        f'<p class="{"bad" if isinstance(chapter.lead, FailedText) else "lead"}">{escape(marked(chapter.lead))}</p>',
    ]
    for section in chapter.sections:
        if section.blocks:
            parts += [f"<h4>{escape(section.heading)}</h4>", *_blocks(section.blocks, {})]
    back = f'<p class="back"><a href="#{top}">Back to the beginning</a></p>'
    return "\n".join((*parts, back, "</article>"))


def _blocks(blocks: Sequence[Block], anchors: dict[str, str]) -> Iterable[str]:
    for drawn, group in groupby(blocks, lambda block: isinstance(block, Drawing)):
        inner = [_block(block, anchors) for block in group]
        yield from ('<div class="drawings">', *inner, "</div>") if drawn else inner


def _block(block: Block, anchors: dict[str, str]) -> str:
    if isinstance(block, Table):
        return _table(block, anchors)
    if isinstance(block, Card):
        return "\n".join((_facts(block), *(_table(table, anchors) for table in block.tables)))
    if isinstance(block, Drawing):
        return f"<figure>{block.svg()}<figcaption>{escape(block.words)}</figcaption></figure>"
    return _message(block)


def _message(block: Message) -> str:
    said, _, quoted = block.text.partition("\n\n")
    # What follows an empty line is quoted, such as the lines of a log.
    code = f"\n<pre><code>{escape(quoted, lines=True)}</code></pre>" if quoted else ""
    return f"<p>{escape(said)}</p>{code}"


def _paragraphs(sentences: Iterable[str]) -> list[str]:
    return [f"<p>{escape(each)}</p>" for each in sentences if each]


def _facts(card: Card) -> str:
    rows = "\n".join(f'<tr><th scope="row">{escape(word)}</th>{_cell("td", said)}</tr>' for word, said in card.facts)
    return f'<table class="facts">\n<caption>{escape(card.title)}</caption>\n<tbody>\n{rows}\n</tbody>\n</table>'


def _table(table: Table, anchors: dict[str, str]) -> str:
    note = f"<p>{escape(table.note)}</p>" if table.note else ""
    if not table.rows:
        return "\n".join(part for part in (f"<p>{escape(table.caption)}</p>" if table.caption else "", note) if part)
    right = numeric_columns(table)
    code = [column in table.code for column in table.columns]
    head = "".join(
        f'<th scope="col"{_class("n" if numeric else "")}>{escape(column)}</th>'
        for column, numeric in zip(table.columns, right, strict=True)
    )
    rows = "\n".join(f"<tr>{_row(row, right, code, anchors)}</tr>" for row in table.rows)
    caption = f"<caption>{escape(table.caption)}</caption>\n" if table.caption else ""
    made = f"<table>\n{caption}<thead>\n<tr>{head}</tr>\n</thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    many = len(table.columns)
    reached = f' role="group" aria-label="{escape(table.caption or "Table")}" tabindex="0"'
    made = f'<div class="scroll{" wide" if many > WIDE else ""}"{reached if many > NARROW else ""}>\n{made}\n</div>'
    return f"{made}\n{note}" if note else made


def _row(row: Sequence[Cell], right: Sequence[bool], code: Sequence[bool], anchors: dict[str, str]) -> str:
    first, *others = row
    name = cell_text(first)
    link = f'<a href="#{anchors[name]}">{breakable(name)}</a>' if name in anchors else ""
    cells = [f'<th scope="row">{link}</th>' if link else _cell("th", first, right[0], code[0], scope=' scope="row"')]
    cells += [
        _cell("td", cell, numeric, copied) for cell, numeric, copied in zip(others, right[1:], code[1:], strict=True)
    ]
    return "".join(cells)


def _cell(tag: str, cell: Cell, right: bool = False, code: bool = False, *, scope: str = "") -> str:
    text = cell_text(cell)
    failed = isinstance(cell, FailedText)
    shown = breakable(marked(text))
    # What has no letter, such as a row of bars, is a drawing: in two lines it would say something else.
    whole = len(text) <= SHORT or not any(map(str.isalnum, text))
    name = "n" if right else "bad" if failed else "s" if text and whole else "l" if has_long_part(text) else ""
    return f"<{tag}{scope}{_class(name)}>{f'<code>{shown}</code>' if code and text else shown}</{tag}>"


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""


def _anchors(chapters: Iterable[EndpointChapter]) -> dict[str, str]:
    """Return a place for each endpoint; two names that look alike as one get different ones."""
    places: dict[str, str] = {}
    for chapter in chapters:
        place = f"endpoint-{_slug(chapter.name)}"
        while place in places.values():
            place += "-"
        places[chapter.name] = place
    return places


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]+", "-", plain(text).lower()).strip("-")
