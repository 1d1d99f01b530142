"""Snippets for the HTTP clients of Python, httpx and requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from .python_literals import literal
from .request import TIMEOUT, Snippet, SnippetLanguage, SnippetRequest


def _http(library: Literal["httpx", "requests"]) -> Callable[[SnippetRequest], Snippet]:
    def write(request: SnippetRequest) -> Snippet:
        address = literal(request.url) if request.url else f'os.environ["DATABRICKS_HOST"] + {literal(request.path)}'
        body = literal(request.payload, indent=4, used=6)
        code = (
            f"import os\n\nimport {library}\n\n"
            f"response = {library}.post(\n"
            f"    {address},\n"
            '    headers={"Authorization": "Bearer " + os.environ["DATABRICKS_TOKEN"]},\n'
            f"    json={body},\n"
            f"    timeout={TIMEOUT},\n"
            ")\n"
            "response.raise_for_status()\n"
            "print(response.json())"
        )
        return Snippet(code)

    return write


HTTPX = SnippetLanguage("httpx", "python", _http("httpx"))
REQUESTS = SnippetLanguage("requests", "python", _http("requests"))
