"""``serving-widgets tutorial``, ``freeze`` and ``clean``: what they do with notebooks, and one line of news each."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from serving_widgets.api.errors import ServingError


def tutorial(arguments: argparse.Namespace) -> int:
    """Copy the tutorials and open them; return 1 if they could not be, else what JupyterLab returned."""
    from . import tutorials

    try:
        print(tutorials.copy_tutorials(arguments.folder), flush=True)
        if arguments.no_open:
            return 0
        quick_start = arguments.folder / tutorials.QUICK_START
        command, notes = tutorials.lab_command(quick_start, os.environ, root=tutorials.is_root())
    except (ServingError, OSError) as error:
        _complain(error)
        return 1
    print(*notes, sep="\n", flush=True)
    if os.name == "posix":
        # JupyterLab takes this process over, so that Ctrl-C and signals are its own.
        os.execv(command[0], command)  # noqa: S606 – the command is made above
    return subprocess.call(command)  # noqa: S603 – the command is made above


def freeze(arguments: argparse.Namespace) -> int:
    """Freeze notebooks; return 1 if one of them could not be frozen."""
    from . import freezing

    try:
        freezing.check(arguments.notebooks, output_dir=arguments.output_dir, allow_changes=arguments.allow_changes)
    except ServingError as error:
        _complain(error)
        return 1

    def one(path: Path) -> str:
        frozen = freezing.freeze(
            path,
            output_dir=arguments.output_dir,
            timeout=arguments.timeout,
            allow_changes=arguments.allow_changes,
            progress=lambda number, total: _show(f"{path}: cell {number} of {total}"),
        )
        return str(frozen)

    return 0 if _each(arguments.notebooks, one) else 1


def clean(arguments: argparse.Namespace) -> int:
    """Clean notebooks; return 1 if one of them is not a notebook or, where they are only checked, not clean."""
    from . import cleaning

    unclean = False

    def one(path: Path) -> str:
        nonlocal unclean
        cleaned = cleaning.clean(path, everything=arguments.all, check=arguments.check)
        unclean = unclean or bool(cleaned.faults)
        return cleaned.told(check=arguments.check)

    done = _each(arguments.notebooks, one)
    return 0 if done and not (arguments.check and unclean) else 1


def _each(paths: list[Path], one: Callable[[Path], str]) -> bool:
    """Say what becomes of each file; one that fails does not keep the others from it."""
    done = True
    for path in paths:
        try:
            news = one(path)
        except (ServingError, OSError, RecursionError, UnicodeEncodeError) as error:
            _show("")
            _complain(_in_words(path, error))
            done = False
        else:
            _show("")
            print(news, flush=True)
    return done


def _in_words(path: Path, error: Exception) -> Exception:
    """Return an error that names the file, where Python's own says only what it could not do."""
    if isinstance(error, RecursionError):
        return ServingError(f"{path} is nested too deeply.", hint="Clear the outputs that are. Nothing was written.")
    if isinstance(error, UnicodeEncodeError):
        character = f"U+{ord(error.object[error.start]):04X}"
        return ServingError(
            f"{path} holds half a character, {character}, which no file can hold.",
            hint="Take it out of the cell, or print it with ascii(…). Nothing was written.",
        )
    return error


def _complain(error: Exception) -> None:
    print(f"serving-widgets: {error}", file=sys.stderr)


def _show(text: str) -> None:
    """Show what is under way in place of what was before; nothing where the output is not a terminal."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
