"""Snippets for SQL: the function ``ai_query``, which asks an endpoint for each row of a query.

It sends named columns to a custom model, and one text a row to a language model (Databricks docs, *ai_query function*).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .pandas_frame import table_in
from .request import Snippet, SnippetLanguage, SnippetRequest

#: Rows that are written out; a query has its rows from a table.
MOST_ROWS = 20
#: Members of a request to a language model that are no parameters of it.
_OWN = frozenset({"messages", "prompt", "input", "stream"})


def _ai_query(request: SnippetRequest) -> Snippet:
    said = []
    if request.entity:
        said.append(f"ai_query asks the endpoint as a whole, not {request.entity} alone.")
    table = table_in(request.payload)
    if table is not None:
        return Snippet(_of_rows(request, table[1], table[2], said))
    texts = _texts(request.payload, said)
    if texts is None:
        return Snippet(_commented(["ai_query sends named columns, or one text a row. This request is neither."]))
    known = {name: each for name, each in request.payload.items() if name not in _OWN and each is not None}
    more = f",\n  modelParameters => {literal(known)}" if known else ""
    call = f"SELECT ai_query(\n  {literal(request.endpoint)},\n  request => text{more}\n) AS answer\n"
    return Snippet(_commented(said) + call + _values(["text"], [[each] for each in texts]))


def literal(value: Any) -> str:
    r"""Return what JSON says as SQL says it.

    Examples
    --------
    >>> print(literal({"name": "it's", "n": [1, 2.5, None]}))
    named_struct('name', 'it\'s', 'n', array(1, 2.5D, NULL))
    """
    if value is None or isinstance(value, bool):
        return {None: "NULL", True: "TRUE", False: "FALSE"}[value]
    if isinstance(value, int):
        return str(value) if abs(value) < 2**31 else f"{value}L" if abs(value) < 2**63 else f"{value}BD"
    if isinstance(value, float):
        return f"{value!r}D"
    if isinstance(value, str):
        text = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
        return f"'{text}'"
    if isinstance(value, list | tuple):
        return f"array({', '.join(map(literal, value))})"
    parts = ", ".join(f"{literal(str(name))}, {literal(each)}" for name, each in value.items())
    return f"named_struct({parts})" if parts else "map()"


def _of_rows(request: SnippetRequest, names: list[str], rows: list[list[Any]], said: list[str]) -> str:
    if request.payload.get("params"):
        said.append("ai_query sends no params: the model takes its defaults.")
    if len(rows) > MOST_ROWS:
        said.append(f"The first {MOST_ROWS} of {len(rows):,} rows: put a table in the place of VALUES.")
    said.append("For a model without a signature add the type of a prediction: returnType => 'DOUBLE'")
    columns = [str(name) for name in names]
    struct = ", ".join(f"{literal(name)}, {_identifier(name)}" for name in columns)
    call = f"SELECT ai_query(\n  {literal(request.endpoint)},\n  request => named_struct({struct})\n) AS prediction\n"
    return _commented(said) + call + _values(columns, rows[:MOST_ROWS])


def _values(names: list[str], rows: list[list[Any]]) -> str:
    lines = ",\n".join(f"  ({', '.join(map(literal, row))})" for row in rows)
    return f"FROM VALUES\n{lines}\nAS rows({', '.join(map(_identifier, names))})"


def _texts(payload: Any, said: list[str]) -> list[str] | None:
    """Return the texts that a language model is asked about; None where it is asked about something else."""
    if not isinstance(payload, Mapping):
        return None
    messages = payload.get("messages")
    if isinstance(messages, list):
        contents = [each.get("content") for each in messages if isinstance(each, Mapping)]
        if not contents or not isinstance(contents[-1], str):
            return None
        if len(contents) > 1:
            said.append("ai_query sends one text: the last message.")
        return [contents[-1]]
    given = payload.get("prompt", payload.get("input"))
    texts = given if isinstance(given, list) else [given]
    found = [each for each in texts if isinstance(each, str)]
    return found if found and len(found) == len(texts) else None


def _identifier(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII) else f"`{name.replace('`', '``')}`"


def _commented(said: list[str]) -> str:
    return "".join(f"-- {' '.join(each.split())}\n" for each in said)


LANGUAGE = SnippetLanguage("ai_query", "sql", _ai_query)
