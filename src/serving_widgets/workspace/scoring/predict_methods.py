"""What handles can do with tables: predict, and the same as an object that can be resumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack, cast

from serving_widgets.workspace.runtime.synchronous import waited
from serving_widgets.workspace.session.handle import Handle

from .concurrency import CONCURRENCY

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.errors import ServingError

    from .job import How, Scoring
    from .plan import OnError


class PredictingAio:
    """The awaitable twin of :meth:`Predicting.predict`."""

    _endpoint: Handle

    async def predict(
        self, df: Any, entity: str | None = None, timeout: float | None = None, **how: Unpack[How]
    ) -> pd.DataFrame:
        """See :meth:`Endpoint.predict`. No progress is shown."""
        from .distributed.engines import engine_of, planned

        if (engine := engine_of(df)) is not None:
            return cast("pd.DataFrame", await planned(engine, self._endpoint, df, entity, timeout, **how))
        return await cast("Predicting", self._endpoint).scoring(df, entity, timeout, **how).aio.run()


class Predicting(Handle):
    """A handle that scores tables."""

    def predict(
        self,
        df: Any,
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
    ) -> pd.DataFrame:
        """Return a prediction for every row, with the table's own index and order.

        The rows are sent in requests that the service takes (16 MB for custom models, 4 MB for all others), some at a
        time. What was done stays with this process when it ends early, by an error or by Ctrl-C: the same call with
        ``resume=True`` sends only what is missing, and rows that have changed since.

        Every row is first held against the endpoint's schema, by the rule of :meth:`validate`: what the service would
        refuse, or change without a word, is not sent. The schema is read once for each version of the configuration; an
        endpoint without one takes whatever JSON can carry.

        It is for models that take tables or arrays. Language models take messages: ask them with :meth:`query`.

        A table of Spark (classic or Connect), Dask or Ray Data is scored where it lies, by the engine's workers, when
        its result is computed; nothing is sent before. See Notes.

        Parameters
        ----------
        df : DataFrame, Series, list of dict, array, or list of lists
            A DataFrame of pandas, or a table of polars or Arrow; or a Series with a name, a list of dictionaries (one a
            row), an array, or lists of numbers, whose first axis counts the rows. The index is not sent. Or a DataFrame
            of Spark or Dask, or a Dataset of Ray.
        entity : str, optional
            The served entity to ask, past the traffic split; None for the endpoint as a whole.
        timeout : float, optional
            Seconds for the whole call.
        on_error : {"raise", "rows"}, default "raise"
            ``"raise"`` ends at the first request that is refused or fails. ``"rows"`` goes on: refused requests are
            halved until the rows at fault are alone, and the result has a last column ``error`` with what was said to
            each row that has no prediction, None for all others. It survives what ``attrs`` would not: joining,
            concatenating, files, and engines such as Dask.
        params : dict, optional
            Parameters of the model, for all rows.
        join : bool, default False
            Whether to put the predictions beside the columns of ``df``. In Spark and Ray they always stand there: rows
            have no index that says which they belong to.
        concurrency : int, default 4
            Requests at a time, of all workers of an engine together. When the service says 429, all wait.
        batch_rows : int, optional
            Rows of a request at most; 1,000 unless given, fewer where they are large.
        format : str, optional
            The request's data key; ``"dataframe_split"`` for tables and ``"inputs"`` for arrays unless given.
        coerce : bool, default False
            Whether to convert values that don't fit the type that the model declares, where it is known what was meant:
            3.7 becomes 4 in a column of whole numbers, ``"false"`` becomes False. A warning tells what was changed;
            ``attrs["coerced"]`` of the result holds the first hundred changes, ``scoring(…).coerced`` all of them.
        check : bool, default True
            Whether to check the rows at all; False sends them as they are.
        resume : Scoring, ServingError or bool, optional
            What to go on with: True for the last scoring of this endpoint that ended early, if it was of as many rows;
            or the error that it ended with, or a :class:`Scoring`. Not for tables of an engine.

        Returns
        -------
        DataFrame
            One column ``prediction``, or the model's own columns. Whole numbers beside gaps are ``Int64``. For a table
            of polars or Arrow it is one of these; for one of Spark, Dask or Ray it is one of the engine's, not computed
            yet, whose columns are those that the endpoint's schema says it answers. What the schema leaves open is JSON
            text. With ``coerce=True`` a last column ``coerced`` tells what was changed.

        Raises
        ------
        EncodingError
            When a value can't be sent, or is of another type than the model declares; it names column and row, and
            nothing was sent.
        ScoringFailed
            When something went wrong after some rows were done.
        ServingError
            When it went wrong before: the service's own error.

        Notes
        -----
        No token travels to workers. Each connects with what its own process has: ``DATABRICKS_HOST`` and
        ``DATABRICKS_TOKEN`` (or a service principal's variables, with the extra ``databricks``), or the profile that
        this connection was opened with. On a Databricks cluster these are environment variables of the cluster that
        refer to secrets: ``DATABRICKS_TOKEN={{secrets/SCOPE/KEY}}``; the package has to be installed there. Where
        workers can have no credential, as on serverless compute, SQL's ``ai_query`` asks as the person who runs the
        query: ``%serving sample NAME --code ai_query`` writes it.

        Workers ask this process for turns, which keeps ``concurrency`` and shows how many rows are done; the ticket
        they bring is good for nothing else. Where they can't reach it, each task sends one request at a time. Moments
        with a zone, as Spark's ``timestamp`` is, are sent in UTC.

        Examples
        --------
        >>> df = pd.DataFrame({"impressions": [3, 4], "position": 2, "bid": 0.5})
        >>> ws.endpoints.get("unity-model-endpoint").predict(df).head(1)
           prediction
        0    0.063566
        """
        from .distributed.engines import engine_of, planned

        how: How = {
            "on_error": on_error,
            "params": params,
            "join": join,
            "concurrency": concurrency,
            "batch_rows": batch_rows,
            "format": format,
            "coerce": coerce,
            "check": check,
            "resume": resume,
        }
        engine = engine_of(df)
        if engine is None:
            return self.scoring(df, entity, timeout, **how).run()
        return cast("pd.DataFrame", waited(planned(engine, self, df, entity, timeout, **how), "ep.aio.predict(…)"))

    def scoring(self, df: Any, entity: str | None = None, timeout: float | None = None, **how: Unpack[How]) -> Scoring:
        """Return what :meth:`predict` does as an object, before anything is sent.

        ``run()`` gives the predictions, and run again sends only what is missing; ``result()`` is what is known so far,
        ``failed`` the rows that went wrong.

        Parameters
        ----------
        df : DataFrame, Series, list of dict, or array
            As for :meth:`predict`.
        entity : str, optional
            As for :meth:`predict`.
        timeout : float, optional
            As for :meth:`predict`.
        **how : Any
            The parameters of :meth:`predict` that are given by name.

        Examples
        --------
        >>> rows = pd.DataFrame({"tenure_months": [3], "monthly_charge": [20.0], "contract": ["monthly"]})
        >>> job = ep.scoring(rows)
        >>> len(job.run()), len(job.failed)
        (1, 0)
        """
        from .job import Scoring

        return Scoring(self, df, entity, timeout, **how)
