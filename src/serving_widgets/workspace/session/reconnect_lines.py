"""The lines that open a connection again, for writing: in Python and as a magic."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from serving_widgets.line import quote

from .write_guard import Protection


@dataclasses.dataclass(frozen=True, slots=True)
class ReconnectRecord:
    """What opens the same connection again, as after a restart of the kernel; it holds no token.

    Attributes
    ----------
    name : str
        What the connection is called.
    arguments : mapping
        The arguments of ``sw.connect`` by name, as JSON has them; ``target`` is the one without a name.
    host : str
        The address of a real workspace, so that no other one is taken for it; "" for others.

    Examples
    --------
    >>> sw.connect("mock", name="dev").reconnect.python
    'sw.connect("mock", name="dev")'
    """

    name: str
    arguments: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    host: str = ""

    @property
    def python(self) -> str:
        """The line of Python."""
        named = {key: value for key, value in self.arguments.items() if key != "target"}
        target = [_spelled(self.arguments["target"])] if "target" in self.arguments else []
        return f"sw.connect({', '.join([*target, *filter(None, [spelled_arguments(named)])])})"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON, for :func:`serving_widgets.workspace.connect.reconnect`."""
        return {"name": self.name, "arguments": dict(self.arguments), "host": self.host}


def real_line(
    address: Mapping[str, str],
    name: str | None,
    protect: Protection,
    colour: str | None,
    *,
    found: bool,
    token: bool,
) -> str:
    """Return the lines that open a real workspace in the same way and protect the same, but for writing."""
    named = {**address, "name": name} if name is not None else dict(address)
    if found:
        return _lines("", {"read_only": False, **({"name": name} if name is not None else {})}, protect, colour)
    if not address:
        return f"sw.connect(config=config{''.join(f', {each}' for each in [_python(named, protect, colour)] if each)})"
    return _lines("", named, protect, colour) + (", with its token in DATABRICKS_TOKEN" if token else "")


def mock_line(name: str | None, protect: Protection, colour: str | None, settings: Mapping[str, Any]) -> str:
    """Return the lines that open an embedded workspace like this one."""
    given = settings if name is None else {**settings, "name": name}
    told = {key: value for key, value in given.items() if isinstance(value, str | int | float)}
    return _lines("mock", told, protect, colour)


def _lines(target: str, settings: Mapping[str, Any], protect: Protection, colour: str | None) -> str:
    """Return the line of Python and that of the magic which open a workspace for writing.

    One that was named is writable unless told otherwise, in Python; what a notebook prefers may say otherwise.
    """
    arguments = ", ".join(filter(None, (f'"{target}"' if target else "", _python(settings, protect, colour))))
    flags = [(f"--{key}", value) for key, value in settings.items() if key != "read_only"]
    refused, asked = protect
    flags += [("--protect", pattern) for pattern in (*refused, *(f"{each}={how}" for each, how in asked))]
    words = [target, *(f"{flag} {quote(str(value))}" for flag, value in flags), "--no-read-only"]
    return f"sw.connect({arguments}), or %serving connect {' '.join(filter(None, words))}"


def _python(settings: Mapping[str, Any], protect: Protection, colour: str | None) -> str:
    refused, asked = protect
    kept: dict[str, Any] = {"protect": [*refused]} if refused else {}
    if asked:
        kept = {"protect": {**dict.fromkeys(refused, "refuse"), **dict(asked)}}
    kept |= {"colour": colour} if colour else {}
    return spelled_arguments({**settings, **kept})


def spelled_arguments(settings: Mapping[str, Any]) -> str:
    """Return keyword arguments as they are written."""
    return ", ".join(f"{key}={_spelled(value)}" for key, value in settings.items())


def _spelled(value: Any) -> str:
    """Return a value as the rest of the project writes it: text in double quotes."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_spelled(key)}: {_spelled(each)}' for key, each in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_spelled, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
