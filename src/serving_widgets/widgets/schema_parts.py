"""The parts of a schema explorer's picture that are too large for its snapshot: a page asks for those it lacks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from serving_widgets.openapi.document import Document
from serving_widgets.openapi.model import Operation

from . import schema_picture
from .schema_editing import Editing
from .schema_sending import Sending


def parts(
    wanted: Collection[str],
    revs: Mapping[str, int],
    document: Document | None,
    operation: Operation | None,
    editing: Editing,
    sending: Sending,
) -> dict[str, Any]:
    """Return the parts that are wanted, with the revisions of all."""
    told: dict[str, Any] = {"revs": dict(revs)}
    if "document" in wanted:
        told["operations"] = schema_picture.operations(document)
    if "schema" in wanted:
        told["schema"] = schema_picture.operation(operation, editing.draft.format)
    if "draft" in wanted:
        told["draft"] = schema_picture.draft(editing.draft, editing.report, editing.notes)
    if "reply" in wanted:
        told["history"] = schema_picture.history(sending.history)
        if sending.shown is not None:
            told["reply"] = schema_picture.reply(sending.shown, beside=sending.beside)
    return told
