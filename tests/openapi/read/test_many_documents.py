"""Documents of many kinds – odd, copied, made by a framework, very large – are read, and their samples are right."""

import json
import time
from typing import Annotated, Literal

import jsonschema
import pytest
from fastapi import FastAPI
from pydantic import BaseModel, Field

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.document import load
from serving_widgets.openapi.samples.sample import sample

#: Operations whose schema no value fits, and why. Their samples say so.
CONTRADICTORY = {
    ("spellings-3.1.json", "post", "/two-kinds-at-once"): "text and a whole number at once",
    ("schema-types-3.1.json", "put", "/anything/quirks/polymorphism"): "text and a whole number at once",
    ("schema-types-3.1.json", "patch", "/anything/quirks/polymorphism"): "an object and a whole number at once",
}


#: Operations whose alternatives all fit what fits one of them: only a discriminator, or nothing, tells them apart.
ALIKE = {
    ("discriminators-3.0.json", "patch", "/discriminator-with-mapping"),
    ("discriminators-3.0.json", "patch", "/discriminator-with-no-mapping"),
    ("discriminators-3.0.json", "patch", "/embedded-discriminator"),
    ("discriminators-3.0.json", "patch", "/oneof-allof-top-level-disc"),
    ("discriminators-3.0.json", "patch", "/mapping-with-duplicate-schemas"),
    ("discriminators-3.0.json", "patch", "/mapping-of-schema-names"),
    ("discriminators-3.0.json", "post", "/potentially-undefined-formData"),
}


def formats_of(document):
    for operation in document.operations():
        for made in operation.formats:
            yield operation, made


def right_by_jsonschema(body, schema):
    """Ask the library itself, without any code of ours between."""
    return jsonschema.Draft202012Validator(schema).is_valid(body)


def fits(body, made):
    return right_by_jsonschema(body, made.schema) and right_by_jsonschema(body, made.whole or True)


def test_every_document_is_read_and_each_sample_fits_its_schema_or_says_why_not(documents):
    count, wrong = 0, {}
    for name, text in documents.items():
        for operation, made in formats_of(load(text)):
            count += 1
            made_up = sample(made)
            if not fits(made_up.body, made):
                wrong.setdefault((name, operation.method, operation.path), []).extend(made_up.notes)
    assert count > 40
    assert wrong.keys() == {key for key in ALIKE | CONTRADICTORY.keys() if key[0] in documents}
    for key, notes in wrong.items():
        words = "No sample was found that fits exactly one alternative" if key in ALIKE else "No sample was found that"
        assert notes
        assert all(words in note for note in notes)


def test_what_a_check_says_of_samples_is_what_jsonschema_says(documents):
    for text in documents.values():
        for _, made in formats_of(load(text)):
            made_up = sample(made)
            body = made_up.body if isinstance(made_up.body, dict) else made_up.text
            report = validate(body, made)
            unclear = any(each.code == "oneOf" for each in report.warnings)
            assert (report.ok and not unclear) == fits(made_up.body, made)


class Point(BaseModel):
    kind: Literal["point"]
    x: Annotated[float, Field(ge=-1, lt=1)]
    label: str | None = None


class Circle(BaseModel):
    kind: Literal["circle"]
    centre: Point
    radius: Annotated[int, Field(gt=0, multiple_of=5)] = 10


class Tree(BaseModel):
    name: Annotated[str, Field(pattern=r"^[a-z]+-\d+$", examples=["node-1"])]
    children: list["Tree"] = []


class Everything(BaseModel):
    shape: Annotated[Point | Circle, Field(discriminator="kind")]
    either: Point | list[int] | str
    trees: dict[str, Tree]
    pair: tuple[int, str]
    codes: Annotated[list[str], Field(min_length=2, max_length=4)]
    level: Literal["low", "high"] = "low"


def fastapi_document():
    app = FastAPI(title="made", version="7")

    @app.post("/everything")
    def everything(body: Everything) -> Circle: ...

    @app.post("/tree")
    def tree(body: Tree): ...

    @app.put("/shapes")
    def shapes(body: list[Point | Circle]): ...

    @app.post("/invocations")
    def invocations(dataframe_split: dict, params: dict | None = None): ...

    @app.get("/nothing")
    def nothing(): ...

    return app.openapi()


def test_documents_of_fastapi_are_read_and_its_own_models_take_the_samples():
    document = load(json.dumps(fastapi_document()))
    models = {"/everything": Everything, "/tree": Tree}
    seen = []
    for operation, made in formats_of(document):
        made_up = sample(made)
        assert not made_up.notes
        assert right_by_jsonschema(made_up.body, made.schema)
        if operation.path in models:
            models[operation.path].model_validate(made_up.body)
        seen.append(operation.path)
    assert set(seen) == {"/everything", "/tree", "/shapes", "/invocations"}
    by_path = {operation.path: operation for operation in document.operations()}
    assert by_path["/nothing"].formats == ()
    assert by_path["/everything"].request.response["$defs"]["Circle"]["required"] == ["kind", "centre"]


def large_document(paths=180, megabytes=3):
    """Make a document with as many paths, each with schemas of its own and of others'."""
    schemas, items = {}, {}
    share = megabytes * 1_000_000 // paths // 92
    for place in range(paths):
        members = {
            f"member_{n}": {"type": "string", "description": f"What member {n} is for." * 2} for n in range(share)
        }
        members["next"] = {"$ref": f"#/components/schemas/Body{(place + 1) % paths if place % 10 else place}"}
        members["table"] = {"type": "array", "items": {"$ref": f"#/components/schemas/Body{place}"}}
        schemas[f"Body{place}"] = {"type": "object", "properties": members, "required": ["member_0"]}
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/Body{place}"}}}}
        items[f"/path/{place}"] = {"post": {"summary": f"Path {place}", "requestBody": body}}
    return json.dumps(
        {"openapi": "3.0.3", "info": {"title": "large"}, "paths": items, "components": {"schemas": schemas}}
    )


def test_a_large_document_is_listed_and_shown_quickly():
    text = large_document()
    assert len(text) > 2_800_000
    began = time.process_time()
    document = load(text)
    operations = document.operations()
    listed = time.process_time() - began
    assert len(operations) == 180
    slowest = 0.0
    for operation in operations[:20]:
        began = time.process_time()
        assert operation.formats[0].schema["properties"]["next"]
        slowest = max(slowest, time.process_time() - began)
    # The budgets are 1 s and 100 ms; other programs run beside the tests.
    assert listed < 2
    assert slowest < 0.3


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_text_that_came_through_other_hands_is_the_same_document(version):
    said = {"openapi": version, "info": {"title": "t"}, "paths": {"/a": {"post": {}}}}
    text = json.dumps(said)
    for form in (text, text.encode(), b"\xef\xbb\xbf" + text.encode(), "\ufeff" + text, text.encode("utf-16"), said):
        assert [operation.path for operation in load(form).operations()] == ["/a"]
