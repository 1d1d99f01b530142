"""Reading a request's body: JSON, CSV or text for a language model, in a line, a cell, a file or a variable."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.line import LineError, Token
from serving_widgets.magic.syntax.grammar import BadValueError, ValueType
from serving_widgets.magic.syntax.value_types import parse_json, read_file
from serving_widgets.magic.syntax.variables import RawToken, fill_in, is_variable, look_up, outline

from .request_body import RequestBody

if TYPE_CHECKING:
    from serving_widgets.openapi.document import Document
    from serving_widgets.openapi.model import InputFormat


class BodyReader:
    """Reads a request's body.

    Parameters
    ----------
    document
        Returns what the endpoint takes, None where that is unknown; called only where the meaning depends on it.
    format
        The format to write tables in; None for the first that the endpoint takes.
    entity
        The served entity that is asked.
    """

    def __init__(self, document: Callable[[], Document | None], format: str | None, entity: str | None) -> None:
        self._document, self._format, self._entity = document, format, entity

    def cell(self, body: str, names: Mapping[str, Any]) -> RequestBody:
        """Read the body of a cell."""
        said = body.strip()
        if is_variable(said):
            start = body.index(said)
            return self._variable(RawToken(Token(said, start, start + len(said)), body, names))
        return self._text(body, names, body, 0)

    def written(self, written: RawToken) -> RequestBody:
        """Read a value of a line.

        Raises
        ------
        LineError, BadValueError
            When it is nothing that can be sent.
        """
        token = written.token
        if token.is_variable:
            return self._variable(written)
        if token.is_json:
            return self._text(token.text, written.names, written.line, token.start)
        if token.text.startswith("@"):
            text = read_file(token.text[1:])
            return self._text(text, None, text, 0)
        return self._text(token.text, None, token.text, 0)

    def _variable(self, written: RawToken) -> RequestBody:
        token, line = written.token, written.line
        value = look_up(written)
        if isinstance(value, bytes | bytearray):
            value = bytes(value).decode("utf-8", "replace")
        if isinstance(value, str):
            return self._text(value, None, value, 0)
        try:
            made = self._value(value)
        except BadValueError as error:
            raise LineError(f"{token.text}: {error}", line, token.start) from None
        return dataclasses.replace(made, line=line, start=token.start)

    def _value(self, value: Any) -> RequestBody:
        from serving_widgets.openapi.encode.body_values import is_data, is_records
        from serving_widgets.openapi.errors import EncodingError
        from serving_widgets.openapi.samples.sample import Sample

        if isinstance(value, Sample):
            return RequestBody(value.body)
        if not is_data(value) and not (is_records(value) and self._takes_tables()):
            return RequestBody(as_json(value))
        from serving_widgets.openapi.encode.encode import to_payload

        made = self._table_format(value)
        try:
            payload = to_payload(value, made.key if made else self._format, made.by_name if made else None)
        except EncodingError as error:
            raise BadValueError(error.message, error.hint) from None
        return RequestBody(payload, rows=value, notes=payload.notes)

    def _text(self, text: str, names: Mapping[str, Any] | None, line: str, start: int) -> RequestBody:
        said = text.strip()
        if not said.startswith(("{", "[")):
            key = self._language_key()
            if key is not None:
                return RequestBody(_asked(key, said))
            if len(said.splitlines()) > 1 and not _is_json(text):
                from .csv_rows import read_csv

                return read_csv(text, self._table_format(None), line, start)
        shape = text if names is None else outline(text)
        if shape != text:
            body = fill_in(text, names or {}, within=line, start=start, encode=as_json)
            return RequestBody(body, line=line, start=start, outline=shape)
        try:
            return RequestBody(parse_json(text), text, line, start, text)
        except LineError as error:
            raise LineError(error.message, line, start + error.column) from None

    # What the endpoint takes ------------------------------------------------------------------------------------------

    def _formats(self) -> tuple[InputFormat, ...]:
        document = self._document()
        if document is None:
            return ()
        if self._format is not None:
            return (document.format(self._format, self._entity),)
        return document.operation(self._entity).formats

    def _takes_tables(self) -> bool:
        formats = self._formats()
        return not formats or any(made.is_table or made.kind in ("split", "records") for made in formats)

    def _table_format(self, value: Any) -> InputFormat | None:
        """Return the format to write a table in, or an array; None where that is unknown."""
        array = type(value).__module__.partition(".")[0] == "numpy" and not value.dtype.names
        kinds = ("inputs", "instances") if array else ("split", "records", "inputs", "instances")
        return next((made for kind in kinds for made in self._formats() if made.kind == kind), None)

    def _language_key(self) -> str | None:
        from serving_widgets.openapi.model import LANGUAGE

        return next((made.key for made in self._formats()[:1] if made.kind in LANGUAGE), None)


def as_json(value: Any, member: str = "") -> Any:
    """Return a value of any kind as JSON has it: see :func:`.plain_body`.

    Raises
    ------
    BadValueError
        When JSON has no form for it.
    """
    from serving_widgets.openapi.encode.body_values import plain_body
    from serving_widgets.openapi.errors import EncodingError

    try:
        return plain_body(value, member)
    except EncodingError as error:
        raise BadValueError(error.message, error.hint) from None


def _asked(key: str, text: str) -> dict[str, Any]:
    return {key: [{"role": "user", "content": text}] if key == "messages" else text}


def _is_json(text: str) -> bool:
    try:
        parse_json(text)
    except LineError:
        return False
    return True


def _raw(value: Any) -> RawToken:
    if not isinstance(value, RawToken):
        raise BadValueError(f"{value!r} can't be written on a line.")
    if not value.token.text.strip():
        raise BadValueError("It is empty.", 'Write JSON, @file or $variable: {"inputs": [1.0]}')
    return value


#: What a request says, read when it is known what the endpoint takes.
PAYLOAD = ValueType("PAYLOAD", _raw, raw=True)
