"""The schema of an endpoint: read when it is asked for, kept for its configuration, explained where there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import BadRequest, NotFound, NotImplementedByService, PermissionDenied, ServingError
from serving_widgets.openapi.document import Document, load
from serving_widgets.openapi.errors import DocumentError, FormatError, SchemaUnavailable
from serving_widgets.openapi.model import TABLE_KEYS
from serving_widgets.openapi.python_client import python_client
from serving_widgets.openapi.report import Report
from serving_widgets.openapi.samples.sample import Sample
from serving_widgets.openapi.tasks import document_of_task
from serving_widgets.workspace.runtime.event_loop import elsewhere

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.api.endpoint.models import EndpointInfo
    from serving_widgets.render.cards import Card
    from serving_widgets.workspace.session.session import Session

#: Seconds after which an endpoint is looked at again before a schema that is kept is believed.
BELIEVED = 60.0
#: Documents up to this size are parsed on the loop's thread, in bytes: it takes less than a millisecond.
SMALL = 64 * 1024


class SchemaDocument(Document):
    """The OpenAPI document of an endpoint.

    Attributes
    ----------
    endpoint : str
        The endpoint's name.
    where : str
        What its workspace is called.
    """

    endpoint: str = ""
    where: str = ""
    task: str = ""

    def python_client(self, entity: str | None = None, format: str | None = None) -> str:
        """Return the source of a typed client: pydantic models of what it takes, and a function that sends it.

        It needs httpx and pydantic, and nothing of this package; host and token come from the environment.

        Parameters
        ----------
        entity : str, optional
            The served entity that is asked, past the traffic split.
        format : str, optional
            The input format, such as ``"dataframe_records"``; the first that the endpoint takes unless given.

        Raises
        ------
        FormatError
            When there is no such entity or format.

        Examples
        --------
        >>> source = ep.openapi().python_client()
        >>> "class Row(BaseModel):" in source, "def query(" in source
        (True, True)
        """
        operation = self.operation(entity)
        name, path = self.endpoint or self.title, f"/serving-endpoints/{quote(self.endpoint or self.title, safe='')}"
        path += f"/served-models/{quote(entity, safe='')}/invocations" if entity is not None else "/invocations"
        return python_client(operation, self.format(format, entity), name=name, path=path)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each column and parameter of each format of each path.

        Returns
        -------
        DataFrame
            ``path``, ``format``, ``name``, ``part`` ("params" for parameters), ``type``, ``required`` (bool),
            ``default`` (as Python has it, "" for none) and ``description``.
        """
        from serving_widgets.render.schema import schema_table

        return schema_table(self, name=self.endpoint or self.title, where=self.where).to_frame()

    def __repr__(self) -> str:
        return repr(self._card())

    def _repr_html_(self) -> str:
        return self._card()._repr_html_()

    def _card(self) -> Card:
        from serving_widgets.render.schema import schema_card

        return schema_card(self, name=self.endpoint or self.title, where=self.where)


class RequestSample(Sample):
    """The body of a request: a dictionary that can be sent as it is."""

    def _repr_html_(self) -> str:
        from serving_widgets.render.schema import sample_html

        return sample_html(self.text, self.format, self.origin, self.notes)


class Findings(Report):
    """What a check of a request found."""

    def _repr_html_(self) -> str:
        from serving_widgets.render.schema import report_html

        return report_html(self)


def as_sample(made: Sample) -> RequestSample:
    """Return a sample that can be displayed."""
    result = RequestSample(made)
    result.format, result.origin, result.notes, result._other = made.format, made.origin, made.notes, made._other
    return result


def as_findings(report: Report) -> Findings:
    """Return a report that can be displayed."""
    return Findings(report.ok, report.format, report.errors, report.warnings, report.counts, report.rows)


@dataclass(frozen=True, slots=True)
class _Kept:
    version: tuple[Any, ...]
    document: SchemaDocument | None


class _Documents(dict[str, _Kept]):
    """The documents that were read through a connection, by the endpoint's name."""


async def read_schema(workspace: Session, name: str) -> SchemaDocument:
    """Return the OpenAPI document of an endpoint; runs on the loop thread.

    It is read once for each version of the configuration.

    Raises
    ------
    SchemaUnavailable
        When there is none: the endpoint is not ready, its models have no signature, or it serves no models of its own
        (Databricks docs, *Manage model serving endpoints*, "Get a model serving endpoint schema").
    """
    info = await _looked_at(workspace, name)
    version = _version(info)
    kept = workspace.attachments.of(_Documents)
    known = kept[name].document if name in kept and kept[name].version == version else None
    if version[0] is not None and known is not None and not known.task:
        return known
    return await _fetch(workspace, name, version)


async def schema_to_check(workspace: Session, info: EndpointInfo) -> SchemaDocument | None:
    """Return the document that a request is checked by; None where there is none that can be read.

    It is asked for once for each version of the configuration, and so is an endpoint that has none. For a language
    model it is what its task says.

    Parameters
    ----------
    info
        The endpoint as last seen.
    """
    kept, version = workspace.attachments.of(_Documents), _version(info)
    if info.name in kept and kept[info.name].version == version:
        return kept[info.name].document
    by_task = _of_task(workspace, info)
    if by_task is None or info.kind not in ("external", "foundation"):
        try:
            return await _fetch(workspace, info.name, version)
        except SchemaUnavailable as error:
            if error.code == "not_ready":
                return by_task  # it will be there once the endpoint is
        except PermissionDenied:
            pass
        except ServingError:
            return by_task  # it may be there next time
    kept[info.name] = _Kept(version, by_task)
    return by_task


async def _fetch(workspace: Session, name: str, version: tuple[Any, ...]) -> SchemaDocument:
    try:
        reply = await workspace.client().get_openapi(name)
    except (BadRequest, NotFound, NotImplementedByService) as error:
        info = await workspace.watcher.look(name)
        raise unavailable(info, error.said) from error
    raw, text = reply.json, reply.raw
    try:
        # What the client has parsed is parsed no more; the bytes are kept to be saved as they came.
        document = SchemaDocument(load(raw).raw, text)
    except DocumentError as error:
        raise SchemaUnavailable(
            f"What the service gives as the schema of {name} can't be read: {error.message}", hint=error.hint
        ) from error
    document.endpoint, document.where = name, workspace.where
    if len(text) > SMALL:
        await elsewhere(document.operations)
    workspace.attachments.of(_Documents)[name] = _Kept(version, document)
    return document


async def read_formats(workspace: Session, name: str) -> SchemaDocument:
    """Return what an endpoint takes: its document; for a language model that has none, what its task says."""
    try:
        return await read_schema(workspace, name)
    except SchemaUnavailable:
        seen = workspace.watcher.store.get(name)
        made = _of_task(workspace, seen.info) if seen is not None else None
        if made is None:
            raise
        return made


def _of_task(workspace: Session, info: EndpointInfo) -> SchemaDocument | None:
    task = task_of(info)
    made = document_of_task(info.name, task)
    if made is None:
        return None
    document = SchemaDocument(made.raw)
    document.endpoint, document.where, document.task = info.name, workspace.where, task
    return document


def known_formats(workspace: Session, info: EndpointInfo) -> list[str]:
    """Return the formats of an endpoint without asking for them: of its schema where it was read before.

    For others it is those that every model of its sort takes.
    """
    kept = workspace.attachments.of(_Documents).get(info.name)
    document = (
        kept.document if kept is not None and kept.document is not None else document_of_task(info.name, task_of(info))
    )
    if document is None:
        return list(TABLE_KEYS)
    try:
        return [made.name for made in document.operation().formats]
    except FormatError:
        return []


def task_of(info: EndpointInfo) -> str:
    """Return the task of an endpoint's models, such as ``"llm/v1/chat"``; "" for custom models."""
    if info.task:
        return info.task
    for entity in info.entities:
        task = (entity.external_model or {}).get("task")
        if isinstance(task, str):
            return task
    return ""


def unavailable(info: EndpointInfo, said: str = "") -> SchemaUnavailable:
    """Return why an endpoint has no schema, and what to do about it."""
    name, status = info.name, status_of(info)
    if status.phase == "stopped":
        return SchemaUnavailable(
            f"{name} has no schema now: the service gives one only while an endpoint is ready, and it is stopped.",
            hint=f"Start it and wait: ep.start().wait(), or %serving start {name} --wait",
            code="not_ready",
        )
    if not status.serving:
        return SchemaUnavailable(
            f"{name} has no schema yet: the service gives one only while an endpoint is ready. It is: {status.label}.",
            hint=f"Wait until it is ready: ep.wait(), or %serving wait {name}. If its update failed, its build log "
            "tells why: ep.build_logs()",
            code="not_ready",
        )
    task = task_of(info)
    if task and info.kind in ("external", "foundation", "provisioned"):
        what = "an external model" if info.kind == "external" else "a foundation model"
        return SchemaUnavailable(
            f"{name} has no schema: it serves {what}, which was not logged with a signature.",
            hint=f"The format of {task} is known: ep.sample() returns a request, ep.validate(…) checks one.",
            code="external_model" if info.kind == "external" else "foundation_model",
        )
    what = f" The service says: {said}" if said else ""
    return SchemaUnavailable(
        f"{name} has no schema: no served model of it was logged with a signature.{what}",
        hint="Log the model with one – mlflow.<flavor>.log_model(…, signature=infer_signature(inputs, outputs)) – and "
        f"serve that version: %serving update {name}. Meanwhile ep.query({{…}}) sends any JSON.",
        code="no_signature",
    )


async def _looked_at(workspace: Session, name: str) -> EndpointInfo:
    seen = workspace.watcher.store.get(name)
    if seen is None or not seen.fresh or not seen.info.detailed or time.monotonic() - seen.asked > BELIEVED:
        return await workspace.watcher.look(name)
    return seen.info


def _version(info: EndpointInfo) -> tuple[Any, ...]:
    config = info.config
    return (config.config_version if config is not None else None, info.id, info.creation_timestamp)
