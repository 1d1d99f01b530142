"""Which operation of a document is open, which can be sent, and documents that are of no endpoint."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.openapi.document import Document
from serving_widgets.openapi.errors import FormatError
from serving_widgets.openapi.loaded_schema import LoadedSchema, load_schema
from serving_widgets.openapi.model import InputFormat, Operation
from serving_widgets.openapi.snippets.any_service import LANGUAGES, write
from serving_widgets.workspace import Endpoint

from .contract import SnippetPicture

#: Why nothing is sent for a document that is of no endpoint.
ONLY_SHOWN = "The document is only shown here: nothing is sent."


def given_document(document: Any, endpoint: str | Endpoint | None, send: bool) -> tuple[Document, str | Endpoint]:
    """Return a document that was given to be shown, and what to call what it is of.

    Raises
    ------
    ConfigError
        When requests are to be sent, and no endpoint is given.
    DocumentError
        When it is not an OpenAPI document.
    """
    if endpoint is None and send:
        raise ConfigError("The document is of no endpoint, so nothing can be sent.", hint="Add send=False.")
    schema = document if isinstance(document, LoadedSchema) else None
    found = document if isinstance(document, Document) else (schema or load_schema(document)).document
    return found, endpoint if endpoint is not None else found.title or "document"


def is_query(operation: Operation, name: str) -> bool:
    """Whether an operation is a query of an endpoint."""
    paths = ("/invocations", f"/serving-endpoints/{name}/invocations")
    return operation.method == "post" and (bool(operation.entity) or operation.path in paths)


def opened(document: Document, entity: str | None, at: tuple[str, str]) -> tuple[Operation, tuple[InputFormat, ...]]:
    """Return the operation that was open, where it is still there, else the one that is asked when nothing is said."""
    known = next((each for each in document.operations() if (each.path, each.method) == at), None)
    try:
        operation = known or document.operation(entity)
    except FormatError:
        if entity is not None or not document.operations():
            raise
        operation = document.operations()[0]
    return operation, operation.formats


def snippets_of(document: Document, operation: Operation, body: Any) -> list[SnippetPicture]:
    """Return a request to any service as code."""
    return [
        {"target": name, "code": write(name, operation.method, operation.path, body, document.server), "files": []}
        for name in LANGUAGES
    ]
