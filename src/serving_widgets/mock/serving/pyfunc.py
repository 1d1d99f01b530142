"""Saved models: what MLflow wrote to disk answers through MLflow itself (the extra ``mlflow``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from serving_widgets.mock.scoring import formats
from serving_widgets.mock.scoring import signature as signatures
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.errors import STATUS_OF, ServiceError

from .query_reader import model_failed
from .stacktrace import in_container

_EXAMPLE = "serving_input_example.json"


def load(path: str | Path) -> Model:
    """Return a model that was saved with MLflow, with the signature, the parameters and the input example it has.

    Parameters
    ----------
    path : str or Path
        The folder with the file ``MLmodel``.

    Raises
    ------
    ImportError
        If MLflow is not installed.
    ValueError
        If the folder is no saved model, or MLflow can't load it.

    Examples
    --------
    >>> load("models/churn")  # doctest: +SKIP
    Model(...)
    """
    folder = Path(path)
    if not (folder / "MLmodel").is_file():
        raise ValueError(f"{folder} is no saved MLflow model: it has no file named MLmodel")
    mlflow = _mlflow()
    try:
        loaded = mlflow.pyfunc.load_model(str(folder))
    except mlflow.exceptions.MlflowException as error:
        raise ValueError(f"MLflow can't load {folder}: {error}") from error
    raw = _signature(loaded.metadata.signature)
    return Model(loaded.predict, raw, example=_example(folder), respond=_answering(mlflow, loaded))


def _mlflow() -> ModuleType:
    try:
        import mlflow.exceptions
        import mlflow.pyfunc.scoring_server
    except ImportError as error:
        raise ImportError(
            "To serve a saved model, MLflow has to be installed: pip install 'serving-widgets[mlflow]'"
        ) from error
    return mlflow


def _signature(found: Any) -> Mapping[str, Any] | None:
    if found is None:
        return None
    raw = {
        key: json.loads(schema.to_json())
        for key, schema in (("inputs", found.inputs), ("outputs", found.outputs), ("params", found.params))
        if schema is not None
    }
    try:
        signatures.read(raw)
    except ValueError:
        # MLflow has types that few models use and no document has a word for; the model answers all the same.
        return None
    return raw


def _example(folder: Path) -> Any:
    """Return the input example without the key of its format, as documents show it."""
    try:
        body = json.loads((folder / _EXAMPLE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return next((body[key] for key in formats.DATA_KEYS if key in body), None)


def _answering(mlflow: ModuleType, loaded: Any) -> Callable[[Any], Any]:
    server = mlflow.pyfunc.scoring_server
    schema = loaded.metadata.get_input_schema()

    def respond(body: Any) -> Any:
        try:
            answer = server.invocations(json.dumps(body).encode(), "application/json", loaded, schema)
        except mlflow.exceptions.MlflowException as error:
            told = json.loads(error.serialize_as_json())
            if "stack_trace" in told:
                told["stack_trace"] = in_container(told["stack_trace"])
            code = assumptions.SCORING_REFUSED if told["error_code"] not in STATUS_OF else told["error_code"]
            extra = {key: value for key, value in told.items() if key not in ("error_code", "message")}
            raise ServiceError(code, error.message, status=400, extra=extra) from None
        except BaseException as error:
            # MLflow's server would answer with 500 and nothing else; here the reason is told.
            raise model_failed(error) from None
        return json.loads(answer.response)

    return respond
