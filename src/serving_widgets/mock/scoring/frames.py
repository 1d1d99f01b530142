"""Data frames of typed columns, made from JSON as pandas does it: the little of pandas that reading requests takes.

The dtypes are those of `arrays`; ``str`` is pandas' own text, in which a missing value is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .arrays import NdArray, NumpyScalar
from .values import LARGEST, CastError, Float32, Timestamp

NAN = math.nan

Label = Any
"""Whatever stood in the request for the name of a column."""


@dataclass(frozen=True)
class TypedColumn:
    """A column of one dtype."""

    dtype: str
    values: list[Any]


@dataclass
class Frame:
    """Columns of the same length; labels may occur twice. Without an index, rows count from 0."""

    labels: list[Label]
    columns: list[TypedColumn]
    size: int
    index: list[Any] | None = None
    places: dict[Label, int] = field(init=False)

    def __post_init__(self) -> None:
        self.places = {label: place for place, label in reversed(list(enumerate(self.labels)))}

    def __contains__(self, label: Label) -> bool:
        return label in self.places

    def __getitem__(self, label: Label) -> TypedColumn:
        if self.labels.count(label) > 1:
            raise CastError(f"The column label {label!r} is not unique.")
        return self.columns[self.places[label]]

    def rows(self) -> list[dict[Label, Any]]:
        """Return the rows as dicts."""
        return [
            dict(zip(self.labels, row, strict=True)) for row in zip(*(one.values for one in self.columns), strict=True)
        ]


def infer(values: Sequence[Any]) -> TypedColumn:
    """Return a column of the dtype that pandas finds for these values.

    Examples
    --------
    >>> infer([1, None]), infer([True, None])
    (TypedColumn(dtype='float64', values=[1.0, nan]), TypedColumn(dtype='object', values=[True, None]))
    """
    kinds = set(map(type, values))
    if kinds == {str}:
        return TypedColumn("str", list(values))
    if kinds == {bool}:
        return TypedColumn("bool", list(values))
    if NumpyScalar in kinds:
        return _items(values)
    if str in kinds and all(isinstance(one, str) or _missing(one) for one in values):
        return TypedColumn("str", [one if isinstance(one, str) else NAN for one in values])
    if not kinds <= {int, float, Float32, type(None)} or kinds <= {type(None)}:
        return TypedColumn("object", list(values))
    integers = [value for value in values if type(value) is int]
    high, low = max(integers, default=0), min(integers, default=0)
    if high > 2**64 - 1 or low < -LARGEST - 1 or (high > LARGEST and low < 0):
        return TypedColumn("object", list(values))
    if kinds == {int}:
        return TypedColumn("uint64" if high > LARGEST else "int64", list(values))
    return TypedColumn("float64", [NAN if value is None else float(value) for value in values])


def from_rows(data: Any, labels: Any = None, index: Any = None) -> Frame:
    """Return a frame of what stands for ``data``: rows as lists or objects, single values, or columns by name.

    Raises
    ------
    UnfitError
        If pandas makes no data frame of it.
    """
    names = None if labels is None else _labels(labels)
    places = None if index is None else _labels(index)
    if data is None or data == []:
        data = {}
    if isinstance(data, dict):
        return _of_columns(data, names, places)
    if not isinstance(data, list):
        if names is None or places is None or data == "":
            raise CastError("DataFrame constructor not properly called!")
        return _framed(names, [infer([data])] * len(names), 1, places, repeat=True)
    if isinstance(data[0], dict):
        return _of_objects([_object(row) for row in data], names, places)
    if isinstance(data[0], list):
        columns = _columns(data)
        if names is not None and len(names) != len(columns):
            raise CastError(f"{len(names)} columns passed, passed data had {len(columns)} columns")
        return _framed(names, [infer(column) for column in columns], len(data), places, repeat=True)
    if (names is not None and len(names) != 1) or (places is not None and len(places) != len(data)):
        implied = (len(data) if places is None else len(places), 1 if names is None else len(names))
        raise CastError(f"Shape of passed values is {(len(data), 1)}, indices imply {implied}")
    return _framed(names, [infer(data)], len(data), places)


def from_columns(data: Mapping[str, Any]) -> Frame:
    """Return a frame of columns that may be arrays, lists or single values, which are repeated."""
    lengths = {len(one) for one in data.values() if isinstance(one, list) or (isinstance(one, NdArray) and one.shape)}
    labelled = [one for one in data.values() if isinstance(one, dict)]
    if labelled:
        if lengths:
            raise CastError("Mixing dicts with non-Series may lead to ambiguous ordering.")
        index = list(dict.fromkeys(key for one in labelled for key in one))
        columns = [_labelled(one, index) for one in data.values()]
        return Frame(list(data), columns, len(index), index)
    if len(lengths) > 1:
        raise CastError("All arrays must be of the same length")
    if not lengths and data:
        raise CastError("If using all scalar values, you must pass an index")
    size = lengths.pop() if lengths else 0
    return Frame(list(data), [_column(one, size) for one in data.values()], size)


def from_grid(grid: NdArray) -> Frame:
    """Return a frame of an array with one or two dimensions."""
    if len(grid.shape) not in (1, 2):
        raise CastError(f"Must pass 2-d input. shape={grid.shape}")
    width = 1 if len(grid.shape) == 1 else grid.shape[1]
    columns = [_of_dtype(grid.dtype, grid.flat[place::width]) for place in range(width)]
    return Frame(list(range(width)), columns, grid.shape[0])


def from_one_row(row: Mapping[str, Any]) -> Frame:
    """Return a frame with one row of any values."""
    return _of_objects([row], None, None)


def series_of(value: Any) -> TypedColumn:
    """Return what ``pandas.Series`` makes of a list or an array; it keeps an array's dtype."""
    if not isinstance(value, NdArray):
        return infer(value)
    if len(value.shape) != 1:
        raise CastError("Data must be 1-dimensional")
    return _of_dtype(value.dtype, value.flat)


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def _items(values: Sequence[Any]) -> TypedColumn:
    """Return a column of NumPy's scalars, which keep their dtype only if nothing is missing among them."""
    dtypes = {one.dtype for one in values if isinstance(one, NumpyScalar)}
    whole = all(isinstance(one, NumpyScalar) for one in values)
    plain = [one.value if isinstance(one, NumpyScalar) else one for one in values]
    if dtypes == {"datetime64[ns]"} and all(isinstance(one, Timestamp) or _missing(one) for one in plain):
        return TypedColumn("datetime64[ns]", [one if isinstance(one, Timestamp) else Timestamp(None) for one in plain])
    if whole and len(dtypes) == 1:
        return _of_dtype(dtypes.pop(), plain)
    return infer(plain)


def _of_dtype(dtype: str, values: Sequence[Any]) -> TypedColumn:
    if dtype == "object":
        found = infer(values)
        return found if found.dtype == "str" else TypedColumn("object", list(values))
    return TypedColumn("object" if dtype == "bytes" else dtype, list(values))


def _labels(value: Any) -> list[Label]:
    if not isinstance(value, list | dict):
        raise CastError(f"Index(...) must be called with a collection of some kind, {value!r} was passed")
    labels = list(value)
    if labels and all(isinstance(one, list) for one in labels):
        if len({len(one) for one in labels}) > 1:
            raise CastError("all arrays must be same length")
        labels = list(zip(*labels, strict=True))
    try:
        hash(tuple(labels))
    except TypeError as error:
        raise CastError(str(error)) from None
    return labels


def _object(row: Any) -> Mapping[str, Any]:
    try:
        return row if isinstance(row, dict) else dict(row)
    except (TypeError, ValueError) as error:
        raise CastError(str(error)) from None


def _columns(rows: Sequence[Any]) -> list[list[Any]]:
    """Return rows as columns; short rows are filled up."""
    try:
        lists = [row if isinstance(row, list) else list(row) for row in rows]
    except TypeError:
        raise CastError(f"object of type {type(rows[-1]).__name__!r} has no len()") from None
    width = max(map(len, lists))
    return [[row[place] if place < len(row) else None for row in lists] for place in range(width)]


def _of_objects(rows: Sequence[Mapping[str, Any]], names: list[Label] | None, places: list[Label] | None) -> Frame:
    labels = list(dict.fromkeys(key for row in rows for key in row)) if names is None else names
    columns = [infer([row.get(label, NAN) for row in rows]) for label in labels]
    return _framed(labels, columns, len(rows), places, repeat=True)


def _of_columns(data: Mapping[str, Any], names: list[Label] | None, places: list[Label] | None) -> Frame:
    wanted: list[Label] = list(data) if names is None else names
    chosen = {label: data[label] for label in wanted if label in data}
    if places is None and not chosen:
        return Frame(wanted, [TypedColumn("object", []) for _ in wanted], 0)
    listed = any(isinstance(one, list) for one in chosen.values())
    frame = from_columns(chosen if listed or places is None else {label: [one] for label, one in chosen.items()})
    size = frame.size if places is None else len(places)
    if chosen and size != frame.size and frame.size != 1:
        raise CastError(f"Length of values ({frame.size}) does not match length of index ({size})")
    empty = TypedColumn("object", [NAN] * size)
    columns = [_repeated(frame[label], size) if label in chosen else empty for label in wanted]
    return Frame(wanted, columns, size, places)


def _framed(
    names: list[Label] | None,
    columns: list[TypedColumn],
    size: int,
    places: list[Label] | None,
    *,
    repeat: bool = False,
) -> Frame:
    labels = list(range(len(columns))) if names is None else names
    if places is not None and columns and len(places) != size:
        if not (repeat and size == 1):
            raise CastError(f"Length of values ({size}) does not match length of index ({len(places)})")
        columns = [_repeated(column, len(places)) for column in columns]
    return Frame(list(labels), columns, size if places is None else len(places), places)


def _repeated(column: TypedColumn, size: int) -> TypedColumn:
    return column if len(column.values) == size else TypedColumn(column.dtype, column.values * size)


def _labelled(value: Any, index: Sequence[Label]) -> TypedColumn:
    if not isinstance(value, dict):
        return _column(value, len(index))
    return infer([value.get(label, NAN) for label in index]) if index else TypedColumn("object", [])


def _column(value: Any, size: int) -> TypedColumn:
    if isinstance(value, list):
        return infer(value)
    if isinstance(value, NdArray):
        if len(value.shape) > 1:
            raise CastError("Per-column arrays must each be 1-dimensional")
        if not value.shape and isinstance(value.flat[0], dict) and len(value.flat[0]) not in (1, size):
            raise CastError(f"Length of values ({len(value.flat[0])}) does not match length of index ({size})")
        return _of_dtype(value.dtype, value.flat if value.shape else value.flat * size)
    return _repeated(infer([value]), size)
