"""Bodies of requests: one of four data keys, or the members that language models take, and parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import casting, enforce, frames, params, tensors
from .arrays import NdArray, NumpyScalar, array, item, stack
from .frames import Frame
from .signature import JSON, Array, ColumnSpec, MockTensorSpec, Object, Scalar, Signature, Spec
from .values import CastError

DATA_KEYS = ("dataframe_split", "dataframe_records", "instances", "inputs")
LANGUAGE_KEYS = ("messages", "prompt", "input")

_WANTED = (
    "The input must be a JSON dictionary with exactly one of the input fields {"
    + ", ".join(f"'{key}'" for key in DATA_KEYS)
    + "}"
)

UNEXPECTED = (
    "Encountered an unexpected error while evaluating the model. Verify that the serialized input Dataframe is "
    "compatible with the model for inference."
)
"""All that is said of whatever goes wrong inside a model."""


class RejectedBodyError(Exception):
    """A body that the scoring server refuses, in its words and with MLflow's classification."""

    def __init__(
        self, message: str, error_code: str = "BAD_REQUEST", error_class: str = "INVALID_PARAMETER_VALUE"
    ) -> None:
        super().__init__(message)
        self.error_code = error_code
        self.error_class = error_class


def is_language(body: Mapping[str, Any]) -> bool:
    """Return whether a body is taken for one of a language model: it is passed on, its answer is not wrapped."""
    return any(key in body for key in LANGUAGE_KEYS)


def read(body: Any, signature: Signature) -> tuple[Any, JSON]:
    """Return what a model gets for a body: a `Frame`, a `NdArray`, a dict of them or plain JSON; and its parameters.

    Raises
    ------
    RefusedError
        In the words of MLflow's scoring server.
    """
    if not isinstance(body, Mapping):
        found = " a list." if isinstance(body, list) else f" unexpected input type '{type(body)}."
        raise RejectedBodyError(f"Invalid input. {_WANTED}. Received{found}")
    specs = signature.inputs
    if is_language(body):
        known = {one.name for one in signature.params or ()}
        data: Any = {key: one for key, one in body.items() if key not in known}
        given: Any = {key: one for key, one in body.items() if key in known}
    else:
        data, given = _data(body, specs), body.get("params")
    try:
        checked = data if specs is None else _enforced(data, specs)
    except CastError as error:
        names = ", ".join(map(str, specs or ()))
        raise RejectedBodyError(
            f"Failed to predict data '{shown(data)}'. \nError: Failed to enforce schema of data '{shown(data)}' with "
            f"schema '[{names}]'. Error: {error}",
            "INVALID_PARAMETER_VALUE",
            "SCHEMA_ENFORCEMENT_FAILED",
        ) from None
    try:
        return checked, params.checked(given, signature.params)
    except CastError as error:
        message = f"Failed to predict data '{shown(data)}'. \nError: {error}"
        raise RejectedBodyError(message, "INVALID_PARAMETER_VALUE") from None


def shown(data: Any) -> str:
    """Return data as they stand in messages: shortened, for it is to be read."""
    text = str(data.rows() if isinstance(data, Frame) else _unwrapped(data))
    return text if len(text) <= 200 else f"{text[:200]}…"


def _unwrapped(data: Any) -> Any:
    if isinstance(data, Mapping):
        return {name: _unwrapped(one) for name, one in data.items()}
    return data.nested() if isinstance(data, NdArray) else data.value if isinstance(data, NumpyScalar) else data


def _data(body: Mapping[str, Any], specs: Sequence[Spec] | None) -> Any:
    keys = [key for key in DATA_KEYS if key in body]
    if len(keys) != 1:
        fields = [key for key in body if key in DATA_KEYS]
        raise RejectedBodyError(f"{_WANTED}. Received dictionary with input fields: {fields}.")
    key, value = keys[0], body[keys[0]]
    if key.startswith("dataframe_"):
        frame = _split(value) if key == "dataframe_split" else _records(value)
        try:
            return frame if specs is None else casting.frame(frame, specs)
        except casting.ColumnCastError as error:
            raise RejectedBodyError(str(error)) from None
    try:
        return _instances(value, specs) if key == "instances" else _inputs(value, specs)
    except CastError as error:
        raise RejectedBodyError(f"Invalid input. {error}") from None


def _split(value: Any) -> Frame:
    if not isinstance(value, Mapping):
        found = "list" if isinstance(value, list) else f"type {type(value)}"
        raise RejectedBodyError(f"Invalid input. Dataframe split format must be a dictionary. Got {found}.")
    if "data" not in value or value.keys() - {"columns", "data", "index"}:
        raise RejectedBodyError(
            "Invalid input. Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields. "
            f"Got {set(value)}.'"
        )
    try:
        return frames.from_rows(value["data"], value.get("columns"), value.get("index"))
    except CastError as error:
        raise RejectedBodyError(
            "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format. "
            f"Error: '{error}'"
        ) from None


def _records(value: Any) -> Frame:
    if not isinstance(value, list):
        found = "dictionary" if isinstance(value, dict) else f"type {type(value)}"
        raise RejectedBodyError(f"Invalid input. Dataframe records format must be a list of records. Got {found}.")
    try:
        return frames.from_rows(value)
    except CastError as error:
        raise RejectedBodyError(
            "Invalid input. Provided dataframe_records field is not a valid dataframe representation in 'records' "
            f"format. Error: '{error}'"
        ) from None


def _instances(value: Any, specs: Sequence[Spec] | None) -> Any:
    """Read the row format: rows are turned into columns, and each becomes an array."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        known = _by_name(specs)
        cells: dict[str, list[Any]] = {}
        for row in value:
            if not isinstance(row, dict):
                raise CastError(
                    "Ensure that the input is a valid JSON-formatted string.\n"
                    f"Error: '{type(row).__name__}' object has no attribute 'items'"
                )
            for name, one in row.items():
                cells.setdefault(name, []).append(_converted(one, known.get(name)))
        data: Any = {name: stack(column) for name, column in cells.items()}
    else:
        data = _inputs(value, specs)
    if isinstance(data, dict):
        _same_lengths(data, specs)
    return data


def _same_lengths(data: Mapping[str, Any], specs: Sequence[Spec] | None) -> None:
    sized = {name: one for name, one in data.items() if isinstance(one, list | NdArray)}
    if _by_name(specs):
        wanted = [
            name
            for name, spec in _by_name(specs).items()
            if isinstance(spec, MockTensorSpec) or (spec.required and not isinstance(spec.type, Array))
        ]
        sized = {name: sized[name] for name in wanted if name in sized}
    if sized and any(isinstance(one, NdArray) and not one.shape for one in sized.values()):
        raise CastError("Ensure that the input is a valid JSON-formatted string.\nError: len() of unsized object")
    if len({len(one) for one in sized.values()}) > 1:
        raise CastError("The length of values for each input/column name are not the same")


def _inputs(value: Any, specs: Sequence[Spec] | None) -> Any:
    """Read the columnar format: columns by name, rows, or an array without names."""
    known = _by_name(specs)
    listed = isinstance(value, list)
    if specs is not None:
        if len(known) == 1 and listed and not any(isinstance(one, dict) for one in value):
            value = {next(iter(known)): value}
        elif not known and not listed and (value is None or isinstance(value, dict)):
            raise CastError(
                "Failed to parse input data. This model contains an un-named  model signature which expects a single "
                f"n-dimensional array or a single value as input, however, an input of type {type(value)} was found."
            )
    if isinstance(value, dict):
        return {name: _converted(one, known.get(name)) for name, one in value.items()}
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return [{name: _converted(one, known.get(name)) for name, one in row.items()} for row in value]
    return _converted(value, None if specs is None else specs[0])


def _by_name(specs: Sequence[Spec] | None) -> dict[Any, Spec]:
    return {spec.name: spec for spec in specs or () if spec.name is not None}


def _converted(value: Any, spec: Spec | None) -> Any:
    """Return a value of ``inputs`` or ``instances`` as NumPy's arrays and scalars."""
    if spec is None:
        return array(value)
    if isinstance(spec, MockTensorSpec):
        return array(value, spec.dtype)
    kind = spec.type
    if isinstance(kind, Scalar):
        dtype = enforce.NUMPY_OF[kind.name]
        return array(value, dtype) if isinstance(value, list) else item(value, dtype)
    checked = enforce.value(value, kind, required=spec.required)
    return array(checked) if isinstance(kind, Array) else checked


def _enforced(data: Any, specs: Sequence[Spec]) -> Any:
    if isinstance(specs[0], MockTensorSpec):
        return tensors.check(data, [spec for spec in specs if isinstance(spec, MockTensorSpec)])
    columns = [spec for spec in specs if isinstance(spec, ColumnSpec)]
    return enforce.columns(_frame(data, columns), columns)


def _frame(data: Any, specs: Sequence[ColumnSpec]) -> Frame:
    """Return a data frame of whatever was sent for a signature of columns."""
    if isinstance(data, Frame):
        return data
    if isinstance(data, dict):
        return _frame_of_columns(data, specs)
    if isinstance(data, NdArray):
        return frames.from_grid(data)
    if data is None:
        raise CastError("Expected input to be DataFrame. Found: NoneType")
    return frames.from_rows(data if isinstance(data, list) else [data])


def _frame_of_columns(data: Mapping[str, Any], specs: Sequence[ColumnSpec]) -> Frame:
    nested = any(isinstance(spec.type, Array | Object) for spec in specs)
    if nested or all(_is_single(one) for one in data.values()):
        return frames.from_one_row(data)
    if all(isinstance(one, NdArray) and one.dtype == "str" and not one.shape for one in data.values()):
        return frames.from_one_row(data)
    flattened = {
        name: one.nested() if isinstance(one, NdArray) and len(one.shape) > 1 else one for name, one in data.items()
    }
    try:
        return frames.from_columns(flattened)
    except CastError as error:
        raise CastError(
            "This model contains a column-based signature, which suggests a DataFrame input. There was an error "
            f"casting the input data to a DataFrame: {error}"
        ) from None


def _is_single(value: Any) -> bool:
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return not isinstance(value, NdArray | dict)
