"""Query bodies: read as MLflow's scoring server reads them, and answered by a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from serving_widgets.mock.language import KEY_OF_TASK
from serving_widgets.mock.scoring import formats, output
from serving_widgets.mock.scoring.arrays import NdArray
from serving_widgets.mock.scoring.frames import Frame
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.scoring.signature import JSON, Signature
from serving_widgets.mock.scoring.times import moment
from serving_widgets.mock.scoring.values import Float32, Timestamp
from serving_widgets.mock.service.errors import ServiceError, scoring_refused

from .stacktrace import stack_trace


def answer(model: Model, body: Any) -> Any:
    """Return the JSON that `model` answers to the parsed `body` with, or refuse as the scoring server would.

    Runs on a thread of the pool: it calls the model.
    """
    if model.respond is not None:
        return model.respond(body)
    if model.task in KEY_OF_TASK and isinstance(body, Mapping):
        key = KEY_OF_TASK[model.task]
        if key not in body:
            raise scoring_refused(
                f"The request must have the field '{key}', as the task of this endpoint is {model.task}."
            )
        return _call(model, body, {})
    data, params = read(model, body)
    predictions = output.jsonable(_call(model, data, params))
    if model.task == "features":
        return {"outputs": predictions}
    return predictions if formats.is_language(body) else {"predictions": predictions}


def encode(value: Any) -> bytes:
    """Return an answer as JSON, in the way of the scoring server: a bare ``NaN``, bytes in base64."""
    try:
        return output.dumps(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise model_failed(error) from None


def read(model: Model, body: Any) -> tuple[Any, JSON]:
    """Return what a model is called with: rows as dicts, arrays as nested lists, JSON as it is; and parameters."""
    signature = model.declared or Signature()
    try:
        data, params = formats.read(body, signature)
    except formats.RejectedBodyError as error:
        raise scoring_refused(str(error), error.error_code, error.error_class) from None
    if model.declared is None:
        # A function without a signature is no logged model: it gets all parameters, where MLflow would drop them.
        given = body.get("params")
        params = dict(given) if isinstance(given, Mapping) else {}
    return _given(data), params


def _given(value: Any) -> Any:
    if isinstance(value, Frame):
        return [{label: _given(cell) for label, cell in row.items()} for row in value.rows()]
    if isinstance(value, NdArray):
        return _given(value.nested())
    if isinstance(value, Timestamp):
        return moment(value.nanoseconds)
    if isinstance(value, Float32):
        return float(value)
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items()}
    return [_given(one) for one in value] if isinstance(value, list) else value


def model_failed(error: BaseException) -> ServiceError:
    """Return what the scoring server says of an error inside a model: no more than this, whatever it raised."""
    return scoring_refused(formats.UNEXPECTED, stack_trace=stack_trace(error))


def _call(model: Model, data: Any, params: Mapping[str, Any]) -> Any:
    try:
        return model.call(data, params)
    except ServiceError:
        raise
    except BaseException as error:
        # A model that exits or interrupts ends its query, not a thread of the mock.
        raise model_failed(error) from None
