"""Help, made of the commands' declarations: the same words as text and as HTML."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from serving_widgets.render import Table, escape, plain

from .connection import connection_words
from .table import COMMANDS, USAGE, command

if TYPE_CHECKING:
    from .grammar import Command, Option

INTRODUCTION = (
    "Look after model serving endpoints. A line may end with ; to show nothing, -o NAME or x = %serving … keeps the "
    "result, and $name stands for a variable."
)


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class Help:
    """A page of help: a usage line, paragraphs, tables.

    Attributes
    ----------
    usage
        The usage line.
    paragraphs
        What it does.
    tables
        Commands; or arguments, options and examples.
    """

    usage: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]

    def __repr__(self) -> str:
        return "\n\n".join((self.usage, *map(plain, self.paragraphs), *map(repr, self.tables)))

    def _repr_html_(self) -> str:
        paragraphs = [f"<p>{escape(paragraph)}</p>" for paragraph in self.paragraphs]
        tables = [table._repr_html_() for table in self.tables]
        return "\n".join((f"<pre><code>{escape(self.usage)}</code></pre>", *paragraphs, *tables))


def overview() -> Help:
    """Return the help on everything, with the connection that is active."""
    rows = [[name, command(name).summary] for name in COMMANDS]
    return Help(
        USAGE,
        (INTRODUCTION, connection_words()),
        (Table(["Command", "What it does"], rows, note="%serving help COMMAND tells more."),),
    )


def command_help(name: str) -> Help:
    """Return the help on one command."""
    declared = command(name)
    paragraphs = [declared.summary, declared.about, f"Under %%serving: {declared.body}" if declared.body else ""]
    return Help(declared.usage(name, full=True), tuple(part for part in paragraphs if part), tuple(_tables(declared)))


def _tables(declared: Command) -> list[Table]:
    arguments = [[argument.usage, argument.help] for argument in declared.arguments]
    options = [[_flags(option), option.help] for option in declared.all_options]
    examples = [[f"%serving {line}", note] for line, note in declared.examples]
    made = (
        Table(["Argument", "What it is"], arguments),
        Table(["Option", "What it does"], options),
        Table(["Example", "What it does"], examples),
    )
    return [table for table in made if len(table)]


def _flags(option: Option) -> str:
    return ", ".join(f"{flag}{option.value}" for flag in option.spellings) + ("…" if option.repeated else "")
