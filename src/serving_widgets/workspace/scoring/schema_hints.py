"""What the schema has against rows that the service refused: it names rows and columns, which the service does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.openapi.report import told
from serving_widgets.workspace.queries.schema import schema_to_check
from serving_widgets.workspace.runtime.event_loop import elsewhere

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.session.session import Session


async def against_schema(
    workspace: Session, info: EndpointInfo, body: bytes, entity: str | None, start: int, labels: Sequence[Any]
) -> str:
    """Return what the endpoint's schema has against refused rows; "" where that is nothing, or there is no schema.

    Parameters
    ----------
    body
        The request that was refused.
    start
        The position of its first row in the table.
    labels
        The labels of its rows.
    """
    document = await schema_to_check(workspace, info)
    if document is None:
        return ""
    try:
        report = await elsewhere(document.validate, body, None, entity)
    except ServingError:
        return ""
    shifted = [replace(each, row=None if each.row is None else each.row + start) for each in report.errors]
    return told(shifted, report.total, lambda row: labels[row - start])
