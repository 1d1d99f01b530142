"""Looking through a recording for what looks secret, before it is handed to others."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.secret_texts import kinds_of_secrets


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
    return [SuspectedSecret(number, what) for number, line in enumerate(lines, 1) for what in kinds_of_secrets(line)]
