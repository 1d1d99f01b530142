"""What MLflow itself makes of a request: its own parsing and checking functions, called as its scoring server does."""

import copy
import datetime
import json
import logging
import warnings
from functools import lru_cache

import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models.signature import ModelSignature
from mlflow.models.utils import _enforce_params_schema, _enforce_schema
from mlflow.pyfunc.scoring_server import _split_data_and_params_for_llm_input, infer_and_parse_data
from mlflow.pyfunc.utils.serving_data_parser import is_unified_llm_input
from mlflow.types import ParamSchema, Schema

logging.getLogger("mlflow").setLevel(logging.ERROR)

FORMATS = {"dataframe_split", "dataframe_records", "instances", "inputs"}


def signature_of(raw):
    """Return MLflow's own signature for one in its JSON, with lists."""
    return _signature(json.dumps(raw))


@lru_cache
def _signature(text):
    raw = json.loads(text)

    def schema(kind, key):
        return kind.from_json(json.dumps(raw[key])) if raw.get(key) else None

    return ModelSignature(schema(Schema, "inputs"), schema(Schema, "outputs"), schema(ParamSchema, "params"))


def verdict(raw, body):
    """Return ``(data, params)`` as a model gets them, in Python's own types; raises what MLflow raises."""
    signature = signature_of(raw) if raw else None
    inputs = signature.inputs if signature else None
    declared = signature.params if signature else None
    body = copy.deepcopy(body)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not isinstance(body, dict):
            raise MlflowException("Invalid input.")
        if is_unified_llm_input(body):
            data, params = _split_data_and_params_for_llm_input(body, declared)
        else:
            params = body.get("params")
            data = infer_and_parse_data({key: body[key] for key in body if key in FORMATS}, inputs)
        if inputs is not None:
            data = _enforce_schema(data, inputs)
        return plain(data), plain(_enforce_params_schema(params, declared))


def plain(value):
    """Return a value without anything of pandas or NumPy in it; what is not a time is None."""
    if isinstance(value, pd.DataFrame):
        columns = [[plain(cell) for cell in value.iloc[:, place].tolist()] for place in range(value.shape[1])]
        labels = [plain(label) for label in value.columns]
        return [dict(zip(labels, row, strict=True)) for row in zip(*columns, strict=True)]
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "M":
            value = value.astype("datetime64[us]")
        return plain(value.tolist())
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(plain, value))
    if value is pd.NaT:
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime(warn=False)
    if isinstance(value, np.datetime64):
        return value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        return value.item()
    assert value is None or isinstance(value, bool | int | float | str | bytes | datetime.date), type(value)
    return value
