"""What can be looked at here and written to a file, as a page or as Markdown."""

from __future__ import annotations

import contextlib
import os
from functools import cached_property
from pathlib import Path

from serving_widgets.api.errors import ConfigError
from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.report.content import Block, ReportContent
from serving_widgets.render.stack import Stack

#: How the names of files end, and which form they get.
_HTML, _MARKDOWN = (".html", ".htm"), (".md", ".markdown")
#: Characters of a cell that a terminal shows.
LONGEST = 60
PathLike = str | os.PathLike[str]


class DocumentFile:
    """Something to be read, in a notebook and in a file.

    Attributes
    ----------
    content
        What it says.
    where
        What the workspace is called, which a notebook shows and a file does not.
    path
        Where it was written; None as long as it was not.
    """

    def __init__(self, content: ReportContent, where: str) -> None:
        self.content = content
        self.where = where
        self.path: Path | None = None

    @cached_property
    def html(self) -> str:
        """The whole as a page: no script, nothing fetched, light and dark, to be printed."""
        from serving_widgets.render.report.html_page import html_page

        return html_page(self.content)

    @cached_property
    def markdown(self) -> str:
        """The whole as Markdown, short enough for a pull request."""
        from serving_widgets.render.report.markdown_page import markdown_page

        return markdown_page(self.content)

    def save(self, path: PathLike) -> Path:
        """Write it to a file, in the place of one that is there, and return where it is.

        Parameters
        ----------
        path : str or path-like
            A name that ends with ``.html`` for a page, with ``.md`` for Markdown.

        Raises
        ------
        ConfigError
            When the name ends otherwise, or the file can't be written. One that was there is as it was.
        """
        target = document_path(path)
        text = self.markdown if target.suffix.lower() in _MARKDOWN else self.html
        half = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            half.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
            half.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink()
            raise ConfigError(
                f"{target} can't be written: {error.strerror}.", hint="Give a file in a folder that exists."
            ) from None
        self.path = target
        return target

    def __repr__(self) -> str:
        # A terminal wraps no cell of a table.
        return repr(self._shown(LONGEST))

    def _repr_html_(self) -> str:
        return self._shown()._repr_html_()

    def _shown(self, longest: int | None = None) -> Stack:
        how = 'To save the full report: .save("serving.html"), or %serving report --save serving.html'
        written = how if self.path is None else f"Written to {self.path.name}."
        said = " ".join((*self.content.said, written))
        title = Message(f"{self.content.title} – {self.where}\n{said}")
        blocks = [block for section in self.content.front for block in section.blocks]
        return Stack(title, *(_shortened(block, longest) for block in blocks))


def document_path(path: PathLike) -> Path:
    """Return where something is to be written.

    Raises
    ------
    ConfigError
        When the name does not tell which form it shall have.
    """
    target = Path(path).expanduser()
    if target.suffix.lower() not in (*_HTML, *_MARKDOWN):
        raise ConfigError(
            f"{target.name!r} ends neither in .html nor in .md.",
            hint="Name the file with .html for a page, or with .md for Markdown.",
        )
    return target


def _shortened(block: Block, longest: int | None) -> Block:
    if longest is None or not isinstance(block, Table):
        return block
    rows = [
        [f"{cell[:longest]}…" if isinstance(cell, str) and len(cell) > longest else cell for cell in row]
        for row in block.rows
    ]
    return Table(block.columns, rows, block.caption, block.note, block.code)
