"""Requests to begin with: from the document's examples where they are right, made up from its types where not."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.encode.encode import EncodedBody
from serving_widgets.openapi.model import LANGUAGE, Column, InputFormat, TensorSpec
from serving_widgets.openapi.report import Problem

from .conform import conform
from .generate import cell_of, value_of

Origin = Literal["example", "example repaired", "default", "generated"]

#: Objects without parts that are shorter stand on one line.
WIDTH = 60
_UNCLEAR = (
    "No sample was found that fits exactly one alternative; the service tells which is meant by its discriminator."
)
_LANGUAGE_VALUES: Mapping[str, Any] = {
    "chat": [{"role": "user", "content": "What is a serving endpoint?"}],
    "completion": "A serving endpoint is",
    "embeddings": ["What is a serving endpoint?"],
    "responses": [{"role": "user", "content": "What is a serving endpoint?"}],
}


class Sample(EncodedBody):
    """The body of a request, as a dictionary that can be sent as it is.

    Attributes
    ----------
    format : str
        The format that it is in.
    origin : str
        ``"example"`` of the document, ``"example repaired"``, ``"default"`` where the document's defaults make it
        complete, or ``"generated"`` from the types.
    notes : tuple of str
        What was changed, and what is wrong with it where the schema contradicts itself.
    """

    format: str = ""
    origin: Origin = "generated"
    _other: Any = None

    @property
    def body(self) -> Any:
        """What to send: the dictionary itself; the list, text or number where the endpoint takes no object."""
        return self if self._other is None else self._other

    @property
    def text(self) -> str:
        """The body as JSON, to be edited: one row a line."""
        return as_text(self.body)


def sample(made: InputFormat, rows: int = 2, *, optional: bool = False) -> Sample:
    """Return a request in a format; always the same one.

    Parameters
    ----------
    made
        The format.
    rows
        How many rows a table has.
    optional
        Whether columns and members are filled that may be left out.

    Examples
    --------
    >>> columns = (Column("x", "number", "double", True), Column("city", "string"))
    >>> sample(InputFormat("dataframe_records", "records", columns), rows=1)
    {'dataframe_records': [{'x': 0.5}]}
    """
    if rows < 0:
        raise ValueError("a sample has no fewer than 0 rows")
    found: list[tuple[int, Sample]] = []
    for body, origin in _candidates(made, rows, optional):
        candidate = _typed(body, made, origin)
        report = validate(candidate if isinstance(body, Mapping) else json.dumps(body), made)
        unclear = any(each.code == "oneOf" for each in report.warnings)
        if report.ok and not unclear:
            return candidate
        candidate.notes = (*candidate.notes, _UNCLEAR if report.ok else _why_not(report.errors[0]))
        # The least of them is shown: what fits too much before what doesn't fit, what was made up before an example.
        found.append((0 if report.ok else 1 if origin == "generated" else 2, candidate))
    return min(reversed(found), key=lambda each: each[0])[1]


def _why_not(problem: Problem) -> str:
    """Return why there is no sample: what was tried doesn't fit, and a person may know what does."""
    if problem.code == "pattern":
        return f"No text was found for the pattern of {problem.path or 'the body'}: {problem.message} Write one."
    return f"No sample was found that fits: {problem.message}"


def as_text(payload: Any) -> str:
    """Return a request as JSON for people: short things on one line, every row on a line of its own.

    Examples
    --------
    >>> print(as_text({"dataframe_split": {"columns": ["x"], "data": [[1.0], [2.0]]}}))
    {
      "dataframe_split": {
        "columns": ["x"],
        "data": [
          [1.0],
          [2.0]
        ]
      }
    }
    """
    return _written(payload, "")


def _candidates(made: InputFormat, rows: int, optional: bool) -> Iterator[tuple[Any, Origin]]:
    for example in made.examples:
        yield _of_rows(example, made, rows), "example repaired" if made.repaired else "example"
    if made.is_table or made.kind in ("split", "records"):
        yield _with_params({made.key: _table(made, rows, optional)}, made), "generated"
        yield _with_params({made.key: _table(made, rows, True)}, made), "generated"
    elif made.tensors:
        yield _with_params({made.key: _tensors(made, rows)}, made), "generated"
    elif made.kind in LANGUAGE:
        yield {made.key: copy.deepcopy(_LANGUAGE_VALUES[made.kind])}, "generated"
        yield from _generated(made, optional)
    else:
        yield from _generated(made, True)


def _generated(made: InputFormat, optional: bool) -> Iterator[tuple[Any, Origin]]:
    given = made.schema.get("default")
    if given is not None:
        yield given, "default"
    if optional:
        yield value_of(made.schema, made.schema, optional=True), "generated"
    yield value_of(made.schema, made.schema, optional=False), "generated"


def _typed(body: Any, made: InputFormat, origin: Origin) -> Sample:
    result = Sample(copy.deepcopy(dict(body)) if isinstance(body, Mapping) else {})
    result.format = made.name
    result.origin = origin
    if not isinstance(body, Mapping):
        result._other = copy.deepcopy(body)
    else:
        typed = conform(result, made)
        result.update(typed)
        result.notes = typed.notes
    return result


def _of_rows(example: Any, made: InputFormat, rows: int) -> Any:
    """Return an example with as many rows as are wanted: its own, over and over, and with the defaults of params."""
    if not isinstance(example, Mapping):
        return example
    body = copy.deepcopy(dict(example))
    data = body.get(made.key)
    if made.kind == "split" and isinstance(data, dict) and isinstance(data.get("data"), list):
        data["data"] = _repeated(data["data"], rows)
        data.pop("index", None)
    elif made.kind in ("records", "instances", "inputs") and isinstance(data, list):
        body[made.key] = _repeated(data, rows)
    elif made.kind == "inputs" and isinstance(data, dict) and all(isinstance(each, list) for each in data.values()):
        body[made.key] = {name: _repeated(values, rows) for name, values in data.items()}
    return _with_params(body, made) if made.kind in ("split", "records", "inputs", "instances") else body


def _repeated(values: Sequence[Any], count: int) -> list[Any]:
    return [copy.deepcopy(values[place % len(values)]) for place in range(count)] if values else []


def _with_params(body: dict[str, Any], made: InputFormat) -> dict[str, Any]:
    if "params" in body:
        return body
    params = {}
    for column in made.params:
        if column.has_default and column.default is not None:
            params[column.name] = column.default
        elif column.required:
            params[column.name] = cell_of(column, 0)
    return {**body, "params": params} if params else body


def _table(made: InputFormat, rows: int, optional: bool) -> Any:
    columns = _shown(made.columns, optional)
    cells = [[cell_of(column, row) for column in columns] for row in range(rows)]
    names = [column.name for column in columns]
    if made.kind == "split":
        return {"columns": [int(name) if made.numbered else name for name in names], "data": cells}
    if made.kind == "inputs" and (made.schema.get("properties") or {}).get(made.key, {}).get("type") == "object":
        return {name: [row[place] for row in cells] for place, name in enumerate(names)}
    return [dict(zip(names, row, strict=True)) for row in cells]


def _shown(columns: Sequence[Column], optional: bool) -> list[Column]:
    """Return the columns of a sample: those that must be there; where none must, those that the format lists."""
    if optional:
        return list(columns)
    required = [column for column in columns if column.required]
    listed = [column for column in columns if column.listed and column.type != "any"]
    return required or listed or list(columns)


def _tensors(made: InputFormat, rows: int) -> Any:
    if len(made.tensors) == 1 and not made.tensors[0].name:
        return _array(made.tensors[0], rows)
    arrays = {tensor.name: _array(tensor, rows) for tensor in made.tensors}
    if made.kind == "inputs":
        return arrays
    return [{name: values[row] for name, values in arrays.items()} for row in range(rows)]


def _array(tensor: TensorSpec, rows: int) -> Any:
    column = Column(tensor.name, tensor.type, tensor.format)
    lengths = [rows if tensor.shape[0] == -1 else tensor.shape[0], *(3 if n == -1 else n for n in tensor.shape[1:])]
    count = 0

    def made(axis: int) -> Any:
        nonlocal count
        if axis == len(lengths):
            count += 1
            return cell_of(column, count - 1)
        return [made(axis + 1) for _ in range(lengths[axis])]

    return made(0)


def _written(value: Any, indent: str) -> str:
    whole = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list):
        return whole
    if _is_row(value) and (isinstance(value, list) or len(whole) <= WIDTH):
        return whole
    inner = indent + "  "
    if isinstance(value, dict):
        names = (json.dumps(key, ensure_ascii=False) for key in value)
        lines = [f"{inner}{name}: {_written(each, inner)}" for name, each in zip(names, value.values(), strict=True)]
        return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
    lines = [
        inner + (json.dumps(each, ensure_ascii=False) if _is_row(each) else _written(each, inner)) for each in value
    ]
    return "[\n" + ",\n".join(lines) + f"\n{indent}]"


def _is_row(value: Any) -> bool:
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return all(not isinstance(each, dict | list) for each in members)
