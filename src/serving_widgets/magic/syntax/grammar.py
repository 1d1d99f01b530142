"""How a command is declared. Parsing, help and completion read these declarations and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .known_names import KnownNames


class BadValueError(ValueError):
    """A value that an argument or option can't take; ``hint`` is the way out.

    One that may be ``secret`` is not shown in the line either.
    """

    def __init__(self, message: str, hint: str = "", *, secret: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.secret = secret


@dataclasses.dataclass(frozen=True, slots=True)
class ValueType:
    """The type of a value: how it is read and completed.

    Attributes
    ----------
    word
        What stands for it in a usage line, such as ``SECONDS``.
    read
        Makes the value of what was written: text, or the object that a variable holds. Raises `BadValueError`.
    offers
        The values that completion offers.
    raw
        Whether ``read`` is given the token as it stands in the line, a `RawToken`, instead of its meaning.
    """

    word: str
    read: Callable[[Any], Any]
    offers: Callable[[KnownNames], Iterable[str]] = lambda _: ()
    raw: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Argument:
    """A value that is known by its place.

    Attributes
    ----------
    repeated
        Whether it takes all words that are left; the value is a list then. Only the last argument may.
    """

    name: str
    type: ValueType
    help: str
    required: bool = True
    repeated: bool = False

    @property
    def usage(self) -> str:
        """The argument in a usage line."""
        word = f"{self.type.word}…" if self.repeated else self.type.word
        return word if self.required else f"[{word}]"


@dataclasses.dataclass(frozen=True, slots=True)
class Option:
    """A value that is known by its flag, or a switch.

    Attributes
    ----------
    flags
        How it may be written: the first one stands in the usage line, the last one names the value.
    type
        The type of its value; None for a switch.
    repeated
        Whether it may be given more than once; the value is a list then.
    negatable
        Whether ``--no-…`` turns the switch off; not given is None then, which is neither.
    optional
        Whether the value may be left out; the value is True then. The next word is taken for the value only where it
        is JSON, ``@file`` or a variable, or follows an equals sign.
    """

    flags: tuple[str, ...]
    help: str
    type: ValueType | None = None
    repeated: bool = False
    negatable: bool = False
    optional: bool = False

    @property
    def name(self) -> str:
        """The name of its value."""
        return self.flags[-1].lstrip("-").replace("-", "_")

    @property
    def opposite(self) -> str | None:
        """The flag that turns a switch off, where there is one."""
        return f"--no-{self.flags[0].removeprefix('--')}" if self.negatable else None

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every flag by which it is known."""
        return self.flags if self.opposite is None else (*self.flags, self.opposite)

    @property
    def usage(self) -> str:
        """The option in a usage line."""
        flag = self.flags[0] if self.opposite is None else f"{self.flags[0]}|{self.opposite}"
        return f"[{flag}{self.value}]{'…' if self.repeated else ''}"

    @property
    def value(self) -> str:
        """What follows the flag in a usage line."""
        if self.type is None:
            return ""
        return f" [{self.type.word}]" if self.optional else f" {self.type.word}"


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command of ``%serving``.

    Attributes
    ----------
    summary
        What it does, in a sentence.
    run
        Does it.
    about
        What else there is to know.
    examples
        Lines without ``%serving``, each with a note; all of them parse.
    body
        What the cell's body holds under ``%%serving``; "" where the command takes none.
    connects
        Whether it talks with a workspace, so that ``--workspace`` chooses one.
    writes
        Whether it changes something, so that ``--dry-run`` shows the request instead.
    kept
        Whether ``-o`` keeps its result in a variable, of which a shell has none.
    refused
        Options that it will never have, with the reason and the way out; their values are never shown.
    see_also
        Commands that people look for next, or meant.
    """

    summary: str
    # It gets a `CommandCall`, which knows commands: naming it here would close a circle.
    run: Callable[[Any], Any]
    arguments: tuple[Argument, ...] = ()
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()
    about: str = ""
    body: str = ""
    connects: bool = True
    writes: bool = False
    kept: bool = True
    refused: Mapping[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    see_also: tuple[str, ...] = ()

    @property
    def all_options(self) -> tuple[Option, ...]:
        """Its own options and those that every command of its sort has."""
        shared = [WORKSPACE] if self.connects else []
        shared += [DRY_RUN] if self.writes else []
        return (*self.options, *shared, JSON, *([OUT] if self.kept else []))

    def usage(self, name: str, *, full: bool = False) -> str:
        """Return the usage line.

        Where it gets long, and shall not be full, options are summed up: those that all commands have, then its own.
        """
        parts = [f"%serving {name}".rstrip(), *(argument.usage for argument in self.arguments)]
        complete = " ".join([*parts, *(option.usage for option in self.all_options)])
        own = " ".join([*parts, *(option.usage for option in self.options), "[OPTION]…"])
        fitting = (line for line in (complete, own) if full or len(line) <= LONGEST_USAGE)
        return next(fitting, " ".join([*parts, "[OPTION]…"]))


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What a command gives where the value is one thing and what to show is another.

    Attributes
    ----------
    value
        What ``x = %serving …`` and ``-o`` assign.
    shown
        What the cell displays.
    data
        What ``--json`` gives instead of the value, where it is something else.
    """

    value: Any
    shown: Any
    data: Any = None


#: A usage line below an error is no longer than this: it fits a cell of 700 pixels.
LONGEST_USAGE = 88


def _read_variable_name(value: Any) -> str:
    import keyword

    if not isinstance(value, str) or not value.isidentifier() or keyword.iskeyword(value):
        raise BadValueError(f"{value!r} is not a variable name.", "For example: -o result")
    return value


def _read_connection(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise BadValueError("A connection's name is text.", "For example: --workspace mock")
    return value


OUT = Option(
    ("-o", "--out"), "Assign the result to a variable instead of showing it.", ValueType("NAME", _read_variable_name)
)
WORKSPACE = Option(
    ("--workspace",),
    "The connection to use; the active one unless given.",
    ValueType("NAME", _read_connection, lambda known: known.connections()),
)
JSON = Option(("--json",), "Show the result as JSON; kept in a variable, it is plain data.")
DRY_RUN = Option(("--dry-run",), "Show the request that would be sent, and change nothing.")
