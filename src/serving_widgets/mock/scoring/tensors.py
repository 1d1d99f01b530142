"""Enforcement of tensors by dtype and shape; a data frame is turned into one first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from .arrays import NdArray, array, cast, recast, stack
from .frames import Frame, TypedColumn
from .signature import MockTensorSpec
from .values import CastError, Timestamp, missing_inputs


def check(data: Any, specs: Sequence[MockTensorSpec]) -> NdArray | dict[str, NdArray]:
    """Return the arrays of the signature.

    Raises
    ------
    UnfitError
        If one is missing, or of another shape or dtype.
    """
    if specs[0].name is None:
        return _unnamed(data, specs[0])
    if isinstance(data, NdArray) and len(specs) == 1:
        data = {specs[0].name: data}
    names = [spec.name for spec in specs]
    present = data.labels if isinstance(data, Frame) else data if isinstance(data, Mapping) else ()
    missing = [name for name in names if name not in present]
    if missing:
        raise missing_inputs(missing, [name for name in present if name not in names])
    if isinstance(data, Frame):
        return {str(spec.name): _of_column(spec.name, data, spec) for spec in specs}
    result = {}
    for spec in specs:
        if not isinstance(data[spec.name], NdArray):
            raise CastError(
                "This model contains a tensor-based model signature with input names, which suggests a dictionary "
                "input mapping input name to a numpy array, but a dict with value type "
                f"{type(data[spec.name])} was found."
            )
        result[str(spec.name)] = _fitting(data[spec.name], spec)
    return result


def _unnamed(data: Any, spec: MockTensorSpec) -> NdArray:
    if isinstance(data, NdArray):
        return _fitting(data, spec)
    if not isinstance(data, Frame):
        raise CastError(
            "This model contains a tensor-based model signature with no input names, which suggests a numpy array "
            "input or a pandas dataframe input with proper column values, but an input of type "
            f"{type(data)} was found."
        )
    width = len(data.labels)
    if not width or not data.size:
        raise CastError("Input DataFrame is empty.")
    if width == 1:
        return _of_column(data.labels[0], data, spec)
    if spec.shape != (-1, width):
        raise CastError(
            "This model contains a model signature with an unnamed input. Since the input data is a pandas DataFrame "
            "containing multiple columns, the input shape must be of the structure (-1, number_of_dataframe_columns). "
            f"Instead, the input DataFrame passed had {width} columns and an input shape of {spec.shape} with all "
            "values within the DataFrame of scalar type. Please adjust the passed in DataFrame to match the expected "
            "structure"
        )
    dtypes = {one.dtype for one in data.columns}
    dtype = dtypes.pop() if len(dtypes) == 1 and dtypes != {"str"} else "object"
    flat = [value for row in zip(*(one.values for one in data.columns), strict=True) for value in row]
    return _fitting(NdArray(dtype, (data.size, width), flat), spec)


def _fitting(found: NdArray, spec: MockTensorSpec) -> NdArray:
    ragged = spec.shape == (-1,) or (len(spec.shape) > 1 and -1 in spec.shape[1:] and len(found.shape) == 1)
    if ragged and (spec.dtype if spec.shape == (-1,) else found.dtype) == "object":
        return found
    if len(found.shape) != len(spec.shape) or any(
        want not in (-1, have) for want, have in zip(spec.shape, found.shape, strict=True)
    ):
        raise CastError(f"Shape of input {found.shape} does not match expected shape {spec.shape}.")
    if found.dtype != spec.dtype:
        raise CastError(f"dtype of input {found.dtype} does not match expected dtype {spec.dtype}")
    return found


def _of_column(label: Any, data: Frame, spec: MockTensorSpec) -> NdArray:
    if not spec.shape or spec.shape[0] != -1 or -1 in spec.shape[1:]:
        name = "the unnamed input" if spec.name is None else f"input {spec.name}"
        raise CastError(
            "For pandas dataframe input, the first dimension of shape must be a variable dimension and other "
            f"dimensions must be fixed, but in model signature the shape of {name} is {spec.shape}."
        )
    found = data[label]
    first = _labelled_0(found, data.index)
    if not isinstance(first, list | dict | Timestamp) and first is not None:
        if spec.shape not in ((-1,), (-1, 1)):
            raise CastError(
                f"The input pandas dataframe column '{spec.name}' contains scalar values, which requires the shape to "
                f"be (-1,) or (-1, 1), but got tensor spec shape of {spec.shape}."
            )
        flat = cast(found.values, spec.dtype)
        return _fitting(NdArray(spec.dtype, (len(flat), *spec.shape[1:]), flat), spec)
    if not isinstance(first, list) or not first or isinstance(first[0], list | dict) or first[0] is None:
        raise CastError(
            "Because the model signature requires tensor spec input, the input pandas dataframe values should be "
            "either scalar value, python list containing scalar values or numpy array containing scalar values, other "
            "types are not supported."
        )
    return _reshaped(found, spec)


def _labelled_0(found: TypedColumn, index: Sequence[Any] | None) -> Any:
    if index is None:
        if not found.values:
            raise CastError("0")
        return found.values[0]
    places = [place for place, label in enumerate(index) if label == 0 and not isinstance(label, bool)]
    if len(places) != 1:
        raise CastError("0")
    return found.values[places[0]]


def _reshaped(found: TypedColumn, spec: MockTensorSpec) -> NdArray:
    problem = (
        f"The value in the Input DataFrame column '{spec.name}' could not be converted to the expected shape of: "
        f"'{spec.shape}'. Ensure that each of the input list elements are of uniform length and that the data can be "
        f"coerced to the tensor type '{spec.dtype}'"
    )
    try:
        stacked = stack([array(one if isinstance(one, list) else [one]) for one in found.values])
        flat = recast(stacked.flat, stacked.dtype, spec.dtype)
    except CastError:
        raise CastError(problem) from None
    if len(flat) != len(found.values) * math.prod(spec.shape[1:]):
        raise CastError(problem)
    return NdArray(spec.dtype, (len(found.values), *spec.shape[1:]), flat)
