"""Typed clients made of schemas: imported and run, for every document there is."""

import importlib.util
import json
import sys

import httpx
import pytest
from documents import seed

from serving_widgets.openapi.document import load
from serving_widgets.openapi.python_client import python_client
from serving_widgets.openapi.samples.sample import sample


@pytest.fixture
def imported(tmp_path):
    """Import a source as a program of a user's would, from a file."""
    names = []

    def load_source(source):
        name = f"made_client_{len(names)}"
        path = tmp_path / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        spec = importlib.util.spec_from_file_location(name, path)
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        names.append(name)
        spec.loader.exec_module(module)
        return module

    yield load_source
    for name in names:
        del sys.modules[name]


def rows_of(body, made):
    """Return the rows of a body with a table as objects."""
    if made.kind == "records":
        return body[made.key]
    names = {str(each): each for each in body[made.key]["columns"]}
    return [dict(zip(names, row, strict=True)) for row in body[made.key]["data"]]


def test_every_document_gives_a_client_that_writes_its_samples(documents, imported):
    count = 0
    for name, text in {**documents, "seed": seed().text}.items():
        for operation in load(text).operations():
            for made in operation.formats:
                body = json.loads(json.dumps(sample(made).body))
                module = imported(python_client(operation, made, name=name, path=operation.path))
                where = f"{name} {operation.method} {operation.path} {made.name}"
                count += 1
                if hasattr(module, "Row"):
                    rows = [module.Row.model_validate(each) for each in rows_of(body, made)]
                    params = [module.Params.model_validate(body["params"])] if "params" in body else []
                    assert module.body(rows, *params) == body, where
                else:
                    assert module.body(module.Request.model_validate(body)) == body, where
    assert count > 40


@pytest.mark.parametrize("host", ["https://adb-1.azuredatabricks.net/", "adb-1.azuredatabricks.net"])
def test_the_function_sends_what_the_models_say(imported, monkeypatch, host):
    operation = seed().operation()
    made = next(each for each in operation.formats if each.kind == "records")
    module = imported(python_client(operation, made, name="example-endpoint", path="/serving-endpoints/x/invocations"))
    sent = []

    def request(method, address, **more):
        sent.append((method, address, more))
        return httpx.Response(200, json={"predictions": [1]}, request=httpx.Request(method, address))

    monkeypatch.setattr(httpx, "request", request)
    rows = [module.Row.model_validate(each) for each in sample(made).body[made.key]]
    assert module.query(rows, host=host, token="t") == {"predictions": [1]}
    [(method, address, more)] = sent
    assert (method, address) == ("POST", "https://adb-1.azuredatabricks.net/serving-endpoints/x/invocations")
    assert more["headers"] == {"Authorization": "Bearer t"}
    assert more["json"] == {"dataframe_records": sample(made).body[made.key]}


def test_a_value_of_another_type_is_refused_before_anything_is_sent(imported):
    operation = load(
        {
            "openapi": "3.1.0",
            "paths": {
                "/items": {
                    "post": {
                        "requestBody": {
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {
                                            "class": {"enum": ["a", "b"]},
                                            "int": {"type": "integer"},
                                            "child": {"$ref": "#/components/schemas/Node"},
                                        },
                                        "required": ["int"],
                                        "additionalProperties": False,
                                    }
                                }
                            }
                        }
                    }
                }
            },
            "components": {
                "schemas": {
                    "Node": {
                        "type": "object",
                        "properties": {"next": {"$ref": "#/components/schemas/Node"}, "json": {"type": "string"}},
                    }
                }
            },
        }
    ).operations()[0]
    module = imported(python_client(operation, operation.formats[0], name="items", path="/items"))
    body = {"int": 1, "class": "a", "child": {"next": {"json": "x"}}}
    assert module.body(module.Request.model_validate(body)) == body
    for wrong in ({}, {"int": "1"}, {"int": 1, "class": "c"}, {"int": 1, "more": 1}, {"int": 1, "child": {"json": 5}}):
        with pytest.raises(ValueError, match="validation error"):
            module.Request.model_validate(wrong)
