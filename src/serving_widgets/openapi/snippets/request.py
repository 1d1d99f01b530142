"""A request as a snippet writes it, and the snippet that comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote as quoted

#: Bodies longer than this come from a file, in bytes: a shell limits the length of a line.
LONGEST = 8 * 1024
#: The file that a long body comes from.
FILE = "payload.json"
#: Seconds that a query may take: an endpoint that is scaled to zero has to start first.
TIMEOUT = 300


@dataclass(frozen=True, slots=True)
class SnippetRequest:
    """What a snippet sends, and where to.

    Attributes
    ----------
    payload : Any
        The body.
    endpoint : str
        The endpoint's name.
    entity : str or None
        The served entity to ask; None for the endpoint as a whole.
    url : str
        The endpoint's own address, where it is route-optimized; "" where it is asked at the workspace's.
    """

    payload: Any
    endpoint: str
    entity: str | None
    url: str

    @property
    def path(self) -> str:
        """The path below the workspace's address."""
        part = f"/served-models/{quoted(self.entity, safe='')}" if self.entity else ""
        return f"/serving-endpoints/{quoted(self.endpoint, safe='')}{part}/invocations"

    @property
    def text(self) -> str:
        """The body as JSON."""
        return json.dumps(self.payload, ensure_ascii=False)

    @property
    def is_long(self) -> bool:
        """Whether the body is to come from a file."""
        return len(self.text.encode("utf-8", "replace")) > LONGEST


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code that sends a request.

    Attributes
    ----------
    code : str
        The code.
    files : mapping of str to str
        What has to stand in files beside it, by their names.
    """

    code: str
    files: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class SnippetLanguage:
    """A language, library or tool that snippets are written for.

    Attributes
    ----------
    name : str
        What it is called on the page and in :func:`.snippets.render`, such as ``"curl"``.
    syntax : str
        ``"shell"``, ``"python"``, ``"ipython"`` or ``"sql"``.
    write : callable
        Writes a snippet for a request.
    """

    name: str
    syntax: str
    write: Callable[[SnippetRequest], Snippet]

    @property
    def option(self) -> str:
        """What it is called on a ``%serving`` line."""
        return self.name.lstrip("%")
