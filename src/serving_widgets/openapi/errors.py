"""What goes wrong before anything is sent: data that no request can carry, documents that cannot be read."""

from __future__ import annotations

from serving_widgets.api.errors import ServingError


class EncodingError(ServingError):
    """Data that JSON, or the service, has no form for; nothing was sent.

    `column` is the column's name, `row` the row's position counted from 0; None where the whole of it is meant.
    """

    def __init__(
        self, message: str, *, column: str | None = None, row: int | None = None, hint: str = "", code: str = ""
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.column = column
        self.row = row


class DocumentError(ServingError):
    """Something that is not an OpenAPI document at all, or one that is too large to be read."""


class FormatError(ServingError):
    """An endpoint takes no requests in the format that was asked for."""


class SchemaUnavailable(ServingError):  # noqa: N818 – a state of the endpoint, named as the others of its family
    """An endpoint has no schema, or none now; the message says why, the hint what to do."""
