"""The data that a report carries: written where nothing runs and nothing shows it, and read again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

#: What the data say they are, and in which version.
FORMAT, VERSION = "serving-widgets report", 1
_HTML = '<script type="application/json" id="report-data">'
_MARKDOWN = "<!-- report-data: "
_BLOCK = re.compile(rf"(?:{re.escape(_HTML)}|{re.escape(_MARKDOWN)})(?P<data>{{.*?}})(?:</script>| -->)", re.DOTALL)


class ReportDataError(ValueError):
    """A file that is not a report, or one of a version that can't be read."""


def html_block(data: Mapping[str, Any]) -> str:
    """Return data as an element of a page: of a type that no browser runs, and none shows."""
    return f"{_HTML}{_encoded(data)}</script>"


def markdown_block(data: Mapping[str, Any]) -> str:
    """Return data as a comment of Markdown."""
    return f"{_MARKDOWN}{_encoded(data)} -->"


def read_data(text: str) -> dict[str, Any]:
    """Return the data that a report carries.

    Raises
    ------
    ReportDataError
        When there are none that can be read.

    Examples
    --------
    >>> read_data(markdown_block({"endpoints": {"churn": {"status": "Ready"}}}))["endpoints"]
    {'churn': {'status': 'Ready'}}
    """
    # The last one: whatever stands before it may quote another report.
    found = list(_BLOCK.finditer(text))
    try:
        data = json.loads(found[-1]["data"]) if found else None
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ReportDataError("it carries no data of a report")
    if data.get("version") != VERSION:
        raise ReportDataError(f"its data have version {data.get('version')!r}, and {VERSION} can be read")
    return data


def _encoded(data: Mapping[str, Any]) -> str:
    whole = {"format": FORMAT, "version": VERSION, **data}
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    # Spelled so that no element or comment can end within it, and none is mentioned; JSON reads it as the same.
    for mark, spelled in (("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("@", "\\u0040"), ("--", "-\\u002d")):
        text = text.replace(mark, spelled)
    return text
