"""The commands of ``%serving`` on a shell: one table, one grammar; results as text, and an exit status."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import re
import shlex
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

from serving_widgets.api.errors import ConfigError, ServingError, WaitTimeout
from serving_widgets.line import LineError, quote, tokenise

from .registry import ON_SHELL, command
from .syntax.grammar import Command, Option, Result
from .syntax.usage_error import UsageError
from .syntax.value_types import TEXT

if TYPE_CHECKING:
    from serving_widgets.magic.syntax.parsing import Parsed
    from serving_widgets.workspace import Workspace

#: Exit statuses.
DONE, FAILED, WRONG_USAGE, TOO_LATE, INTERRUPTED = 0, 1, 2, 3, 130

OPTIONS = (
    Option(("--profile",), "The workspace of a profile of ~/.databrickscfg; changes are allowed.", TEXT),
    Option(("--host",), "The workspace at an address; its token comes from DATABRICKS_TOKEN.", TEXT),
    Option(("--mock",), "An embedded workspace that ends with the command."),
    Option(("--no-read-only",), "Allow changes in a workspace that the environment or the default profile names."),
)
_OUT = (
    "A variable belongs to a notebook.",
    "Write the result to a file: --json > result.json",
)
#: Whoever has these in an example has a notebook.
_IN_NOTEBOOKS = ("$", " -o ", "%%", "--watch", "--live")
_PROGRAM = "serving-widgets"
_MAGIC = re.compile(rf"%serving (?=(?:{'|'.join(map(re.escape, ON_SHELL))})\b)")
_HELP = re.compile(r"%serving help(?: ([\w-]+))?")
_STATUS = re.compile(r"(?:Not ready|Ready)(?: \((?:Updating|Update failed|Update canceled|Stopped|No config)\))?")
_GREEN, _YELLOW, _RED, _PLAIN = "\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[0m"


def run(arguments: Sequence[str]) -> int:
    """Run a command, and write its result to stdout and its problems to stderr.

    Parameters
    ----------
    arguments : sequence of str
        The command's name and its words, as a shell has taken them apart.

    Returns
    -------
    int
        0 when it is done; 1 when it was refused or failed, as when the update that was waited for did; 2 for wrong
        usage; 3 when the time to wait ran out; 130 after Ctrl-C.

    Examples
    --------
    >>> run(["list", "--mock", "--kind", "external"])
    1 endpoint – mock workspace (demo)
    …
    0
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What was done must not end in a traceback, only because the screen lacks a dash.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        text, as_json = _result(arguments)
    except UsageError as error:
        return _complain(error, WRONG_USAGE)
    except WaitTimeout as error:
        return _complain(error, TOO_LATE)
    except ServingError as error:
        return _complain(error, FAILED)
    except KeyboardInterrupt as error:
        print(*getattr(error, "__notes__", ["Interrupted."]), sep="\n", file=sys.stderr)
        return INTERRUPTED
    try:
        if text:
            print(text if as_json else _coloured(_for_shell(text), sys.stdout), flush=True)
    except BrokenPipeError:  # whoever reads, such as head, has enough
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 – Python flushes it at the end
    return DONE


def on_shell(name: str) -> Command:
    """Return the declaration of a command with the options that choose a workspace on a shell."""
    declared = command(name)
    options = (*declared.options, *OPTIONS) if declared.connects else declared.options
    refused = {**declared.refused, "-o": _OUT, "--out": _OUT}
    examples = tuple(
        (shlex.join(token.text for token in tokenise(line)), note)
        for line, note in declared.examples
        if not any(word in f"{line} {note}" for word in _IN_NOTEBOOKS)
    )
    return dataclasses.replace(
        declared, options=options, connects=False, kept=False, body="", refused=refused, examples=examples
    )


def parsed_line(arguments: Sequence[str]) -> tuple[str, Parsed | None]:
    """Return a line of a shell as one of ``%serving``, and its values; None where it asks for help.

    Raises
    ------
    UsageError
        When the line does not fit the command.
    """
    from .syntax.parsing import parse

    name = arguments[0]
    written = " ".join([_PROGRAM, name, *map(_word, arguments[1:])])
    try:
        tokens = tokenise(written)[2:]
    except LineError as error:
        raise UsageError(error.message, fault=error, usage=command(name).usage(name), hint="Quote it.") from None
    if any(token.is_option and token.text in ("--help", "-h") for token in tokens):
        return written, None
    return written, parse(name, on_shell(name), tokens, written, {})


def _result(arguments: Sequence[str]) -> tuple[str, bool]:
    from .running.call import CommandCall, MagicSettings

    name = arguments[0]
    written, parsed = parsed_line(arguments)
    if parsed is None:
        return repr(_help(name)), False
    declared = on_shell(name)
    opened = _open(parsed) if command(name).connects else None
    try:
        call = CommandCall(name, declared, parsed, None, {}, line=written, settings=MagicSettings("static"))
        done = declared.run(call)
        result = done if isinstance(done, Result) else Result(done, done)
        if call.as_json:
            from .running.json_output import as_json

            result = as_json(result, "", call.used)
        return _text(result.shown), call.as_json
    except ServingError as error:
        if error.code == "read_only" and "connect" in error.hint:
            error.hint = "Add --no-read-only, or name the workspace: --profile NAME or --host ADDRESS"
        raise
    finally:
        if opened is not None:
            opened.close()


def _help(name: str) -> Any:
    from .shared.help_pages import command_help

    return command_help(name, on_shell(name))


def _open(parsed: Parsed) -> Workspace:
    """Open the workspace that the line names, else the one that the environment does, and say which.

    Raises
    ------
    ConfigError
        When nothing is configured: what runs unattended must not take the embedded workspace for the real one.
    """
    from serving_widgets.workspace import connect, open_found
    from serving_widgets.workspace.login.resolve import find_target

    given = {key: parsed.values[key] for key in ("profile", "host") if parsed.values[key] is not None}
    if parsed.values["mock"]:
        return connect("mock")
    if given:
        return connect(**given)
    if find_target() is None:
        raise ConfigError(
            "No workspace is configured.",
            hint="Set DATABRICKS_HOST and DATABRICKS_TOKEN, name one with --profile or --host, or try it with --mock.",
        )
    return open_found(read_only=False if parsed.values["no_read_only"] else None)


def _word(word: str) -> str:
    """Return a word of a shell as one of a line: what the shell has quoted names no variable."""
    option, equals, value = word.partition("=")
    if re.fullmatch(r"--[A-Za-z][A-Za-z0-9-]*", option) and equals:
        return f"{option}={quote(value)}"
    return word if re.fullmatch(r"--?[A-Za-z][A-Za-z0-9-]*", word) or _is_json(word) else quote(word)


def _is_json(word: str) -> bool:
    try:
        return isinstance(json.loads(word), dict | list)
    except ValueError:
        return False


def _text(shown: Any) -> str:
    """Return what is to be seen of a result as text."""
    if shown is None or isinstance(shown, str):
        return shown or ""
    bundle = getattr(shown, "_repr_mimebundle_", None)
    return str(bundle()["text/plain"]) if bundle is not None else repr(shown)


def _complain(error: ServingError, status: int) -> int:
    print(_coloured(_for_shell(str(error)), sys.stderr, _RED), file=sys.stderr)
    return status


def _for_shell(text: str) -> str:
    text = _HELP.sub(lambda match: " ".join(filter(None, (_PROGRAM, match[1], "--help"))), text)
    return _MAGIC.sub(f"{_PROGRAM} ", text)


def _coloured(text: str, stream: TextIO, first: str = "") -> str:
    """Return text with colours where it goes to a terminal: of each status, or of its first line."""
    if not stream.isatty() or "NO_COLOR" in os.environ:
        return text
    if first:
        line, *others = text.split("\n")
        return "\n".join([f"{first}{line}{_PLAIN}", *others])
    return _STATUS.sub(lambda match: f"{_colour(match[0])}{match[0]}{_PLAIN}", text)


def _colour(status: str) -> str:
    if "failed" in status:
        return _RED
    return _GREEN if status == "Ready" else _YELLOW
