"""Snippets for a shell."""

from __future__ import annotations

import shlex

from .request import FILE, TIMEOUT, Snippet, SnippetLanguage, SnippetRequest


def _curl(request: SnippetRequest) -> Snippet:
    # Single quotes keep all of JSON as it is; what stands in quotes in it is the shell's business to undo.
    body = f"@{FILE}" if request.is_long else shlex.quote(request.text)
    address = shlex.quote(request.url) if request.url else f'"$DATABRICKS_HOST"{shlex.quote(request.path)}'
    code = (
        f"curl --fail-with-body --silent --show-error --max-time {TIMEOUT} {address} \\\n"
        '  --header "Authorization: Bearer $DATABRICKS_TOKEN" \\\n'
        "  --header 'Content-Type: application/json' \\\n"
        f"  --data-binary {body}"
    )
    return Snippet(code, {FILE: request.text} if request.is_long else {})


LANGUAGE = SnippetLanguage("curl", "shell", _curl)
