"""What a worker of an engine does with a part of a table; it travels there without a secret."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import ServingError, UnreadableReply
from serving_widgets.openapi.answers.answer_columns import AnswerColumn
from serving_widgets.openapi.encode.encode import rows_of
from serving_widgets.workspace.runtime.event_loop import run_sync
from serving_widgets.workspace.runtime.progress_bar import Unseen
from serving_widgets.workspace.scoring.batch_sender import Batches
from serving_widgets.workspace.scoring.gate_server import GateAddress
from serving_widgets.workspace.scoring.plan import Plan
from serving_widgets.workspace.scoring.row_ledger import Ledger
from serving_widgets.workspace.session.handle import Handle

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


@dataclasses.dataclass(frozen=True)
class PartScorer:
    """Scores parts of a table in whatever process it has come to.

    It connects with what is there – environment, configuration file, runtime – as every handle from another process
    does, and asks the process that planned the work for the turns of its requests.

    Attributes
    ----------
    format
        The request's data key; None for the usual one.
    columns
        The columns of the result: predictions, then what is told of rows that went wrong or were changed.
    join
        Whether they stand beside the columns of the part.
    """

    endpoint: Handle
    plan: Plan
    format: str | None
    gate: GateAddress
    columns: tuple[AnswerColumn, ...]
    join: bool

    def arrow_batches(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Score batches one after the other, as Spark hands them out."""
        import pyarrow as pa

        for batch in batches:
            scored = self.arrow_table(pa.Table.from_batches([batch]))
            yield from scored.combine_chunks().to_batches()

    def arrow_table(self, part: pa.Table) -> pa.Table:
        """Score a part that is a table of Arrow."""
        import pyarrow as pa

        values = self._values(part) if len(part) else [[] for _ in self.columns]
        made = part if self.join else part.select([])
        for column, cells in zip(self.columns, values, strict=True):
            try:
                made = made.append_column(column.name, pa.array(cells, arrow_type(column)))
            except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
                raise self._otherwise(f"{column.name}: {error}") from None
        return made

    def pandas_frame(self, part: pd.DataFrame | pd.Series[Any]) -> pd.DataFrame:
        """Score a part that is a table of pandas."""
        import pandas as pd

        values = self._values(part) if len(part) else [[] for _ in self.columns]
        series = {}
        for column, cells in zip(self.columns, values, strict=True):
            try:
                series[column.name] = pd.Series(cells, part.index, dtype=self._dtype(column))
            except (TypeError, ValueError) as error:
                raise self._otherwise(f"{column.name}: {error}") from None
        made = pd.DataFrame(series, part.index)
        return pd.concat([part, made], axis=1) if self.join else made

    def _values(self, part: Any) -> list[list[Any]]:
        """Score a part and return its columns' values."""
        rows = rows_of(part, self.format)
        ledger = Ledger(len(rows))
        name = self.endpoint.name
        batches = Batches(self.endpoint.workspace, name, rows, self.plan, ledger, Unseen(), self.gate.gate())
        try:
            run_sync(batches.send, twin="ep.aio.predict(…)")
        except ServingError as error:
            error.hint = " ".join(filter(None, (error.hint, batches.advice)))
            raise
        told: list[list[Any]] = []
        if self.plan.by_row:
            faults = ledger.faults()
            told.append([str(faults[row]) if row in faults else None for row in range(len(rows))])
        if self.plan.coerce:
            words: dict[int, list[str]] = {}
            for (row, column), (found, sent) in batches.changes.items():
                words.setdefault(row, []).append(f"{column}: {found!r} was sent as {sent!r}")
            told.append(["; ".join(words[row]) if row in words else None for row in range(len(rows))])
        answers = ledger.answers()
        try:
            return [*(each.values(answers) for each in self.columns[: len(self.columns) - len(told)]), *told]
        except (AttributeError, LookupError, TypeError) as error:
            raise self._otherwise(str(error)) from None

    def _dtype(self, column: AnswerColumn) -> Any:
        """Return what pandas holds a column as: that of :func:`.column_of`, where gaps can be, and where none can."""
        gaps = self.plan.by_row
        kinds = {float: "float64", int: "Int64" if gaps else "int64", bool: "boolean" if gaps else "bool"}
        return kinds.get(type(column.example), object)

    def _otherwise(self, what: str) -> UnreadableReply:
        return UnreadableReply(
            f"{self.endpoint.name} answered otherwise than its schema says. {what}",
            hint="ep.query(…) shows an answer as it is. The table was planned with the schema of that moment.",
        )


def arrow_type(column: AnswerColumn) -> pa.DataType:
    """Return what Arrow, and so Spark and Ray, hold a column as."""
    import pyarrow as pa

    return pa.string() if column.example is None else pa.infer_type([column.example])
