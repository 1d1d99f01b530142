"""The built front end: the files that the build puts into the package.

``loader.js`` is the code of every visible widget, ``runtime.js`` is what all views share, and each kind of view has a
file by its own name, such as ``endpoint_browser.js``.
"""

from __future__ import annotations

import functools
import hashlib
from importlib import resources

from serving_widgets.api.errors import ConfigError


@functools.cache
def read(name: str) -> str:
    """Return the text of a built file, such as ``"loader.js"``.

    Raises
    ------
    ConfigError
        When the front end was not built, or not with this file.
    """
    try:
        return (resources.files("serving_widgets") / "static" / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(
            f"The widgets' front end is missing: there is no static/{name} in the installed package.",
            hint="Build it with `cd js && npm ci && npm run build`, or install the package again.",
        ) from None


@functools.cache
def loader() -> str:
    """Return the code that every widget carries, without the line that names what it was built from."""
    return read("loader.js").partition("\n")[2]


@functools.cache
def digest(name: str) -> str:
    """Return a short hash of a built file, by which a page knows that it has it already."""
    return hashlib.sha256(read(name).encode()).hexdigest()[:16]
