"""OpenAPI documents of endpoints, written from signatures in the service's dialect, oddities included.

What is known of the dialect is one example in the Databricks docs (*Manage model serving endpoints*, "Get a model
serving endpoint schema"): the format key is not required, examples stand without it, defaults are text, one required
column is named in prose, and an optional column of unknown type stands among the records' properties alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from serving_widgets.mock.language import KEY_OF_TASK
from serving_widgets.mock.language import schemas as language_schemas
from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.scoring.signature import (
    AnyType,
    Array,
    ColumnSpec,
    Map,
    MockTensorSpec,
    Object,
    Param,
    Scalar,
    Signature,
    Spec,
    Type,
)
from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import Config, Entity

JSON = dict[str, Any]

_SCALARS: Mapping[str, JSON] = {
    "long": {"type": "integer", "format": "int64"},
    "integer": {"type": "integer", "format": "int32"},
    "double": {"type": "number", "format": "double"},
    "float": {"type": "number", "format": "float"},
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "datetime": assumptions.SCHEMA_OF_DATETIME,
    "binary": assumptions.SCHEMA_OF_BINARY,
}
_DTYPES: Mapping[str, JSON] = {
    "bool": _SCALARS["boolean"],
    "float64": _SCALARS["double"],
    **dict.fromkeys(("float32", "float16"), _SCALARS["float"]),
    **dict.fromkeys(("int64", "uint64", "uint32"), _SCALARS["long"]),
    **dict.fromkeys(("int32", "int16", "int8", "uint16", "uint8"), _SCALARS["integer"]),
    **dict.fromkeys(("str", "bytes"), _SCALARS["string"]),
    "datetime64[ns]": _SCALARS["datetime"],
}


def of(name: str, config: Config, models: Callable[[Entity], Model], host: str) -> JSON | None:
    """Return the document of an endpoint; None if no model of it has a schema.

    Parameters
    ----------
    name : str
        Name of the endpoint.
    config : Config
        The configuration that answers queries.
    models : callable
        Gives the model of a served entity.
    host : str
        Address of the workspace.
    """
    paths = {}
    for entity in config.entities:
        operation = _operation(models(entity))
        if operation is not None:
            paths[f"/served-models/{entity.name}/invocations"] = {"post": operation}
    if not paths:
        return None
    return {
        "openapi": "3.1.0",
        "info": {"title": name, "version": str(config.version)},
        "servers": [{"url": f"{host}/serving-endpoints/{name}"}],
        "paths": paths,
    }


def schema_of(kind: Type) -> JSON:
    """Return the JSON schema of a column, a member or an item."""
    if isinstance(kind, Scalar):
        return dict(_SCALARS[kind.name])
    if isinstance(kind, Array):
        return {"type": "array", "items": schema_of(kind.items)}
    if isinstance(kind, Map):
        return {"type": "object", "additionalProperties": schema_of(kind.values)}
    if isinstance(kind, Object):
        return _object(
            {one.name: schema_of(one.type) for one in kind.properties},
            [one.name for one in kind.properties if one.required],
        )
    return dict(assumptions.SCHEMA_OF_UNKNOWN)


def _operation(model: Model) -> JSON | None:
    if model.task in KEY_OF_TASK:
        request, response = language_schemas.of(model.task)
        return _post([request], response)
    signature = model.declared
    if signature is None or signature.inputs is None:
        return None
    outcome = "outputs" if model.task == "features" else "predictions"
    response = {"type": "object", "properties": {outcome: _outputs(signature, model.task)}}
    return _post(_alternatives(signature, model.example), response)


def _post(alternatives: Sequence[JSON], response: JSON) -> JSON:
    return {
        "requestBody": {"content": {"application/json": {"schema": {"oneOf": list(alternatives)}}}},
        "responses": {
            "200": {"description": "Successful operation", "content": {"application/json": {"schema": response}}}
        },
    }


def _alternatives(signature: Signature, example: Any) -> list[JSON]:
    specs = signature.inputs or ()
    forms: dict[str, JSON] = {}
    if isinstance(specs[0], MockTensorSpec):
        tensors = [spec for spec in specs if isinstance(spec, MockTensorSpec)]
        by_column, by_row = _tensors(tensors, rows=False), _tensors(tensors, rows=True)
        forms = {key: by_row if key == "instances" else by_column for key in assumptions.FORMATS_OF_TENSORS}
        shown_in = "inputs"
    else:
        columns = [spec for spec in specs if isinstance(spec, ColumnSpec)]
        forms = {"dataframe_split": _split(columns), "dataframe_records": _records(columns)}
        shown_in = "dataframe_split"
        example = example if isinstance(example, Mapping) and {"columns", "data"} <= example.keys() else None
    result = []
    for key, schema in forms.items():
        properties = {key: schema}
        if signature.params:
            properties["params"] = _object({one.name: _param(one) for one in signature.params})
        alternative: JSON = {"type": "object", "properties": properties}
        if example is not None and key == shown_in:
            alternative["examples"] = [example]
        result.append(alternative)
    return result


def _names(columns: Sequence[ColumnSpec]) -> list[str]:
    return [str(place if column.name is None else column.name) for place, column in enumerate(columns)]


def _split(columns: Sequence[ColumnSpec]) -> JSON:
    listed = [
        (name, column)
        for name, column in zip(_names(columns), columns, strict=True)
        if column.required or not isinstance(column.type, AnyType)
    ]
    required = [name for name, column in listed if column.required]
    # Columns that pandas has numbered keep their numbers; those of a signature without names are counted as text.
    numbered = all(isinstance(column.name, int) for column in columns)
    names = [column.name if numbered else name for name, column in listed]
    labels: JSON = {"type": "array", "items": {"type": "integer" if numbered else "string", "enum": names}}
    if required:
        named = required[: assumptions.REQUIRED_FIELDS_NAMED]
        labels = {"description": f"required fields: {', '.join(named)}", **labels}
    row = {"type": "array", "prefixItems": [schema_of(column.type) for _, column in listed]}
    return _object({"columns": labels, "data": {"type": "array", "items": row}})


def _records(columns: Sequence[ColumnSpec]) -> JSON:
    named = list(zip(_names(columns), columns, strict=True))
    properties = {name: schema_of(column.type) for name, column in named}
    return {"type": "array", "items": _object(properties, [name for name, column in named if column.required])}


def _tensors(specs: Sequence[MockTensorSpec], *, rows: bool) -> JSON:
    if specs[0].name is None:
        return _tensor(specs[0].dtype, specs[0].shape)
    if rows:
        row = {str(spec.name): _tensor(spec.dtype, spec.shape[1:]) for spec in specs}
        return {"type": "array", "items": _object(row)}
    return _object({str(spec.name): _tensor(spec.dtype, spec.shape) for spec in specs})


def _tensor(dtype: str, shape: Sequence[int]) -> JSON:
    schema = dict(_DTYPES.get(dtype, assumptions.SCHEMA_OF_UNKNOWN))
    for length in reversed(shape):
        fixed = {} if length == -1 else {"minItems": length, "maxItems": length}
        schema = {"type": "array", "items": schema, **fixed}
    return schema


def _outputs(signature: Signature, task: str) -> JSON:
    specs: Sequence[Spec] = signature.outputs or ()
    if not specs:
        return {"type": "array", "items": {"type": "object"}} if task == "features" else _unknown()
    if isinstance(specs[0], MockTensorSpec):
        return _tensors([spec for spec in specs if isinstance(spec, MockTensorSpec)], rows=False)
    columns = [spec for spec in specs if isinstance(spec, ColumnSpec)]
    if columns[0].name is not None:
        return {"type": "array", "items": _object({str(one.name): schema_of(one.type) for one in columns})}
    kinds = [schema_of(one.type) for one in columns]
    return {"type": "array", "items": kinds[0] if len(kinds) == 1 else {"type": "array", "prefixItems": kinds}}


def _param(param: Param) -> JSON:
    schema = schema_of(param.type)
    if param.shape is not None:
        schema = {"type": "array", "items": schema}
    return {**schema, "default": _text(param.default)}


def _text(value: Any) -> str:
    """Return a default as the service writes it: as text, whatever its type."""
    if isinstance(value, str | date):
        return str(value)
    return json.dumps(value, default=str)


def _object(properties: JSON, required: Sequence[str] = ()) -> JSON:
    return {**({"required": list(required)} if required else {}), "type": "object", "properties": properties}


def _unknown() -> JSON:
    return dict(assumptions.SCHEMA_OF_UNKNOWN)
