"""Values as they are typed: text to value and back. Pure.

Nothing here goes through JavaScript's numbers: 1.0 stays 1.0, and whole numbers of any length stay whole.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, Literal, NamedTuple

from serving_widgets.openapi.model import Column

#: A value as text; None stands for null, False for a value that is left out.
Cell = str | None | Literal[False]

_WHOLE = re.compile(r"\s*[+-]?\d{1,4000}\s*", re.ASCII)
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", re.ASCII)

#: What a float may round although nothing stands behind its point.
_LONG = re.compile(r"([+-]?\d{16,400})\.0*", re.ASCII)


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"


#: Where a row has no value for a column.
MISSING: Final = _Missing()


class JsonFault(NamedTuple):
    """Why a text is not JSON, and where; lines and columns are counted from 1."""

    message: str
    line: int
    column: int


def value_of(cell: Cell, column: Column) -> Any:
    """Return what a text means in a column. A text that has no meaning there stays text: a check will tell.

    Examples
    --------
    >>> value_of("3", Column("x", "number")), value_of("3", Column("s", "string"))
    (3.0, '3')
    >>> value_of("three", Column("n", "integer"))
    'three'
    """
    if cell is None:
        return None
    if cell is False:
        return MISSING
    if column.type == "string":
        return cell
    said = cell.strip()
    if said in ("", "null"):
        return None
    if column.type in ("integer", "number"):
        return _number(said, column.type == "number", cell)
    if column.type == "boolean":
        return {"true": True, "false": False}.get(said.lower(), cell)
    read = read_json(said)
    return cell if isinstance(read, JsonFault) else read


def cell_of(value: Any, column: Column) -> Cell:
    """Return a value as the text that means it in a column."""
    if value is MISSING:
        return False
    if value is None:
        return None
    if isinstance(value, str):
        said = value.strip()
        ambiguous = column.type == "any" and not (said and isinstance(read_json(said), JsonFault))
        return written(value) if ambiguous else printable(value)
    return written(value)


def read_json(text: str) -> Any:
    """Return what a JSON text says; a :class:`JsonFault` where it says nothing. ``NaN`` and the like are no JSON."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        return JsonFault(f"{error.msg}", error.lineno, error.colno)
    except _NotJsonNumberError as error:
        return JsonFault(*_placed(text, str(error)))
    except RecursionError:
        return JsonFault("It is nested too deep", 1, 1)
    except ValueError as error:
        # A whole number of more digits than Python reads.
        return JsonFault(str(error).partition(";")[0], 1, 1)


def written(value: Any) -> str:
    """Return a value as JSON on one line, as text that any page can show."""
    return printable(json.dumps(value, ensure_ascii=False, allow_nan=True))


def printable(text: str) -> str:
    """Return a text that can be sent as UTF-8: half a surrogate pair is shown as its escape."""
    if text.isascii():
        return text
    return text.encode("utf-8", "backslashreplace").decode()


def _number(said: str, floats: bool, cell: str) -> Any:
    if _WHOLE.fullmatch(said):
        try:
            whole = int(said)
        except ValueError:
            return cell
        # Beyond 53 bits a float would be another number.
        return float(whole) if floats and abs(whole) <= 2**53 else whole
    if _NUMBER.fullmatch(said) and math.isfinite(number := float(said)):
        long = _LONG.fullmatch(said)
        return int(long[1]) if long is not None and int(long[1]) != number else number
    return cell


class _NotJsonNumberError(ValueError):
    pass


def _refuse(word: str) -> Any:
    raise _NotJsonNumberError(word)


def _placed(text: str, word: str) -> tuple[str, int, int]:
    at = max(text.find(word), 0)
    before = text[:at]
    return f"{word} is not JSON: write null", before.count("\n") + 1, at - before.rfind("\n")
