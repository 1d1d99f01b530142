"""What the schema has against rows that the service refused: it names rows and columns, which the service does not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.workspace.queries.schema import read_schema
from serving_widgets.workspace.runtime.event_loop import elsewhere

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Problems that are told one by one; those that follow tend to be of the same sort.
MOST = 3


async def against_schema(
    workspace: Session, name: str, body: bytes, entity: str | None, start: int, labels: Sequence[Any]
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
    try:
        document = await read_schema(workspace, name)
        report = await elsewhere(document.validate, body, None, entity)
    except ServingError:
        return ""
    told = []
    for problem in report.errors[:MOST]:
        place = problem.where
        if problem.row is not None:
            position, label = start + problem.row, labels[problem.row]
            named = "" if label == position else f" (index {label})"
            place = ", ".join(part for part in (f"row {position:,}{named}", problem.column or "") if part)
        told.append(" ".join(filter(None, (f"{place}: {problem.message}", problem.fix))))
    more = report.total - len(told)
    if more > 0:
        told.append(f"And {more:,} more." if more > 1 else "And 1 more.")
    return f"By the schema, {' '.join(told)}" if told else ""
