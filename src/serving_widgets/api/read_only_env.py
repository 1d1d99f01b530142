"""The variable that keeps a process from changing real workspaces, and what it says. Pure."""

from __future__ import annotations

from collections.abc import Mapping

#: Set by whoever runs notebooks unattended: then no connection to a real workspace changes anything, whatever they say.
READ_ONLY_VARIABLE = "SERVING_WIDGETS_READ_ONLY"

#: Values by which people switch a variable off.
_OFF = ("", "0", "false", "no", "off")


def is_read_only(environ: Mapping[str, str]) -> bool:
    """Return whether an environment says that no real workspace may be changed.

    Examples
    --------
    >>> [is_read_only({READ_ONLY_VARIABLE: value}) for value in ("1", "yes", "0", "False", "")]
    [True, True, False, False, False]
    """
    return environ.get(READ_ONLY_VARIABLE, "").strip().lower() not in _OFF
