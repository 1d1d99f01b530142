"""Documents for signatures, in the service's dialect, read by the package."""

import json
from pathlib import Path

from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.endpoint import Config, Entity
from serving_widgets.mock.serving import openapi_document as dialect
from serving_widgets.openapi.document import Document, load

TESTS = Path(__file__).parents[1]
#: The example of the Databricks docs, *Manage model serving endpoints*.
SEED = TESTS / "mock" / "serving" / "data" / "example-endpoint.openapi.json"


def seed() -> Document:
    """Return the service's own example, read."""
    return load(SEED.read_bytes())


def document_for(signature, example=None, name="scored") -> Document:
    """Return the document that the service would give for a model with this signature."""
    model = Model(lambda rows: rows, signature=signature, example=example)
    entity = Entity({"entity_name": "main.a.m", "entity_version": "1", "name": "m-1"}, "ada@example.com", EPOCH)
    raw = dialect.of(
        name, Config(1, [entity], [("m-1", 100)], EPOCH), lambda _: model, "https://example.databricks.com"
    )
    return load(json.dumps(raw))
