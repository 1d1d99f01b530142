"""Any OpenAPI document, of whatever service: its operations, samples, checks and snippets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from .check.validate import validate
from .document import Document, load
from .errors import DocumentError, FormatError
from .model import InputFormat, Operation, SchemaNote
from .report import Report
from .samples.sample import Sample, sample
from .snippets.any_service import write

Which = Operation | str | int


def load_schema(source: str | bytes | Mapping[str, Any] | PathLike[str]) -> LoadedSchema:
    """Read the OpenAPI document of any service: FastAPI, vLLM, MLServer, a saved file.

    Parameters
    ----------
    source : str, bytes, dict or path
        The document as JSON or YAML text, as a dictionary, or the path of a file.

    Raises
    ------
    DocumentError
        When it is not an OpenAPI 3 document, or there is no such file.

    Examples
    --------
    >>> schema = load_schema({"openapi": "3.1.0", "paths": {"/items": {"post": {}}}})
    >>> [(each.method, each.path) for each in schema.operations]
    [('post', '/items')]
    """
    if isinstance(source, PathLike):
        return LoadedSchema(load(_file(Path(source))))
    if isinstance(source, str) and _is_path(source):
        return LoadedSchema(load(_file(Path(source))))
    return LoadedSchema(load(source))


class LoadedSchema:
    """An OpenAPI document: what can be asked of a service, and how.

    Wherever an operation is wanted, one of :attr:`operations` will do, its number there, its path, or its method and
    path as in ``"POST /items"``.

    Attributes
    ----------
    document : Document
        The document, for all that is not told here.
    """

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def title(self) -> str:
        """What the document is of."""
        return self.document.title

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Everything that can be asked, in the document's order: each has a ``method`` and a ``path``."""
        return self.document.operations()

    @property
    def notes(self) -> tuple[SchemaNote, ...]:
        """What was read otherwise than it is written."""
        return self.document.notes

    def sample(self, operation: Which = 0, format: str | None = None, rows: int = 2) -> Sample:
        """Return a request that an operation takes: ``body`` is what to send, ``notes`` what to know of it.

        Raises
        ------
        FormatError
            When there is no such operation or format, or it takes no JSON.
        """
        return sample(self._format(operation, format), rows)

    def validate(self, body: Any, operation: Which = 0) -> Report:
        """Check a body: a value as JSON has it, or its text as bytes.

        Raises
        ------
        FormatError
            When there is no such operation.
        """
        found = self._operation(operation)
        self._format(found, None)
        plain = all(made.kind in ("json", "tensor_v2") for made in found.formats)
        # A text is JSON where an object is wanted, and itself where a text is.
        payload = json.dumps(body) if plain and isinstance(body, str) and not _is_json(body) else body
        return validate(payload, found.formats)

    def snippet(self, operation: Which = 0, language: str = "curl", body: Any = None) -> str:
        """Return code that sends a request to an operation: a sample, unless a body is given.

        Parameters
        ----------
        language
            ``"curl"``, ``"httpx"`` or ``"requests"``.

        Raises
        ------
        FormatError
            When there is no such operation or language.
        """
        found = self._operation(operation)
        if body is None and found.formats:
            body = self.sample(found).body
        return write(language, found.method, found.path, body, self.document.server)

    def __repr__(self) -> str:
        return repr(self.document).replace("Document", "LoadedSchema", 1)

    def _operation(self, which: Which) -> Operation:
        known = self.operations
        if isinstance(which, Operation):
            return which
        if isinstance(which, int):
            if -len(known) <= which < len(known):
                return known[which]
            raise FormatError(f"There is no operation {which}.", hint=f"There are {len(known)}, counted from 0.")
        for each in known:
            if which in (each.path, f"{each.method.upper()} {each.path}", f"{each.method} {each.path}", each.summary):
                return each
        names = ", ".join(f"{each.method.upper()} {each.path}" for each in known[:8]) or "none"
        raise FormatError(f"There is no operation {which!r}.", hint=f"There are: {names}.", code="unknown_operation")

    def _format(self, operation: Which, name: str | None) -> InputFormat:
        found = self._operation(operation)
        for made in found.formats:
            if name in (None, made.key, made.name):
                return made
        if found.formats:
            takes = ", ".join(made.name for made in found.formats)
            raise FormatError(f"{found.path} takes no {name!r}.", hint=f"It takes {takes}.", code="unknown_format")
        raise FormatError(f"{found.method.upper()} {found.path} takes no JSON.", code="no_formats")


def _is_path(text: str) -> bool:
    """Whether a text is the name of a file rather than a document, which begins with a brace or has several lines."""
    return bool(text.strip()) and "\n" not in text.strip() and not text.lstrip("\ufeff \t").startswith(("{", "["))


def _file(path: Path) -> bytes:
    try:
        return path.expanduser().read_bytes()
    except OSError as error:
        raise DocumentError(f"{path} can't be read: {error.strerror or error}.", code="no_file") from None


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
