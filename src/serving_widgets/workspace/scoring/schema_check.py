"""The rows of a scoring against the endpoint's schema, before any of them is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError
from serving_widgets.openapi.check.params import check_params
from serving_widgets.openapi.check.rows import Coercion, check_rows, declare
from serving_widgets.openapi.encode.params import plain_params
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.report import Report, ReportBuilder, told
from serving_widgets.workspace.queries.schema import SchemaDocument, read_schema, schema_to_check
from serving_widgets.workspace.runtime.event_loop import elsewhere

from .row_ledger import Fault, cut

if TYPE_CHECKING:
    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.openapi.encode.tables import RowSource
    from serving_widgets.openapi.model import InputFormat
    from serving_widgets.workspace.session.session import Session

#: Rows that are checked at a stretch: many, and few where those at fault are looked for.
CHECKED, CHECKED_BY_ROW = 10_000, 1_000
#: What to do about values that don't fit.
REMEDY = 'coerce=True converts such values and tells which; on_error="rows" leaves out their rows.'


class SchemaCheck:
    """What an endpoint declares, held against the rows that it is to be sent.

    An endpoint without a schema, or one that can't be read, takes what JSON can carry.

    Parameters
    ----------
    coerce
        Whether values that don't fit are converted where it is known what was meant.
    enabled
        Whether the schema is asked for at all.
    """

    def __init__(self, workspace: Session, rows: RowSource, *, coerce: bool, enabled: bool) -> None:
        self._workspace = workspace
        self._rows = rows
        self._coerce = coerce
        self._enabled = enabled or coerce
        self._document: SchemaDocument | None = None
        self._made: InputFormat | None = None

    async def prepare(self, info: EndpointInfo, entity: str | None, params: Mapping[str, Any] | None) -> dict[str, Any]:
        """Read what the endpoint declares, let the rows be written accordingly, and return the parameters as JSON.

        Raises
        ------
        EncodingError
            When a parameter can't be sent or is of another type than the model declares.
        """
        self._name, self._entity = info.name, entity
        if self._enabled:
            await self._use(await schema_to_check(self._workspace, info))
        known = self._made.params if self._made is not None else ()
        made = plain_params(params or {}, known)
        if self._made is not None and self._enabled:
            findings = ReportBuilder()
            check_params(made, known, findings, complete=False)
            if findings.errors:
                first = findings.errors[0]
                text = f"Parameter {first.column or ''}: {first.message} Nothing was sent."
                raise EncodingError(text, column=first.column, hint=first.fix, code=first.code)
        return made

    async def faults(self, missing: Sequence[tuple[int, int]], *, by_row: bool) -> dict[int, Fault]:
        """Return what is wrong with rows, by their number, where that is asked; nothing has been sent yet.

        Raises
        ------
        EncodingError
            When rows can't be sent, or not as the model declares them.
        """
        if not by_row:
            for start, stop in missing:
                for begin, end in cut(start, stop, CHECKED):
                    report = await self._report(begin, end)
                    if report is not None and not report.ok:
                        raise self._refusal(report)
            return {}
        found: dict[int, Fault] = {}
        for start, stop in missing:
            parts = cut(start, stop, CHECKED_BY_ROW)
            while parts:
                begin, end = parts.pop()
                try:
                    report = await self._report(begin, end)
                except EncodingError as error:
                    if error.row is None:
                        raise
                    found[error.row] = Fault.of(error, final=True)
                    parts += [*cut(begin, error.row, end), *cut(error.row + 1, end, end)]
                    continue
                for problem in report.errors if report is not None else ():
                    if problem.row is None:
                        raise self._refusal(report)  # type: ignore[arg-type]  # it is of a report
                    said = f"{problem.column}: {problem.message}" if problem.column else problem.message
                    found.setdefault(problem.row, Fault(problem.code, said, None, final=True))
        return found

    @property
    def changes(self) -> Mapping[tuple[int, str], tuple[Any, Any]]:
        """What was converted, by row and column: what was found, and what was sent."""
        change = getattr(self._rows, "change", None)
        return dict(sorted(change.changes.items())) if isinstance(change, Coercion) else {}

    async def _use(self, document: SchemaDocument | None) -> None:
        self._document, self._made = document, None
        if document is None:
            return
        try:
            formats = (await elsewhere(document.operation, self._entity)).formats
        except ServingError:
            return
        self._made = declare(self._rows, formats, coerce=self._coerce)

    async def _report(self, start: int, stop: int) -> Report | None:
        if self._made is None:
            await elsewhere(self._rows.check, start, stop)
            return None
        report = await elsewhere(check_rows, self._rows, self._made, start, stop)
        if report.ok:
            return report
        # Nothing is refused by a schema that is out of date.
        try:
            document = await read_schema(self._workspace, self._name)
        except ServingError:
            return report
        if document is self._document:
            return report
        await self._use(document)
        return await self._report(start, stop)

    def _refusal(self, report: Report) -> EncodingError:
        first = report.errors[0]
        words = told(report.errors, report.total, lambda row: self._rows.index[row])
        hint = REMEDY if first.row is not None else "check=False sends it all the same."
        return EncodingError(
            f"Nothing was sent. {words}", column=first.column, row=first.row, hint=hint, code=first.code
        )
