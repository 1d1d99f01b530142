"""Requests against what their endpoint takes, before they are sent: the rule of ``ep.validate``."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import PermissionDenied, ServingError
from serving_widgets.openapi.check.prepare import PreparedRequest, prepare, prepare_unchecked
from serving_widgets.openapi.errors import EncodingError, FormatError
from serving_widgets.openapi.report import Report, told
from serving_widgets.openapi.samples.sample import Sample
from serving_widgets.workspace.runtime.event_loop import elsewhere

from .schema import SchemaDocument, read_schema, schema_to_check

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Seconds after which a request is sent without a check, because the schema didn't come.
LOOKUP = 10.0
#: What to do about values that don't fit, and about all else.
REMEDY = "coerce=True converts such values and tells which; check=False sends it as it is."
ALL_THE_SAME = "check=False sends it all the same."


async def prepare_query(
    workspace: Session, name: str, payload: Any, *, entity: str | None, format: str | None, coerce: bool, check: bool
) -> PreparedRequest:
    """Return a request as it is sent; runs on the loop thread.

    Raises
    ------
    EncodingError
        When it can't be sent, or the endpoint takes something else.
    FormatError
        When the endpoint takes no such format.
    """
    if isinstance(payload, Sample):
        payload = payload.body
    document = await _schema(workspace, name) if check or coerce else None
    while document is not None:
        prepared = await elsewhere(_prepared, document, payload, entity, format, coerce)
        if prepared is None:
            break
        if prepared.report is None or prepared.report.ok:
            return prepared
        newer = await _newer(workspace, name, document)
        if newer is None:
            raise _refusal(prepared.report, _labels(payload))
        document = newer
    return await elsewhere(prepare_unchecked, payload, format)


async def _schema(workspace: Session, name: str) -> SchemaDocument | None:
    seen = workspace.watcher.store.get(name)
    info = seen.info if seen is not None and seen.info.detailed and not seen.deleted else None
    try:
        async with asyncio.timeout(LOOKUP):
            return await schema_to_check(workspace, info or await workspace.watcher.look(name))
    except PermissionDenied:
        # Who may query need not be allowed to look.
        return await schema_to_check(workspace, EndpointInfo.read({"name": name}))
    except (ServingError, TimeoutError):
        return None  # the request itself tells what is wrong


async def _newer(workspace: Session, name: str, document: SchemaDocument) -> SchemaDocument | None:
    """Return the schema where it is another one by now: nothing is refused by one that is out of date."""
    if document.task:
        return None
    try:
        found = await read_schema(workspace, name)
    except ServingError:
        return None
    return found if found is not document else None


def _prepared(
    document: SchemaDocument, payload: Any, entity: str | None, format: str | None, coerce: bool
) -> PreparedRequest | None:
    try:
        known = document.operation(entity).formats
    except FormatError:
        return None
    return prepare(payload, known if format is None else (document.format(format, entity),), coerce=coerce)


def _labels(payload: Any) -> Sequence[Any]:
    index = getattr(payload, "index", None)
    return index if index is not None and hasattr(payload, "iloc") else ()


def _refusal(report: Report, labels: Sequence[Any]) -> EncodingError:
    first = report.errors[0]
    words = told(report.errors, report.total, lambda row: labels[row] if len(labels) else row)
    return EncodingError(f"Nothing was sent. {words}", column=first.column, row=first.row, hint=REMEDY, code=first.code)
