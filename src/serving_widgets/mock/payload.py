"""Bodies of queries: read as MLflow's scoring server reads them, answered as it answers."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from .errors import ServiceError
from .language import KEY_OF_TASK
from .models import JSON, Model

DATA_KEYS = ("dataframe_split", "dataframe_records", "instances", "inputs")

_WANTED = "{" + ", ".join(f"'{key}'" for key in DATA_KEYS) + "}"
_NOT_SPLIT = "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format."
_INTEGERS = ("integer", "long")
_NUMBERS = ("float", "double")
_DTYPES = {
    "boolean": "bool",
    "integer": "int32",
    "long": "int64",
    "float": "float32",
    "double": "float64",
    "string": "object",
}


def answer(model: Model, body: Any) -> Any:
    """Return the JSON that `model` answers to the parsed `body` with, or refuse as the scoring server would.

    Runs on a thread of the pool: it calls the model.
    """
    if not isinstance(body, Mapping):
        kind = "list" if isinstance(body, list) else type(body).__name__
        raise _bad(
            "Invalid input. The input must be a JSON dictionary with exactly one of the input fields "
            f"{_WANTED}. Received a {kind}."
        )
    if model.task in KEY_OF_TASK:
        key = KEY_OF_TASK[model.task]
        if key not in body:
            raise _bad(f"The request must have the field '{key}', as the task of this endpoint is {model.task}.")
        return _call(model, body, {})
    data = _data(body, model.signature)
    predictions = _call(model, data, _params(body.get("params"), model.signature))
    return {"outputs" if model.task == "features" else "predictions": predictions}


def encode(value: Any) -> bytes:
    """Return an answer as JSON; arrays and data frames that a model returned become lists."""
    return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def _bad(message: str) -> ServiceError:
    return ServiceError("BAD_REQUEST", message)


def _call(model: Model, data: Any, params: Mapping[str, Any]) -> Any:
    try:
        return model.call(data, params)
    except ServiceError:
        raise
    except Exception:
        # Whatever a model raises, the service says no more than this.
        raise ServiceError(
            "BAD_REQUEST",
            "Encountered an unexpected error while evaluating the model. Verify that the serialized input Dataframe is "
            "compatible with the model for inference.",
            extra={"stack_trace": traceback.format_exc()},
        ) from None


def _plain(value: Any) -> Any:
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return value.to_dict(orient="records")
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a model returned {type(value).__name__}, which is not JSON")


def _data(body: Mapping[str, Any], signature: Mapping[str, Any] | None) -> Any:
    keys = [key for key in DATA_KEYS if key in body]
    if len(keys) != 1:
        raise _bad(
            f"The input must be a JSON dictionary with exactly one of the input fields {_WANTED}. Received dictionary "
            f"with input fields: {list(body)}."
        )
    rows = _READERS[keys[0]](body[keys[0]])
    inputs = signature.get("inputs") if signature else None
    if not inputs:
        return rows
    if inputs[0].get("type") == "tensor":
        return _tensors(rows, inputs)
    return _rows(rows, inputs)


def _split(value: Any) -> list[JSON]:
    if not isinstance(value, Mapping) or not isinstance(value.get("data"), list):
        raise _bad(
            "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format."
        )
    data = value["data"]
    columns = value.get("columns")
    if columns is None:
        columns = list(range(len(data[0]) if data and isinstance(data[0], list) else 1))
    for row in data:
        if not isinstance(row, list) or len(row) != len(columns):
            found = len(row) if isinstance(row, list) else 1
            raise _bad(f"{_NOT_SPLIT} Error: '{len(columns)} columns passed, passed data had {found} columns'")
    return [dict(zip(columns, row, strict=True)) for row in data]


def _records(value: Any) -> list[JSON]:
    if isinstance(value, Mapping):
        raise _bad("Dataframe records format must be a list of records. Got dictionary.")
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise _bad("Dataframe records format must be a list of records.")
    return [dict(row) for row in value]


def _instances(value: Any) -> Any:
    return [dict(row) for row in value] if _is_records(value) else value


def _inputs(value: Any) -> Any:
    """Take a dict of lists for columns, and a list of dicts for rows; anything else is a tensor."""
    if isinstance(value, Mapping):
        lists = [one for one in value.values() if isinstance(one, list)]
        if len(lists) == len(value) and len({len(one) for one in lists}) == 1:
            return [dict(zip(value, row, strict=True)) for row in zip(*lists, strict=True)]
        return dict(value)
    return _instances(value)


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "dataframe_split": _split,
    "dataframe_records": _records,
    "instances": _instances,
    "inputs": _inputs,
}


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _rows(rows: Any, inputs: list[JSON]) -> list[JSON]:
    """Keep the columns of the signature, in its order; refuse missing ones and values that don't convert."""
    names = [spec.get("name", index) for index, spec in enumerate(inputs)]
    if not isinstance(rows, list):
        raise _bad(f"Expected input with columns {names}.")
    if rows and not isinstance(rows[0], Mapping):
        rows = [dict(zip(names, row if isinstance(row, list) else [row], strict=False)) for row in rows]
    missing = [
        name
        for name, spec in zip(names, inputs, strict=True)
        if spec.get("required", True) and any(name not in row for row in rows)
    ]
    if missing:
        raise _bad(f"Model is missing inputs {missing}.")
    kinds = {name: spec["type"] for name, spec in zip(names, inputs, strict=True)}
    return [{name: _converted(name, kind, row[name]) for name, kind in kinds.items() if name in row} for row in rows]


def _converted(name: Any, kind: str, value: Any) -> Any:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        **dict.fromkeys(_INTEGERS, number and float(value).is_integer() if number else False),
        **dict.fromkeys(_NUMBERS, number),
        "boolean": isinstance(value, bool),
        "string": isinstance(value, str),
    }
    if not fits.get(kind, True):
        raise _bad(
            f"Incompatible input types for column {name}. Failed to convert column {name} to type '{_DTYPES[kind]}'."
        )
    return int(value) if kind in _INTEGERS else value


def _tensors(value: Any, inputs: list[JSON]) -> Any:
    if value and isinstance(value, list) and isinstance(value[0], Mapping):
        # Rows of a data frame: MLflow turns one into a matrix, column by column.
        value = [list(row.values()) for row in value]
    expected = tuple(inputs[0]["tensor-spec"]["shape"])
    found = _shape(value)
    if len(found) != len(expected) or any(want not in (-1, have) for want, have in zip(expected, found, strict=True)):
        raise _bad(f"Shape of input {found} does not match expected shape {expected}.")
    return value


def _shape(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        return ()
    return (len(value), *(_shape(value[0]) if value else ()))


def _params(given: Any, signature: Mapping[str, Any] | None) -> JSON:
    """Return the parameters of the signature, given or by default; others are ignored as the scoring server does."""
    asked = given if isinstance(given, Mapping) else {}
    if signature is None:
        return dict(asked)
    return {spec["name"]: asked.get(spec["name"], spec["default"]) for spec in signature.get("params", ())}
