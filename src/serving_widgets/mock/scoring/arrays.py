"""Arrays of JSON values, converted between dtypes as NumPy does it: the little of NumPy that reading requests takes.

A dtype is known by its name here. Values are Python's own; a `Timestamp` stands for ``datetime64[ns]``.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from . import times
from .values import LARGEST, CastError, Float32, Timestamp

INTEGERS = {
    **{f"int{bits}": (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": (0, 2**bits - 1) for bits in (8, 16, 32, 64)},
}
"""The integer dtypes, with the least and the largest value of each."""

FLOATS = {"float16": "e", "float32": "f", "float64": "d"}
"""The floating-point dtypes, with the letter `struct` has for each."""


@dataclass(frozen=True)
class NumpyScalar:
    """A scalar of NumPy: a value that knows its dtype."""

    dtype: str
    value: Any


@dataclass(frozen=True)
class NdArray:
    """An array: its values in C order."""

    dtype: str
    shape: tuple[int, ...]
    flat: list[Any]

    def nested(self) -> Any:
        """Return the values as nested lists; the value alone if there is no dimension."""
        return _nested(self.flat, self.shape)

    def __len__(self) -> int:
        if not self.shape:
            raise CastError("len() of unsized object")
        return self.shape[0]


def array(data: Any, dtype: str | None = None) -> NdArray:
    """Return nested lists as an array, of the dtype that the values have in common if none is given.

    Raises
    ------
    UnfitError
        If lists at the same depth differ in length, or a value does not convert.
    """
    shape, whole = _shape(data)
    if not whole and dtype != "object":
        raise CastError("setting an array element with a sequence. The requested array has an inhomogeneous shape")
    flat = list(_leaves(data, len(shape)))
    if dtype is None:
        dtype = _common(flat) if flat else "float64"
    return NdArray(dtype, shape, cast(flat, dtype))


def item(value: Any, dtype: str) -> Any:
    """Return the first element of an array with this one value in it."""
    grid = array([value], dtype)
    return NumpyScalar(dtype, grid.flat[0]) if len(grid.shape) == 1 else NdArray(dtype, grid.shape[1:], grid.flat)


def stack(parts: Sequence[Any]) -> NdArray:
    """Return an array of arrays, scalars and objects."""
    grids = [part if isinstance(part, NdArray) else _single(part) for part in parts]
    if not grids:
        return NdArray("float64", (0,), [])
    if len({grid.shape for grid in grids}) > 1:
        raise CastError("setting an array element with a sequence. The requested array has an inhomogeneous shape")
    dtypes = {grid.dtype for grid in grids}
    if "object" in dtypes and not grids[0].shape:
        # Objects in arrays without a dimension stay wrapped up.
        return NdArray("object", (len(grids),), list(parts))
    flat = [value for grid in grids for value in grid.flat]
    shape = (len(grids), *grids[0].shape)
    if len(dtypes) == 1:
        return NdArray(dtypes.pop(), shape, flat)
    dtype = "object" if "object" in dtypes else _common(flat) if flat else "float64"
    return NdArray(dtype, shape, cast(flat, dtype))


def cast(values: Sequence[Any], dtype: str) -> list[Any]:
    """Convert Python's values as ``np.array(values, dtype)`` does."""
    one = _one(dtype)
    try:
        return [one(value) for value in values]
    except (TypeError, ValueError, OverflowError) as error:
        raise CastError(str(error)) from None


def recast(values: Sequence[Any], source: str, dtype: str) -> list[Any]:
    """Convert the values of an array as ``astype`` does: numbers wrap around where Python's would be refused."""
    if source == dtype:
        return list(values)
    if dtype in INTEGERS and (source in INTEGERS or source in FLOATS):
        return [wrapped(value, dtype) for value in values]
    if dtype == "datetime64[ns]" and source in FLOATS:
        return [Timestamp(int(value) if abs(value) <= LARGEST else None) for value in values]
    return cast(values, dtype)


def wrapped(value: float, dtype: str) -> int:
    """Return a number as a machine's integer of another size; floats go through 32 or 64 bits first."""
    low, high = INTEGERS[dtype]
    whole = value
    if isinstance(value, float):
        wide = 2**63 if high >= 2**32 - 1 else 2**31
        # What does not fit is undefined in C; x86 writes the least integer.
        whole = int(value) if math.isfinite(value) and -wide <= int(value) < wide else -wide
    return int((whole - low) % (high - low + 1) + low)


def floating(dtype: str) -> Callable[[float], float]:
    """Return what rounds a number to the precision of `dtype`."""
    if dtype == "float64":
        return float
    form = FLOATS[dtype]

    def rounded(value: float) -> float:
        number = float(value)
        try:
            return float(struct.unpack(form, struct.pack(form, number))[0])
        except OverflowError:
            return math.copysign(math.inf, number)

    return rounded


def _single(part: Any) -> NdArray:
    if isinstance(part, NumpyScalar):
        return NdArray(part.dtype, (), [part.value])
    return array(part)


def _nested(flat: list[Any], shape: tuple[int, ...]) -> Any:
    if not shape:
        return flat[0]
    if len(shape) == 1:
        return list(flat)
    step = math.prod(shape[1:])
    return [_nested(flat[step * place : step * (place + 1)], shape[1:]) for place in range(shape[0])]


def _shape(data: Any) -> tuple[tuple[int, ...], bool]:
    """Return the shape that all lists have in common, and whether they have no more than that."""
    if not isinstance(data, list):
        return (), True
    shape: list[int] = [len(data)]
    level: list[Any] = data
    while level and all(isinstance(one, list) for one in level):
        if len({len(one) for one in level}) > 1:
            return tuple(shape), False
        shape.append(len(level[0]))
        level = [below for one in level for below in one]
    return tuple(shape), not any(isinstance(one, list) for one in level)


def _leaves(data: Any, depth: int) -> Iterator[Any]:
    if depth == 0:
        yield data
    elif depth == 1:
        yield from data
    else:
        for one in data:
            yield from _leaves(one, depth - 1)


def _common(flat: Sequence[Any]) -> str:
    """Return the dtype that NumPy finds for values of Python."""
    kinds = set(map(type, flat))
    if kinds - {bool, int, float, str, bytes, Float32}:
        return "datetime64[ns]" if kinds == {Timestamp} else "object"
    integers = [value for value in flat if type(value) is int]
    high, low = max(integers, default=0), min(integers, default=0)
    if high > 2**64 - 1 or low < -LARGEST - 1:
        return "object"
    if str in kinds:
        return "str"
    if bytes in kinds:
        return "bytes"
    if float in kinds or Float32 in kinds or (high > LARGEST and any(value <= LARGEST for value in integers)):
        return "float64"
    if int in kinds:
        return "uint64" if high > LARGEST else "int64"
    return "bool"


def _one(dtype: str) -> Callable[[Any], Any]:
    if dtype == "bool":
        return bool
    if dtype in INTEGERS:
        return lambda value: _integer(value, dtype)
    if dtype in FLOATS:
        rounded = floating(dtype)
        return lambda value: math.nan if value is None else rounded(value)
    return {"str": _text, "bytes": _bytes, "object": _same, "datetime64[ns]": _stamp}[dtype]


def _integer(value: Any, dtype: str) -> int:
    number = int(value)
    low, high = INTEGERS[dtype]
    if not low <= number <= high:
        raise OverflowError(f"Python integer {number} out of bounds for {dtype}")
    return number


def _text(value: Any) -> str:
    # Texts of a fixed width are filled up with zeros, and so can't end in them.
    return str(value).rstrip("\0")


def _bytes(value: Any) -> bytes:
    return (value if isinstance(value, bytes) else str(value).encode("ascii")).rstrip(b"\0")


def _same(value: Any) -> Any:
    return value


def _stamp(value: Any) -> Timestamp:
    if isinstance(value, Timestamp):
        return value
    if value is None:
        return Timestamp(None)
    if isinstance(value, str):
        return Timestamp(times.text(value))
    if not isinstance(value, int):
        raise ValueError("Could not convert object to NumPy datetime")
    if not -LARGEST - 1 <= value <= LARGEST:
        raise OverflowError("int too big to convert")
    return Timestamp(None if value == -LARGEST - 1 else int(value))
