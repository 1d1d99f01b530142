"""The error of a line that does not fit its command, and suggestions for it."""

from __future__ import annotations

import re

from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import ServingError
from serving_widgets.line import LineError


class UsageError(ServingError):
    """A line that can't be carried out as it is written; nothing was done.

    Parameters
    ----------
    message
        What is wrong, as a sentence.
    fault
        The line and the place in it; None where the fault has no place.
    usage
        The command's usage line.
    hint
        The way out.

    Attributes
    ----------
    column
        Where in the line the fault is, None where it has no place.
    """

    def __init__(self, message: str, *, fault: LineError | None = None, usage: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.column = None if fault is None else fault.column
        self.usage = usage
        self.pointer = "" if fault is None else mask(_AFTER_TOKEN.sub(_hidden, fault.caret()))

    def __str__(self) -> str:
        usage = f"Usage: {self.usage}" if self.usage else ""
        return "\n".join(part for part in (self.message, self.pointer, usage, self.hint) if part)


# What follows --token on a line is never shown, wherever on the line the fault is.
_AFTER_TOKEN = re.compile(r"(--token[=\s]\s*)(.*)")


def _hidden(match: re.Match[str]) -> str:
    return match[1] + "•" * len(match[2])
