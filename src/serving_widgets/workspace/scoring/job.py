"""Scoring tables: cut into requests that the service takes, sent side by side, put together in order, resumable."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict, cast

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.openapi.answers.answer_frame import joined, table_of
from serving_widgets.openapi.check.prepare import ValueChange
from serving_widgets.openapi.encode.encode import rows_of
from serving_widgets.openapi.encode.other_frames import as_pandas, is_other_table, like
from serving_widgets.openapi.report import MOST_SHOWN
from serving_widgets.workspace.queries.query_result import coercion_note
from serving_widgets.workspace.runtime.event_loop import hop, run_sync
from serving_widgets.workspace.runtime.progress_bar import Progress, Unseen, progress

from .batch_sender import Batches
from .concurrency import CONCURRENCY
from .plan import OnError, Plan
from .row_ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.workspace.session.handle import Handle
    from serving_widgets.workspace.session.session import Session


class How(TypedDict, total=False):
    """The parameters of ``ep.predict`` that are given by name."""

    on_error: OnError
    params: Mapping[str, Any] | None
    join: bool
    concurrency: int
    batch_rows: int | None
    format: str | None
    coerce: bool
    check: bool
    resume: Scoring | ServingError | bool | None


class Unfinished(dict[str, "Scoring"]):
    """The last scoring of each endpoint that ended early, by the endpoint's name."""


def unfinished(workspace: Session) -> Unfinished:
    """Return the scorings that ended early; ``resume=True`` goes on with them."""
    return workspace.attachments.of(Unfinished)


class ScoringFailed(ServingError):  # noqa: N818 – like the names beside it, it says what happened
    """A scoring ended before its end; what was done is kept.

    Attributes
    ----------
    job : Scoring or None
        What is known so far. ``job.run()`` or ``ep.predict(df, resume=error)`` sends what is missing. None in another
        process than the one where it was raised.
    done, total : int
        Rows dealt with, and all rows.
    cause : ServingError or None
        What went wrong.
    """

    def __init__(
        self,
        message: str,
        *,
        job: Scoring | None = None,
        done: int = 0,
        total: int = 0,
        cause: ServingError | None = None,
        hint: str = "",
        code: str = "",
    ) -> None:
        super().__init__(message, hint=hint, code=code)
        self.job = job
        self.done = done
        self.total = total
        self.cause = cause

    def __reduce__(self) -> tuple[Any, ...]:
        # Rows and predictions stay where they are: an error is no way to send a table.
        make, (cls, args, attributes) = super().__reduce__()
        return make, (cls, args, {**attributes, "job": None})


class ScoringAio:
    """The awaitable twins of a scoring's calls."""

    def __init__(self, job: Scoring) -> None:
        self._job = job

    async def run(self) -> pd.DataFrame:
        """See :meth:`Scoring.run`. No progress is shown."""
        await hop(lambda: self._job._run(Unseen()))
        return self._job.result()


class Scoring:
    """Predictions for all rows of a table; made by ``ep.scoring(…)``, which has its parameters.

    Running it again sends what is missing, and rows that have changed since.

    Examples
    --------
    >>> df = pd.DataFrame({"impressions": [3, 4], "position": 2, "bid": 0.5})
    >>> job = ws.endpoints.get("unity-model-endpoint").scoring(df, on_error="rows")
    >>> predictions = job.run()
    >>> job.failed
    Empty DataFrame
    Columns: [row, code, status, message]
    Index: []
    """

    def __init__(
        self,
        endpoint: Handle,
        data: Any,
        entity: str | None = None,
        timeout: float | None = None,
        *,
        on_error: OnError = "raise",
        params: Mapping[str, Any] | None = None,
        join: bool = False,
        concurrency: int = CONCURRENCY,
        batch_rows: int | None = None,
        format: str | None = None,
        coerce: bool = False,
        check: bool = True,
        resume: Scoring | ServingError | bool | None = None,
    ) -> None:
        self._plan = Plan(entity, timeout, on_error, params, concurrency, batch_rows, coerce, check)
        self.endpoint = endpoint
        self._workspace = endpoint.workspace
        self._given = data
        self._table = _table_to_join(data) if join else None
        self._rows = rows_of(data, format)
        self._changes: Mapping[tuple[int, str], tuple[Any, Any]] = {}
        self._ledger = self._adopted(resume)
        self._idle = threading.Event()
        self._idle.set()

    @property
    def aio(self) -> ScoringAio:
        """The awaitable twins."""
        return ScoringAio(self)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._ledger.total

    @property
    def done(self) -> int:
        """How many rows need not be sent any more: they have their prediction, or were refused for good."""
        return self._ledger.done

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed in the data on the way, in sentences."""
        return tuple(self._rows.notes)

    @property
    def failed(self) -> pd.DataFrame:
        """The rows that have no prediction because something went wrong with them: position, code, status, message."""
        import pandas as pd

        faults = self._ledger.faults()
        return pd.DataFrame(
            {
                "row": pd.Series(list(faults), dtype="int64"),
                "code": [fault.code for fault in faults.values()],
                "status": pd.Series([fault.status for fault in faults.values()], dtype="Int64"),
                "message": [fault.message for fault in faults.values()],
            }
        ).set_axis(self._rows.index.take(list(faults)), axis=0)

    @property
    def coerced(self) -> pd.DataFrame:
        """The values that ``coerce=True`` has converted: row (position), column, value, and sent, what was sent."""
        import pandas as pd

        told = [(row, column, *values) for (row, column), values in self._changes.items()]
        return pd.DataFrame(told, columns=["row", "column", "value", "sent"], dtype=object)

    def run(self) -> pd.DataFrame:
        """Send what is missing and return all predictions.

        Raises
        ------
        ScoringFailed
            When something went wrong after rows were done; they are kept.
        ServingError
            When nothing was done: the service's own error.

        Examples
        --------
        >>> rows = pd.DataFrame({"tenure_months": [3], "monthly_charge": [20.0], "contract": ["monthly"]})
        >>> len(ep.scoring(rows).run())
        1
        """
        with progress(f"Scoring {self.endpoint.name}", self.total) as bar:
            try:
                run_sync(lambda: self._run(bar), twin="ep.aio.predict(…)", meanwhile=bar.draw)
            except KeyboardInterrupt as interrupt:
                # The loop thread hears of it a moment later, and what it still enters until then is done, too.
                self._idle.wait(timeout=1.0)
                interrupt.add_note(f"{self._so_far()} ep.predict(df, resume=True) sends the rest.")
                raise
        changes = [ValueChange(row, column, *values) for (row, column), values in self._changes.items()]
        for note in (*self.notes, *([coercion_note(changes)] if changes else ())):
            warnings.warn(note, stacklevel=3)  # at whoever called ep.predict
        return self.result()

    def result(self) -> pd.DataFrame:
        """Return the predictions as far as they are known, with the index of the data; elsewhere values are missing.

        They are a table of the library that the data are of: pandas, polars, Arrow.

        Examples
        --------
        >>> rows = pd.DataFrame({"tenure_months": [3], "monthly_charge": [20.0], "contract": ["monthly"]})
        >>> job = ep.scoring(rows)
        >>> bool(job.result().isna().to_numpy().all())
        True
        """
        return cast("pd.DataFrame", like(self._given, self._result()))

    def _result(self) -> pd.DataFrame:
        import pandas as pd

        frame, _ = table_of(self._ledger.answers())
        frame = frame.set_axis(self._rows.index, axis=0)
        if self._plan.by_row:
            faults = self._ledger.faults()
            told = [str(faults[row]) if row in faults else None for row in range(self.total)]
            name = "error"
            while name in frame.columns:
                name += "_"
            frame[name] = pd.Series(told, index=frame.index, dtype=object)
        result = frame if self._table is None else joined(self._table, frame)
        if self._changes:
            result.attrs["coerced"] = self.coerced.iloc[:MOST_SHOWN].to_dict("records")
        return result

    def __repr__(self) -> str:
        return f"<Scoring of {self.endpoint.name!r}: {self.done:,} of {self.total:,} rows>"

    def _adopted(self, resume: Scoring | ServingError | bool | None) -> Ledger:
        previous: Any = resume
        if resume is True:
            previous = unfinished(self._workspace).get(self.endpoint.name)
        elif isinstance(resume, ServingError):
            previous = getattr(resume, "job", None)
        if not isinstance(previous, Scoring):
            if previous is not None and previous is not False:
                raise ConfigError(
                    f"resume= takes a scoring, its error or True, not {type(resume).__name__}.",
                    hint="For example ep.predict(df, resume=True).",
                )
            return Ledger(len(self._rows))
        ledger = previous._ledger
        if ledger.total == len(self._rows):
            return ledger.copy()
        if resume is True:
            # Another table: what is left of the last one is of no use for it.
            return Ledger(len(self._rows))
        raise ConfigError(
            f"There were {ledger.total:,} rows, and now there are {len(self._rows):,}: that is another table.",
            hint="Resume with the table that was being scored, or leave resume= out.",
        )

    def _so_far(self) -> str:
        return f"{self.done:,} of {self.total:,} rows are done."

    async def _run(self, bar: Progress) -> None:
        if not self._idle.is_set():
            raise ConfigError("This scoring is running already.", hint="Wait for it, or begin another one.")
        self._idle.clear()
        name = self.endpoint.name
        unfinished(self._workspace)[name] = self
        batches = Batches(self._workspace, name, self._rows, self._plan, self._ledger, bar)
        try:
            await batches.send()
        except ServingError as error:
            if not self.done:
                self._forget()
                raise
            rest = "ep.predict(df, resume=True) sends the rest."
            raise ScoringFailed(
                f"Scoring {name} ended early: {self._so_far()} {batches.where}{error.message}",
                job=self,
                done=self.done,
                total=self.total,
                cause=error,
                hint=" ".join(filter(None, [error.hint, batches.advice, rest])),
            ) from error
        else:
            self._forget()
        finally:
            self._changes = batches.changes
            self._idle.set()

    def _forget(self) -> None:
        if unfinished(self._workspace).get(self.endpoint.name) is self:
            del unfinished(self._workspace)[self.endpoint.name]


def _table_to_join(data: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(data, pd.Series):
        return data.to_frame()
    if isinstance(data, pd.DataFrame):
        return data
    if is_other_table(data):
        return as_pandas(data)
    raise ConfigError("join=True puts predictions beside a DataFrame, and this is not one.", hint="pd.DataFrame(data)")
