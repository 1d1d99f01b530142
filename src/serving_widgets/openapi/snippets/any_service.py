"""Code that sends a request to any service, without credentials."""

from __future__ import annotations

import json
import shlex
from typing import Any

from serving_widgets.openapi.errors import FormatError

from .python_literals import literal

#: What it is written for.
LANGUAGES = ("curl", "httpx", "requests")
#: The address in place of one that the document doesn't name.
SERVER = "http://localhost:8000"


def write(language: str, method: str, path: str, body: Any, server: str = "") -> str:
    """Return code that sends a request.

    Examples
    --------
    >>> print(write("curl", "post", "/items", {"x": 1}))
    curl -X POST http://localhost:8000/items -H 'Content-Type: application/json' --data-raw '{"x": 1}'
    """
    base = server if server.startswith(("http://", "https://")) else SERVER + (server if server.startswith("/") else "")
    url = base.rstrip("/") + path
    if language == "curl":
        code = f"curl -X {method.upper()} {shlex.quote(url)}"
        if body is None:
            return code
        text = shlex.quote(json.dumps(body, ensure_ascii=False))
        return f"{code} -H 'Content-Type: application/json' --data-raw {text}"
    if language in LANGUAGES:
        sent = "" if body is None else f", json={literal(body)}"
        call = f"{language}.request({method.upper()!r}, {url!r}{sent})"
        return f"import {language}\n\nresponse = {call}\nresponse.raise_for_status()\nprint(response.json())"
    raise FormatError(f"There is no language {language!r}.", hint=f"There are {', '.join(LANGUAGES)}.")
