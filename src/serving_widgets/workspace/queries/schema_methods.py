"""What handles know of requests before they are sent: the schema, a sample, a check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.workspace.runtime.event_loop import hop, off_loop
from serving_widgets.workspace.runtime.synchronous import synchronous
from serving_widgets.workspace.session.handle import Handle

if TYPE_CHECKING:
    from .schema import Findings, RequestSample, SchemaDocument


class DescribingAio:
    """The awaitable twins of :class:`Describing`."""

    _endpoint: Handle

    async def openapi(self) -> SchemaDocument:
        """Return the endpoint's OpenAPI document, as the service gives it.

        It is read once for each version of the configuration.

        Raises
        ------
        SchemaUnavailable
            When there is none: the service gives one while an endpoint is ready, of models that were logged with a
            signature (Databricks docs, *Manage model serving endpoints*). The error says which it is.

        Examples
        --------
        >>> [fmt.name for fmt in ep.openapi().operation().formats]
        ['dataframe_split', 'dataframe_records']
        """
        from .schema import read_schema

        endpoint = self._endpoint
        return await hop(lambda: read_schema(endpoint.workspace, endpoint.name))

    async def sample(self, format: str | None = None, rows: int = 2, entity: str | None = None) -> RequestSample:
        """Return a request that the endpoint takes as it is; always the same one.

        Parameters
        ----------
        format : str, optional
            The input format, such as ``"dataframe_records"``; the first that the endpoint takes unless given.
        rows : int, default 2
            How many rows a table has.
        entity : str, optional
            The served entity that it is for; entities may take different things.

        Raises
        ------
        SchemaUnavailable
            When the endpoint doesn't say what it takes.
        FormatError
            When it takes no such format.

        Examples
        --------
        >>> ep.sample(rows=1)
        {'dataframe_split': {'columns': ['tenure_months', 'monthly_charge', 'contract'], 'data': […]}}
        """
        from .schema import as_sample, read_formats

        endpoint = self._endpoint
        document = await hop(lambda: read_formats(endpoint.workspace, endpoint.name))
        return as_sample(await off_loop(document.sample, format, rows, entity))

    async def validate(self, payload: Any, format: str | None = None, entity: str | None = None) -> Findings:
        """Check a request before it is sent. It asks for the endpoint's schema and sends nothing else.

        Parameters
        ----------
        payload : dict, str, bytes or DataFrame
            The body, as a dictionary or as JSON text; or a DataFrame, as :meth:`predict` would send it.
        format : str, optional
            The input format that is meant; told by the body unless given.
        entity : str, optional
            The served entity that it is for.

        Returns
        -------
        Findings
            True where there is no error. Errors are what the service would refuse, or change without a word.

        Examples
        --------
        >>> ep.validate({"dataframe_records": [{"tenure_months": 3.7, "monthly_charge": 1.0, "contract": "two-year"}]})
        dataframe_records, 1 row: 1 error.
          row 0, tenure_months: 3.7 is not a whole number; the service would cut it to 3. Round it, for example to 4.
        """
        from .schema import as_findings, read_formats

        endpoint = self._endpoint
        document = await hop(lambda: read_formats(endpoint.workspace, endpoint.name))
        return as_findings(await off_loop(document.validate, payload, format, entity))


class Describing(Handle):
    """A handle that knows what its endpoint takes."""

    openapi = synchronous(DescribingAio.openapi, "ep")
    sample = synchronous(DescribingAio.sample, "ep")
    validate = synchronous(DescribingAio.validate, "ep")
