"""Casting of columns to the types of a signature, the first step of reading; often silent: ``"3"`` is 3, 3.7 is 3."""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Sequence
from typing import Any

from . import enforce, times
from .arrays import FLOATS, INTEGERS, cast, recast
from .frames import Frame, TypedColumn, infer
from .signature import AnyType, ColumnSpec, MockTensorSpec, Scalar, Spec
from .values import CastError, Timestamp

DTYPE_OF = {**enforce.NUMPY_OF, "string": "object", "binary": "object"}
"""The pandas dtype of a column of each simple type."""


class ColumnCastError(CastError):
    """A column that does not convert to its type."""


def frame(data: Frame, specs: Sequence[Spec]) -> Frame:
    """Return `data` with its columns cast to the types of `specs`.

    Raises
    ------
    NotCastError
        If a value does not convert; for some that are lost without a word it is not raised.
    """
    cast_to = _pairs(data, specs)
    needed = {
        place if spec.name is None else spec.name
        for place, spec in enumerate(specs)
        if isinstance(spec, MockTensorSpec) or spec.required
    }
    columns = list(data.columns)
    for label, spec in cast_to:
        if label not in data:
            continue
        try:
            found = data[label]
            columns[data.places[label]] = _series(found, spec, required=label in needed)
        except CastError as error:
            kind = _dtype(spec)
            raise ColumnCastError(
                "Invalid input. Data is not compatible with model signature. "
                f"Failed to convert column {label} to type '{kind}'. Error: '{error}'"
            ) from None
    return Frame(data.labels, columns, data.size, data.index)


def _pairs(data: Frame, specs: Sequence[Spec]) -> list[tuple[Any, Spec]]:
    if specs[0].name is not None:
        if any(isinstance(label, tuple) for label in data.labels):
            raise ColumnCastError("Invalid input. Columns with labels of several levels fit no signature with names.")
        return [(spec.name, spec) for spec in specs]
    if isinstance(specs[0], MockTensorSpec):
        return [(label, specs[0]) for label in data.labels]
    return list(zip(data.labels, specs, strict=False))


def _dtype(spec: Spec) -> str:
    if isinstance(spec, MockTensorSpec):
        return spec.dtype
    return DTYPE_OF[spec.type.name] if isinstance(spec.type, Scalar) else str(spec.type)


def _series(found: TypedColumn, spec: Spec, *, required: bool) -> TypedColumn:
    if isinstance(spec, ColumnSpec):
        return _column(found, spec, required=required)
    if spec.dtype == "bytes":
        return _mapped(found, lambda value: _utf8(value))
    if not found.values:
        raise CastError("single positional indexer is out-of-bounds")
    # Lists are left to the check of the tensor, which knows the shape.
    return found if isinstance(found.values[0], list) else astype(found, spec.dtype)


def _column(found: TypedColumn, spec: ColumnSpec, *, required: bool) -> TypedColumn:
    kind = spec.type
    if isinstance(kind, AnyType):
        return found
    if not isinstance(kind, Scalar):
        return _mapped(found, lambda value: enforce.value(value, kind, required=required))
    if kind.name == "binary":
        return _mapped(found, _base64)
    if kind.name == "datetime":
        return _datetimes(found)
    return astype(found, DTYPE_OF[kind.name])


def astype(found: TypedColumn, dtype: str) -> TypedColumn:
    """Return a series in another dtype, as pandas casts it."""
    if found.dtype == dtype or (dtype in ("object", "str") and found.dtype == "str"):
        return found
    if dtype in INTEGERS:
        return TypedColumn(dtype, _integers(found, dtype))
    if dtype == "bytes":
        raise CastError("bytes are encoded, not cast")
    if dtype == "datetime64[ns]":
        return _datetimes(found)
    values = cast(found.values, dtype)
    return TypedColumn("object", values) if dtype == "str" else TypedColumn(dtype, values)


def _integers(found: TypedColumn, dtype: str) -> list[Any]:
    if found.dtype in FLOATS:
        if not all(map(math.isfinite, found.values)):
            raise CastError("Cannot convert non-finite values (NA or inf) to integer.")
        if dtype.startswith("u") and any(value < 0 for value in found.values):
            raise CastError(f"Cannot losslessly cast from {found.dtype} to {dtype}")
    return recast(found.values, found.dtype, dtype)


def _mapped(found: TypedColumn, function: Callable[[Any], Any]) -> TypedColumn:
    return infer([function(value) for value in found.values]) if found.values else found


def _base64(value: Any) -> bytes:
    # What is no letter of the alphabet is skipped: "***" is nothing at all.
    try:
        return base64.decodebytes(_utf8(value))
    except binascii.Error as error:
        raise CastError(str(error)) from None


def _utf8(value: Any) -> bytes:
    if not isinstance(value, str):
        raise CastError("encoding without a string argument")
    try:
        return value.encode()
    except UnicodeEncodeError as error:
        raise CastError(str(error)) from None


def _datetimes(found: TypedColumn) -> TypedColumn:
    if found.dtype == "datetime64[ns]":
        return found
    if found.dtype == "bool":
        raise CastError("dtype bool cannot be converted to datetime64[ns]")
    return TypedColumn("datetime64[ns]", [Timestamp(one) for one in times.column(found.values)])
