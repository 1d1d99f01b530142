"""The largest answer that is taken, counted unpacked: reading stops there, before anything is parsed."""

from __future__ import annotations

import os
from collections.abc import Mapping

from serving_widgets.api.errors import ConfigError

#: The variable that sets it, in MB.
VARIABLE = "SERVING_WIDGETS_MAX_ANSWER_MB"
#: MB unless it is set: twice what the service lets a model answer, and a list of thousands of endpoints.
DEFAULT = 32.0
MB = 1_000_000
#: Bytes of an answer that says no; what comes after them explains nothing.
REFUSAL = MB


def largest_answer(environ: Mapping[str, str] | None = None) -> int:
    """Return how many bytes an answer may have.

    Raises
    ------
    ConfigError
        When the variable is set to something else than a number above zero.

    Examples
    --------
    >>> largest_answer({}), largest_answer({VARIABLE: "0.5"})
    (32000000, 500000)
    """
    said = (os.environ if environ is None else environ).get(VARIABLE, "").strip()
    try:
        size = float(said or DEFAULT)
    except ValueError:
        size = 0.0
    if not 0 < size < 1e6:
        raise ConfigError(f"{VARIABLE} is not a number of megabytes.", hint=f"For example {VARIABLE}=64.")
    return int(size * MB)
