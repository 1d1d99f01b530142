"""Enforcement of a signature: columns and values are checked against its types, next to nothing is converted."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from . import times
from .arrays import NdArray, array, cast
from .frames import Frame, TypedColumn, infer, series_of
from .signature import AnyType, Array, ColumnSpec, Map, Object, Scalar, Type
from .values import CastError, Float32, Timestamp, missing_inputs

NUMPY_OF = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "str",
    "binary": "bytes",
    "datetime": "datetime64[ns]",
}
"""The NumPy dtype of each simple type."""

_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?inf(?:inity)?", re.IGNORECASE)
_UPCASTS = {("float32", "float64"), ("int32", "int64"), ("int32", "float64")}


def columns(data: Frame, specs: Sequence[ColumnSpec]) -> Frame:
    """Return the columns of the signature, in its order.

    Raises
    ------
    UnfitError
        If one is missing, or its values are of another type.
    """
    if specs[0].name is None:
        return _unnamed(data, specs)
    missing = [spec.name for spec in specs if spec.required and spec.name not in data]
    if missing:
        known = {spec.name for spec in specs}
        raise missing_inputs(missing, [label for label in data.labels if label not in known])
    present = [spec for spec in specs if spec.name in data]
    found = [_series(spec.name, data[spec.name], spec.type, spec.required) for spec in present]
    return Frame([spec.name for spec in present], found, data.size, data.index)


def value(data: Any, kind: Type, *, required: bool = True) -> Any:
    """Return a value that fits its type; in lists and objects, numbers must be of exactly the type declared."""
    if isinstance(kind, AnyType):
        return data
    if isinstance(kind, Scalar):
        return _scalar(data, kind, required)
    if isinstance(kind, Array):
        return _array(data, kind, required)
    return _object(data, kind, required) if isinstance(kind, Object) else _map(data, kind, required)


def simple(name: Any, found: TypedColumn, kind: str) -> TypedColumn:
    """Return a series that fits a simple type, converting only where nothing can be lost."""
    if found.dtype == "object" and kind not in ("string", "binary"):
        found = infer(found.values)
    dtype, wanted = found.dtype, NUMPY_OF[kind]
    if dtype == wanted or (kind in ("string", "binary") and dtype in ("object", "str")):
        return found
    if kind == "boolean" and dtype == "object":
        return found
    if kind == "datetime" and dtype == "object":
        return TypedColumn(wanted, [Timestamp(times.one(one)) for one in found.values])
    if kind == "double" and dtype == "object":
        return numbers(found.values)
    zeros_and_ones = dtype == "int64" and kind in ("float", "double") and all(one in (0, 1) for one in found.values)
    if (dtype, wanted) in _UPCASTS or zeros_and_ones:
        return TypedColumn(wanted, cast(found.values, wanted))
    hint = ""
    if kind in ("integer", "long") and dtype == "float64" and any(map(math.isnan, found.values)):
        hint = " Hint: the type mismatch is likely caused by missing values."
    raise CastError(f"Incompatible input types for column {name}. Can not safely convert {dtype} to {wanted}.{hint}")


def numbers(values: Sequence[Any]) -> TypedColumn:
    """Return mixed values as numbers, as ``pandas.to_numeric`` does: texts are parsed, what is empty is missing."""
    found = [_number(one) for one in values]
    if values and all(isinstance(one, bool) for one in values):
        return TypedColumn("bool", list(values))
    return infer(found) if found else TypedColumn("int64", [])


def _number(one: Any) -> float:
    if one is None or (isinstance(one, list | dict | NdArray) and len(one) == 0):
        return math.nan
    text = one.strip() if isinstance(one, str) else ""
    if isinstance(one, str):
        if not text:
            return math.nan
        if not _NUMBER.fullmatch(text):
            raise CastError(f"Unable to parse string '{one}'")
        return int(text) if _INTEGER.fullmatch(text) else float(text)
    if not isinstance(one, int | float):
        raise CastError("Invalid object type")
    try:
        float(one)
    except OverflowError as error:
        raise CastError(str(error)) from None
    return int(one) if isinstance(one, bool) else one


def _unnamed(data: Frame, specs: Sequence[ColumnSpec]) -> Frame:
    if len(data.labels) < len(specs):
        raise CastError(
            f"Model inference is missing inputs. The model signature declares {len(specs)} inputs  but the provided "
            f"value only has {len(data.labels)} inputs. Note: the inputs were not named in the signature so we can "
            "only verify their count."
        )
    labels = data.labels[: len(specs)]
    found = [_series(label, data[label], spec.type, True) for label, spec in zip(labels, specs, strict=True)]
    return Frame(labels, found, data.size, data.index)


def _series(name: Any, found: TypedColumn, kind: Type, required: bool) -> TypedColumn:
    if isinstance(kind, Scalar):
        return simple(name, found, kind.name)
    return infer([value(one, kind, required=required) for one in found.values])


def _scalar(data: Any, kind: Scalar, required: bool) -> Any:
    if not required and (data is None or (isinstance(data, float) and math.isnan(data))):
        return None
    if data is None or isinstance(data, list | dict | NdArray):
        raise CastError(f"Expected data to be scalar, got {_name(data)}")
    try:
        found = simple("", TypedColumn("float32", [data]) if isinstance(data, Float32) else infer([data]), kind.name)
    except CastError:
        raise CastError(f"Failed to enforce schema of data `{data}` with dtype `{kind.name}`") from None
    return Float32(found.values[0]) if found.dtype == "float32" else found.values[0]


def _array(data: Any, kind: Array, required: bool) -> Any:
    lenient = not required or isinstance(kind.items, AnyType)
    if lenient and (data is None or (isinstance(data, list | NdArray) and len(data) == 0)):
        return data
    if not isinstance(data, list | NdArray):
        raise CastError(f"Expected data to be list or numpy array, got {_name(data)}")
    if len(data) == 0:
        return data
    if isinstance(kind.items, Scalar):
        wanted = NUMPY_OF[kind.items.name]
        values = _as_numpy(simple("", series_of(data), kind.items.name), wanted)
        return NdArray(wanted, (len(values),), values) if isinstance(data, NdArray) else [_plain(one) for one in values]
    checked = [
        value(one, kind.items, required=required) for one in (_parts(data) if isinstance(data, NdArray) else data)
    ]
    if isinstance(data, list):
        return checked
    return array([one.nested() if isinstance(one, NdArray) else one for one in checked])


def _as_numpy(found: TypedColumn, dtype: str) -> list[Any]:
    values = [one.flat[0] if isinstance(one, NdArray) and not one.shape else one for one in found.values]
    if dtype in ("str", "bytes") and any(isinstance(one, list | NdArray) for one in values):
        raise CastError("setting an array element with a sequence")
    return cast(values, dtype)


def _plain(one: Any) -> Any:
    return one.nanoseconds if isinstance(one, Timestamp) else one


def _parts(data: NdArray) -> list[Any]:
    if len(data.shape) == 1:
        return data.flat
    step = len(data.flat) // data.shape[0]
    return [
        NdArray(data.dtype, data.shape[1:], data.flat[step * one : step * (one + 1)]) for one in range(data.shape[0])
    ]


def _object(data: Any, kind: Object, required: bool) -> Any:
    if not required and _is_empty(data):
        return data
    if not isinstance(data, dict):
        raise CastError(
            f"Failed to enforce schema of '{data}' with type '{kind}'. "
            f"Expected data to be dictionary, got {_name(data)}"
        )
    known = {one.name: one for one in kind.properties}
    missing = sorted(name for name, one in known.items() if one.required and name not in data)
    if missing:
        raise CastError(f"Missing required properties: {missing}")
    unknown = sorted(data.keys() - known.keys())
    if unknown:
        raise CastError(f"Invalid properties not defined in the schema found: {unknown}")
    result = {}
    for name, one in data.items():
        try:
            result[name] = value(one, known[name].type, required=known[name].required)
        except CastError:
            raise CastError(
                f"Failed to enforce schema for key `{name}`. "
                f"Expected type {known[name].type}, received type {_name(one)}"
            ) from None
    return result


def _map(data: Any, kind: Map, required: bool) -> Any:
    if (not required or isinstance(kind.values, AnyType)) and _is_empty(data):
        return data
    if not isinstance(data, dict):
        raise CastError(f"Expected data to be a dict, got {_name(data)}")
    return {name: value(one, kind.values, required=required) for name, one in data.items()}


def _is_empty(data: Any) -> bool:
    # An array with nothing but an empty object in it is equal to one, says NumPy.
    return data is None or data == {} or (isinstance(data, NdArray) and data.flat == [{}])


def _name(data: Any) -> str:
    return "ndarray" if isinstance(data, NdArray) else type(data).__name__
