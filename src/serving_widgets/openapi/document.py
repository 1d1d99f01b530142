"""OpenAPI documents, read with patience: whatever can be understood is, and what was mended is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.read.input_formats import request_of
from serving_widgets.openapi.read.parse_text import parsed
from serving_widgets.openapi.read.refs import resolve
from serving_widgets.openapi.samples.sample import Sample, sample

from .errors import DocumentError, FormatError
from .model import InputFormat, Operation, PathItem, RequestSchema, SchemaNote
from .report import Report

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")


def load(source: str | bytes | Mapping[str, Any]) -> Document:
    """Return a document.

    It takes JSON, and YAML where PyYAML is installed; OpenAPI 3.0 and 3.1; with or without a byte order mark.

    Parameters
    ----------
    source
        The document's text, or what it says.

    Raises
    ------
    DocumentError
        When it is not an OpenAPI document at all, or larger than any that makes sense. Smaller faults are repaired,
        and named in ``notes``.

    Examples
    --------
    >>> load('{"openapi": "3.1.0", "info": {"title": "ads"}, "paths": {"/invocations": {"post": {}}}}')
    <Document 'ads': 1 operation>
    """
    raw = parsed(source) if isinstance(source, str | bytes) else source
    if not isinstance(raw, Mapping):
        raise DocumentError("This is not an OpenAPI document: it is not an object.")
    if not isinstance(raw.get("paths"), Mapping) and not isinstance(raw.get("openapi"), str):
        hint = "What it is of says its first member: openapi."
        if "swagger" in raw:
            hint = "Documents of Swagger 2.0 can be converted to OpenAPI 3 with converter tools."
        raise DocumentError("This is not an OpenAPI 3 document: it has neither openapi nor paths.", hint=hint)
    text = source.encode() if isinstance(source, str) else source if isinstance(source, bytes) else None
    return Document(raw, text)


class Document:
    """What an endpoint says can be asked of it.

    Attributes
    ----------
    raw : mapping
        The document as it came.
    """

    def __init__(self, raw: Mapping[str, Any], text: bytes | None = None) -> None:
        self.raw = raw
        self._text = text

    @property
    def title(self) -> str:
        """What the document is of: the endpoint's name."""
        return _text(self._info.get("title"))

    @property
    def version(self) -> str:
        """Its version: of the configuration, where it is a service's."""
        return _text(self._info.get("version"))

    @property
    def openapi(self) -> str:
        """The version of OpenAPI that it is written in."""
        return _text(self.raw.get("openapi"))

    @property
    def server(self) -> str:
        """The address that paths are relative to; "" where it names none."""
        servers = self.raw.get("servers")
        first = servers[0] if isinstance(servers, list) and servers else None
        return _text(first.get("url")) if isinstance(first, Mapping) else ""

    @property
    def text(self) -> bytes:
        """The document as it came, byte for byte where it came as text."""
        return self._text if self._text is not None else json.dumps(self.raw, indent=2, ensure_ascii=False).encode()

    @cached_property
    def paths(self) -> tuple[PathItem, ...]:
        """Every path, in the document's order; what is said of each is read when it is first looked at."""
        return tuple(PathItem(path, tuple(self._of(path, item))) for path, item in self._items())

    def operations(self) -> tuple[Operation, ...]:
        """Return every operation, in the document's order."""
        return tuple(operation for path in self.paths for operation in path.operations)

    @property
    def notes(self) -> tuple[SchemaNote, ...]:
        """What was read otherwise than it is written, in all operations: they are all read for it."""
        return (*self._own_notes(), *(note for operation in self.operations() for note in operation.notes))

    @property
    def entities(self) -> tuple[str, ...]:
        """The served entities that have a path of their own."""
        return tuple(dict.fromkeys(each.entity for each in self.operations() if each.entity))

    def operation(self, entity: str | None = None) -> Operation:
        """Return what is asked when an endpoint is queried: that of a served entity, else the first.

        Raises
        ------
        FormatError
            When there is none.
        """
        asked = [each for each in self.operations() if each.method == "post"]
        if entity is not None:
            for each in asked:
                if each.entity == entity:
                    return each
            known = ", ".join(self.entities) or "no served entity"
            raise FormatError(
                f"The schema of {self.title or 'the endpoint'} says nothing of {entity!r}.",
                hint=did_you_mean(entity, self.entities) or f"It is of {known}.",
                code="unknown_entity",
            )
        for each in sorted(asked, key=lambda one: one.path != "/invocations"):
            if each.formats:
                return each
        raise FormatError(
            f"The schema of {self.title or 'the endpoint'} says nothing of what it takes.",
            hint="Send the JSON that you know it takes: ep.query({…}).",
            code="no_formats",
        )

    def format(self, name: str | None = None, entity: str | None = None) -> InputFormat:
        """Return one way to write a request; the first where none is named.

        Raises
        ------
        FormatError
            When there is none of that name.
        """
        formats = self.operation(entity).formats
        for each in formats:
            if name in (None, each.key, each.name):
                return each
        known = [each.name for each in formats]
        raise FormatError(
            f"{self.title or 'The endpoint'} takes no {name!r}.",
            hint=did_you_mean(name or "", known) or f"It takes {', '.join(known)}.",
            code="unknown_format",
        )

    def sample(self, format: str | None = None, rows: int = 2, entity: str | None = None) -> Sample:
        """Return the body of a request as the endpoint takes it: see :func:`.sample.sample`."""
        return sample(self.format(format, entity), rows)

    def validate(self, payload: Any, format: str | None = None, entity: str | None = None) -> Report:
        """Check the body of a request: see :func:`.validate.validate`."""
        formats = self.operation(entity).formats if format is None else (self.format(format, entity),)
        return validate(payload, formats)

    def __repr__(self) -> str:
        count = sum(len(path.operations) for path in self.paths)
        named = f" {self.title!r}" if self.title else ""
        return f"<Document{named}: {count} operation{'' if count == 1 else 's'}>"

    @property
    def _info(self) -> Mapping[str, Any]:
        info = self.raw.get("info")
        return info if isinstance(info, Mapping) else {}

    def _items(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        paths = self.raw.get("paths")
        for path, item in paths.items() if isinstance(paths, Mapping) else ():
            if isinstance(item, Mapping):
                yield str(path), resolve(self.raw, item)

    def _of(self, path: str, item: Mapping[str, Any]) -> Iterator[Operation]:
        for method in METHODS:
            found = item.get(method)
            if not isinstance(found, Mapping):
                continue
            if "responses" not in found and "responses" in item:
                # Beside the method instead of in it.
                found = {**found, "responses": item["responses"]}
            yield Operation(
                path,
                method,
                _text(found.get("summary")) or _text(found.get("operationId")),
                _text(found.get("description")),
                found.get("deprecated") is True,
                partial(_read, self.raw, found, path),
            )

    def _own_notes(self) -> Iterator[SchemaNote]:
        if not self.openapi:
            yield SchemaNote("/openapi", "The document doesn't say which version of OpenAPI it is; read as 3.1.")
        if not isinstance(self.raw.get("paths"), Mapping):
            yield SchemaNote("/paths", "The document has no paths.")
        for path, item in self._items():
            if "responses" in item:
                yield SchemaNote(path, "responses stands beside the method; read as if it stood in it.")


def _read(raw: Mapping[str, Any], operation: Mapping[str, Any], path: str) -> RequestSchema:
    return request_of(raw, operation, path)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
