"""From an answer to a table. Pure; never raises, and keeps the answer as it came."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .llm_answers import fold_events, language_table
from .series import column_of

if TYPE_CHECKING:
    import pandas as pd

#: Most numbers in a row that become columns of their own; more are an embedding, and stay together in one cell.
WIDEST = 200
#: What predictions without names are called.
PREDICTION = "prediction"


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """What an endpoint answered, as a table where it is one.

    Attributes
    ----------
    frame : DataFrame or None
        The table; None where the answer can't be read as one.
    kind : str
        What the answer is: ``records``, ``scalars``, ``matrix``, ``lists``, ``columns``, ``row``, ``pairs``, ``value``,
        ``tensors``, ``empty``, ``chat``, ``completions``, ``embeddings``, ``messages`` or ``unreadable``.
    note : str
        What a reader should know about how it was read; "" when there is nothing.
    raw : Any
        The answer as it came.
    joinable : bool
        There are as many rows as in the request, so that each may stand beside its input.
    """

    frame: pd.DataFrame | None
    kind: str
    note: str
    raw: Any = field(repr=False)
    joinable: bool = False


def to_frame(
    body: Any, request: Any = None, *, columns: Sequence[str] = (), flatten: bool = False, join: bool = False
) -> AnswerTable:
    """Return an answer as a table.

    Parameters
    ----------
    body
        The parsed body, or its text, which may be a stream of events.
    request
        What was asked, as a DataFrame or a list: to count its rows, and for its index.
    columns
        What to call the columns of an answer without rows.
    flatten
        Whether objects within records become columns of their own, ``outer.inner``.
    join
        Whether to put the predictions beside the request's columns, where there is one for each of its rows.

    Examples
    --------
    >>> to_frame({"predictions": [0.25, 0.5]}).frame
       prediction
    0        0.25
    1        0.50
    """
    try:
        return _beside(_read(body, tuple(columns), flatten), request, join)
    except Exception as error:
        # Whatever a model answers, a person wants to see the answer and not an error of this function.
        return AnswerTable(None, "unreadable", f"Not a table: {type(error).__name__}: {error}", body)


def rows_in(body: Any, count: int) -> list[Any] | None:
    """Return an answer's predictions, one for each of ``count`` rows asked; None when there is not one for each.

    Examples
    --------
    >>> rows_in({"predictions": {"a": [1, 2], "b": [3, 4]}}, 2)
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    value = _tensors(body) if _is_tensors(body) else unwrapped(body)
    if isinstance(value, list):
        return value if len(value) == count else None
    if isinstance(value, Mapping) and value:
        if all(isinstance(each, list) and len(each) == count for each in value.values()):
            return [dict(zip(value, row, strict=True)) for row in zip(*value.values(), strict=True)]
        whole = not any(isinstance(each, list) for each in value.values())
        return [dict(value)] if count == 1 and whole else None
    return [value] if count == 1 and isinstance(value, str | int | float) else None


def table_of(rows: Sequence[Any], columns: Sequence[str] = (), *, flatten: bool = False) -> tuple[pd.DataFrame, str]:
    """Return predictions, one a row, as a table and what they are. None stands for a row without a prediction."""
    import pandas as pd

    known = [row for row in rows if row is not None]
    if not rows:
        return pd.DataFrame({name: pd.Series(dtype=object) for name in columns}), "empty"
    if known and all(isinstance(row, Mapping) for row in known):
        return _records(rows, flatten), "records"
    if known and all(isinstance(row, list) for row in known):
        widths = {len(row) for row in known}
        nested = any(isinstance(each, list | Mapping) for row in known for each in row)
        width = max(widths)
        if len(widths) == 1 and 0 < width <= WIDEST and not nested:
            filled = [row if row is not None else [None] * width for row in rows]
            names = [f"{PREDICTION}_{place}" for place in range(width)]
            values = zip(*filled, strict=True)
            return _frame(dict(zip(names, map(list, values), strict=True)), len(rows)), "matrix"
        return _frame({PREDICTION: list(rows)}, len(rows)), "lists"
    return _frame({PREDICTION: list(rows)}, len(rows)), "scalars"


def _read(body: Any, columns: tuple[str, ...], flatten: bool) -> AnswerTable:
    parsed, note = _parsed(body)
    if _is_tensors(parsed):
        named = _tensors(parsed)
        if len({len(values) for values in named.values()}) == 1:
            count = len(next(iter(named.values())))
            return AnswerTable(_frame(named, count), "tensors", note, body)
        return AnswerTable(_pairs(named), "pairs", "Tensors of different lengths.", body)
    value = unwrapped(parsed)
    said = language_table(value)
    if said is not None:
        values, kind, usage = said
        frame = _frame(values, len(next(iter(values.values()))))
        if usage:
            frame.attrs["usage"] = usage
        return AnswerTable(frame, kind, note, body)
    if isinstance(value, list):
        frame, kind = table_of(value, columns, flatten=flatten)
        return AnswerTable(frame, kind, note, body)
    if isinstance(value, Mapping):
        return _of_mapping(value, flatten, note, body)
    return AnswerTable(_frame({PREDICTION: [value]}, 1), "value", note, body)


def _of_mapping(value: Mapping[str, Any], flatten: bool, note: str, raw: Any) -> AnswerTable:
    lists = [each for each in value.values() if isinstance(each, list)]
    if lists and len(lists) == len(value):
        if len({len(each) for each in lists}) == 1:
            return AnswerTable(_frame(_renamed(dict(value)), len(lists[0])), "columns", note, raw)
        return AnswerTable(_pairs(value), "pairs", "Lists of different lengths: one row each.", raw)
    if not value:
        return AnswerTable(_pairs(value), "pairs", "The answer is an empty object.", raw)
    if lists:
        note = note or "Numbers beside lists: one row, with the lists in its cells."
    return AnswerTable(_records([value], flatten), "row", note, raw)


def _beside(answer: AnswerTable, request: Any, join: bool) -> AnswerTable:
    import pandas as pd

    if request is None or answer.frame is None:
        return answer
    count = len(request)
    if len(answer.frame) != count:
        note = f"{len(answer.frame)} rows came back for {count}." if join else answer.note
        return AnswerTable(answer.frame, answer.kind, note, answer.raw)
    frame = answer.frame
    if isinstance(request, pd.DataFrame):
        frame = frame.set_axis(request.index, axis=0)
        frame = joined(request, frame) if join else frame
    return AnswerTable(frame, answer.kind, answer.note, answer.raw, joinable=True)


def joined(request: pd.DataFrame, predictions: pd.DataFrame) -> pd.DataFrame:
    """Return predictions beside their inputs; one that is called like an input gets ``_predicted`` after its name."""
    import pandas as pd

    taken = {str(name) for name in request.columns}
    names: list[str] = []
    for name in predictions.columns:
        while name in taken:
            name += "_predicted"
        taken.add(name)
        names.append(name)
    return pd.concat([request, predictions.set_axis(names, axis=1)], axis=1)


def _parsed(body: Any) -> tuple[Any, str]:
    if isinstance(body, bytes | bytearray):
        body = bytes(body).decode("utf-8", "replace")
    if not isinstance(body, str):
        return body, ""
    text = body.strip()
    if text.startswith(("data:", "event:", ":")):
        return fold_events(text), "A stream of events, put together."
    if not text.startswith(("{", "[")):
        return body, ""
    try:
        return json.loads(text), ""
    except (ValueError, RecursionError):
        return body, "Not JSON: shown as text."


def unwrapped(body: Any) -> Any:
    """Return what an answer has under ``predictions``, else under ``outputs``; else the answer itself."""
    if isinstance(body, Mapping):
        for key in ("predictions", "outputs"):
            if key in body:
                return body[key]
    return body


def _is_tensors(body: Any) -> bool:
    """Whether an answer is that of the Open Inference Protocol: outputs with names, shapes, types and data."""
    outputs = body.get("outputs") if isinstance(body, Mapping) and "predictions" not in body else None
    return (
        isinstance(outputs, list)
        and bool(outputs)
        and all(isinstance(each, Mapping) and {"name", "shape", "data"} <= each.keys() for each in outputs)
    )


def _tensors(body: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {str(each["name"]): _shaped(each["data"], each["shape"]) for each in body["outputs"]}


def _shaped(data: list[Any], shape: Sequence[int]) -> list[Any]:
    """Cut a flat list into nested ones; one that is nested already stays as it is."""
    if any(isinstance(each, list) for each in data):
        return data
    for length in reversed(shape[1:]):
        data = [data[begin : begin + length] for begin in range(0, len(data), length)] if length else []
    return data


def _records(rows: Sequence[Mapping[str, Any] | None], flatten: bool) -> pd.DataFrame:
    flat: list[Mapping[str, Any]] = [_flat(row) if flatten and row else row or {} for row in rows]
    names = dict.fromkeys(name for row in flat for name in row)
    return _frame(_renamed({name: [row.get(name) for row in flat] for name in names}), len(rows))


def _renamed(columns: dict[str, Any]) -> dict[str, Any]:
    """Give the one column that MLflow calls "0", because the model gave it no name, ours."""
    return {PREDICTION: columns["0"]} if list(columns) == ["0"] else columns


def _flat(row: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    result: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping) and value:
            result.update(_flat(value, f"{before}{name}."))
        else:
            result[f"{before}{name}"] = value
    return result


def _pairs(value: Mapping[str, Any]) -> pd.DataFrame:
    return _frame({"key": list(value), "value": list(value.values())}, len(value))


def _frame(columns: Mapping[str, list[Any]], count: int) -> pd.DataFrame:
    import pandas as pd

    index = pd.RangeIndex(count)
    made: Callable[[list[Any]], pd.Series[Any]] = column_of
    return pd.DataFrame({name: made(values) for name, values in columns.items()}, index=index)
