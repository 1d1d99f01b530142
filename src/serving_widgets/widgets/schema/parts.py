"""The parts of a schema explorer's picture that are too large for its snapshot: a page asks for those it lacks."""

from __future__ import annotations

from collections.abc import Collection

from serving_widgets.openapi.document import Document
from serving_widgets.openapi.model import Operation

from . import contract, snapshot
from .editing import Editing
from .sending import Sending


def parts(
    wanted: Collection[str],
    revs: contract.Revs,
    document: Document | None,
    operation: Operation | None,
    editing: Editing,
    sending: Sending,
) -> contract.Parts:
    """Return the parts that are wanted, with the revisions of all."""
    told: contract.Parts = {"revs": revs}
    if "document" in wanted:
        told["operations"] = snapshot.operations(document)
    if "schema" in wanted:
        told["schema"] = snapshot.operation(operation, editing.draft.format)
    if "draft" in wanted:
        told["draft"] = snapshot.draft(editing.draft, editing.report, editing.notes)
    if "reply" in wanted:
        told["history"] = snapshot.history(sending.history)
        if sending.shown is not None:
            told["reply"] = snapshot.reply(sending.shown, beside=sending.beside)
    return told
