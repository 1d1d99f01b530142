"""A request's body with the places in the line, cell or file where its parts stand."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

from serving_widgets.line import LineError

if TYPE_CHECKING:
    from serving_widgets.openapi.report import Problem


@dataclasses.dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of a request.

    Attributes
    ----------
    body
        What it says.
    text
        JSON as it was written, which is sent as it stands; None where the body was made of something else.
    line, start
        The text that it is a part of, and where in it; for the place of a fault.
    outline
        JSON of the same places as what was written; "" where that was no JSON.
    row_starts
        Where each row begins in ``line``, where CSV was written.
    rows
        The table that it was made of; None where there was none.
    notes
        What was changed on the way, in sentences.
    """

    body: Any
    text: str | None = None
    line: str = ""
    start: int = 0
    outline: str = ""
    row_starts: tuple[int, ...] = ()
    rows: Any = None
    notes: tuple[str, ...] = ()

    def to_check(self) -> Any:
        """Return what a check reads: the text where there is one, which may say what JSON's values don't."""
        return self.text if self.text is not None else self.body

    def to_send(self) -> bytes:
        """Return the body as bytes."""
        from serving_widgets.openapi.encode.encode import dumps

        if self.text is not None and _is_unicode(self.text):
            return self.text.encode()
        try:
            return dumps(self.body)
        except UnicodeEncodeError:  # half a surrogate pair has no form in UTF-8, yet an escape in JSON
            return json.dumps(self.body).encode()

    def fault(self, problem: Problem, message: str) -> LineError | None:
        """Return a problem of the request as a fault at its place; None where that is nowhere in what was written."""
        from serving_widgets.openapi.check.json_positions import place_of

        at = self.start
        if self.outline:
            at += place_of(self.outline, problem.path)
        elif problem.row is not None and problem.row < len(self.row_starts):
            at = self.row_starts[problem.row]
        return LineError(message, self.line, at) if self.line else None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
