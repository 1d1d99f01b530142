"""Looking through a recording for what looks secret, before it is handed to others."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import ConfigError
from serving_widgets.api.redaction import HIDDEN

from .masking import SECRET_FORMS


class SuspectedSecret(NamedTuple):
    """What looks secret in a file.

    Attributes
    ----------
    line : int
        The number of the line, from 1.
    what : str
        What it looks like; never the text itself.
    """

    line: int
    what: str


def secrets_in_recording(file: str | Path) -> list[SuspectedSecret]:
    """Return what looks secret in a recording, or in any other file of text, by line.

    Parameters
    ----------
    file : str or Path
        Where it is.

    Raises
    ------
    ConfigError
        When it can't be read.
    """
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror}.", hint="Give the path of a recording.") from None
    found = []
    for number, line in enumerate(lines, start=1):
        for what, form in SECRET_FORMS:
            if any((match.groupdict().get("value") or match[0]) != HIDDEN for match in form.finditer(line)):
                found.append(SuspectedSecret(number, what))
        if mask(line) != line:
            found.append(SuspectedSecret(number, "a token of the workspace"))
    return found
