"""Snippets that score a DataFrame with this package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .python_literals import literal
from .request import Snippet, SnippetLanguage, SnippetRequest


def _pandas(request: SnippetRequest) -> Snippet:
    head = f"ep = sw.workspace().endpoints.get({literal(request.endpoint)})\n"
    table = table_in(request.payload)
    if table is None:
        entity = f", entity={literal(request.entity)}" if request.entity else ""
        code = (
            "import serving_widgets as sw\n\n"
            f"{head}print(ep.query({literal(request.payload, used=18 + len(entity))}{entity}).json)"
        )
        return Snippet(code)
    key, columns, rows = table
    more = f", entity={literal(request.entity)}" if request.entity else ""
    if request.payload.get("params"):
        more += f", params={literal(request.payload['params'])}"
    more += "" if key == "dataframe_split" else f", format={literal(key)}"
    # Columns of numbers and nothing would become floats.
    kept = ", dtype=object" if any(None in row for row in rows) else ""
    code = (
        "import pandas as pd\n\nimport serving_widgets as sw\n\n"
        f"{head}"
        "df = pd.DataFrame(\n"
        f"    {literal(rows, indent=4, used=1)},\n"
        f"    columns={literal(columns, indent=4, used=9)}{kept},\n"
        ")\n"
        f"print(ep.predict(df{more}))"
    )
    return Snippet(code)


def table_in(payload: Any) -> tuple[str, list[str], list[list[Any]]] | None:
    """Return key, columns and rows of a request with a table; None where it has none that a DataFrame holds."""
    if not isinstance(payload, Mapping) or payload.keys() - {"dataframe_split", "dataframe_records", "params"}:
        return None
    split = payload.get("dataframe_split")
    if isinstance(split, Mapping) and isinstance(split.get("columns"), list) and isinstance(split.get("data"), list):
        rows, names = split["data"], split["columns"]
        if rows and all(isinstance(row, list) and len(row) == len(names) for row in rows):
            return "dataframe_split", names, rows
    records = payload.get("dataframe_records")
    if isinstance(records, list) and records and all(isinstance(row, Mapping) for row in records):
        names = list(records[0])
        if all(list(row) == names for row in records):
            return "dataframe_records", names, [list(row.values()) for row in records]
    return None


LANGUAGE = SnippetLanguage("pandas", "python", _pandas)
