"""What the schema has against rows that the service refused: it names rows and columns, which the service does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.openapi.report import Problem
from serving_widgets.workspace.queries.schema import schema_to_check
from serving_widgets.workspace.runtime.event_loop import elsewhere

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.workspace.session.session import Session

#: Problems that are told one by one; those that follow tend to be of the same sort.
MOST = 3


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


def told(problems: Sequence[Problem], total: int, label: Callable[[int], Any]) -> str:
    """Return problems of rows as a sentence for each of the first; "" where there are none.

    Parameters
    ----------
    total
        How many problems there are in all.
    label
        Returns the label of a row.
    """
    words = []
    for problem in problems[:MOST]:
        place = problem.where
        if problem.row is not None:
            named = "" if label(problem.row) == problem.row else f" (index {label(problem.row)})"
            place = ", ".join(part for part in (f"row {problem.row:,}{named}", problem.column or "") if part)
        words.append(" ".join(filter(None, (f"{place}: {problem.message}", problem.fix))))
    more = total - len(words)
    if more > 0:
        words.append(f"And {more:,} more." if more > 1 else "And 1 more.")
    return f"By the schema, {' '.join(words)}" if words else ""
