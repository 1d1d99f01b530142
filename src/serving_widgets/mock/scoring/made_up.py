"""Predictions for models that are known by their schema only: of the right shape, and made up."""

from __future__ import annotations

from typing import Any

#: What is said of them, and the header that says it.
NOTE = "Made up from the schema: the recording has no answer to this request."
NOTE_HEADER = "x-serving-widgets-note"
_PLAIN = {"number": 0.5, "integer": 1, "boolean": True, "string": "made up", "null": None}
#: Objects within objects that are followed.
_DEEPEST = 8


def shaped(answer: Any, document: Any, entity: str) -> Any:
    """Return an answer with predictions of the shape that an OpenAPI document gives them, as many as there are.

    Parameters
    ----------
    answer
        What a model without a function answers: ``{"predictions": [0.1, …]}``.
    document
        The document; anything else leaves the answer as it is.
    entity
        The served entity, whose path is taken where the document has one.
    """
    item = _item(document, entity)
    if item is None or not isinstance(answer, dict) or not isinstance(answer.get("predictions"), list):
        return answer
    return {**answer, "predictions": [_value(item, document, number) for number in answer["predictions"]]}


def _item(document: Any, entity: str) -> Any:
    try:
        paths = document["paths"]
        path = next((each for each in paths if f"/{entity}/" in each), next(iter(paths)))
        content = paths[path]["post"]["responses"]["200"]["content"]["application/json"]
        return content["schema"]["properties"]["predictions"]["items"]
    except (KeyError, TypeError, AttributeError, StopIteration):
        return None


def _value(schema: Any, document: Any, number: Any, depth: int = 0) -> Any:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return None
    if isinstance(schema.get("$ref"), str):
        return _value(_followed(document, schema["$ref"]), document, number, depth + 1)
    for name in ("oneOf", "anyOf", "allOf"):
        if isinstance(schema.get(name), list) and schema[name]:
            return _value(schema[name][0], document, number, depth + 1)
    if isinstance(schema.get("enum"), list) and schema["enum"]:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) and kind else kind
    if kind == "object" or "properties" in schema:
        members = schema.get("properties")
        parts = members.items() if isinstance(members, dict) else ()
        return {name: _value(each, document, number, depth + 1) for name, each in parts}
    if kind == "array":
        return [_value(schema.get("items"), document, number, depth + 1)]
    return number if kind == "number" and isinstance(number, float) else _PLAIN.get(kind or "")


def _followed(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document.get(part) if isinstance(document, dict) else None
    return document
