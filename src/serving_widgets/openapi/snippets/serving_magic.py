"""Snippets for a cell with the magic."""

from __future__ import annotations

from serving_widgets.line import quote

from .request import FILE, Snippet, SnippetLanguage, SnippetRequest


def _magic(request: SnippetRequest) -> Snippet:
    entity = f" --entity {quote(request.entity)}" if request.entity else ""
    if request.is_long:
        code = f"%serving query {quote(request.endpoint)} @{FILE}{entity}"
        return Snippet(code, {FILE: request.text})
    return Snippet(f"%%serving query {quote(request.endpoint)}{entity}\n{request.text}")


LANGUAGE = SnippetLanguage("%serving", "ipython", _magic)
