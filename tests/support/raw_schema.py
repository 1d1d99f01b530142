"""A judge of request bodies that goes by a document as it is written: no code of the package has read the schema."""

import jsonschema
import referencing
from jsonschema.validators import extend
from referencing.jsonschema import DRAFT202012


def judge_of(raw, method, path):
    """Return a function that says whether a body fits what the document says; None where it can't be judged."""
    pointer = _pointer(raw, method, path)
    if pointer is None:
        return None
    resource = referencing.Resource.from_contents(raw, default_specification=DRAFT202012)
    registry = referencing.Registry().with_resource("urn:document", resource)
    old = str(raw.get("openapi", "")).startswith("3.0")
    kind = _OF_3_0 if old else jsonschema.Draft202012Validator
    validator = kind({"$ref": f"urn:document#{pointer}"}, registry=registry)

    def judge(body):
        try:
            return validator.is_valid(body)
        except (jsonschema.exceptions.UnknownType, referencing.exceptions.Unresolvable, AttributeError, TypeError):
            return None  # the schema itself is none

    return judge


def _pointer(raw, method, path):
    place, body = f"/paths/{_escaped(path)}/{method}/requestBody", raw["paths"][path][method].get("requestBody", {})
    while "$ref" in body:
        place = body["$ref"].removeprefix("#")
        body = raw
        for step in place.split("/")[1:]:
            body = body[step.replace("~1", "/").replace("~0", "~")]
    for media in body.get("content", {}):
        if media.split(";")[0].strip().endswith(("/json", "+json")) or media == "*/*":
            return f"{place}/content/{_escaped(media)}/schema"
    return None


def _escaped(step):
    return step.replace("~", "~0").replace("/", "~1")


def _type(validator, types, instance, schema):
    if not (instance is None and schema.get("nullable") is True):
        yield from jsonschema.Draft4Validator.VALIDATORS["type"](validator, types, instance, schema)


def _enum(validator, enums, instance, schema):
    if not (instance is None and schema.get("nullable") is True):
        yield from jsonschema.Draft4Validator.VALIDATORS["enum"](validator, enums, instance, schema)


#: Schemas of OpenAPI 3.0 are those of an older draft, with ``nullable`` beside their type.
_OF_3_0 = extend(jsonschema.Draft4Validator, {"type": _type, "enum": _enum})
