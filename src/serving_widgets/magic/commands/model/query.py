"""``%serving query``: send a request, and look at the answer."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from serving_widgets.api.errors import BadRequest
from serving_widgets.line import LineError
from serving_widgets.magic.body.body_reader import PAYLOAD, BodyReader
from serving_widgets.magic.body.request_body import RequestBody
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.request_options import ENTITY, FORMAT, entity_of, format_problem, formats_of
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option
from serving_widgets.magic.syntax.usage_error import UsageError
from serving_widgets.magic.syntax.value_types import ENDPOINT, SECONDS

if TYPE_CHECKING:
    from serving_widgets.api.errors import ServingError
    from serving_widgets.openapi.check.prepare import PreparedRequest
    from serving_widgets.openapi.report import Report
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.queries.query_result import QueryAnswer
    from serving_widgets.workspace.queries.schema import SchemaDocument

#: Faults of a request that are told one by one.
MOST_TOLD = 10


def run(call: CommandCall) -> QueryAnswer:
    """Read the request, check it, send it and return the answer."""
    from serving_widgets.openapi.check.prepare import PreparedRequest
    from serving_widgets.workspace.queries.query_result import QueryAnswer

    source = _source(call)
    endpoint = call.endpoint()
    taken = _RequestSchema(call, endpoint)
    payload = _payload(call, taken, source)
    request = None if call["no_check"] and not call["coerce"] else taken.prepare(payload)
    if request is not None and request.report is not None and not request.report.ok:
        raise _refusal(call, payload, request.report)
    body = request.body if request is not None and request.changes else payload.to_send()
    reply = _sent(call, endpoint, body, taken.entity)
    answer = QueryAnswer.of(reply, endpoint.name, endpoint.workspace.where, request or PreparedRequest(body))
    said = (*payload.notes, *answer.said[:MOST_TOLD], *_unchecked(call, taken, request))
    return dataclasses.replace(answer, asked=payload.rows, said=said, as_text=call["raw"])


def _sent(call: CommandCall, endpoint: Endpoint, body: Any, entity: str | None) -> QueryAnswer:
    try:
        return endpoint.query(body, entity, call["timeout"], check=False)
    except BadRequest as error:
        refusal = endpoint.workspace.why_not("query", endpoint.info)
        if refusal is not None:
            error.hint = refusal.hint
        raise


class _RequestSchema:
    """What the endpoint takes, read when it is first asked for."""

    def __init__(self, call: CommandCall, endpoint: Endpoint) -> None:
        self._call, self._endpoint = call, endpoint
        self._read = False
        self._found: SchemaDocument | None = None
        self.entity = entity_of(call, endpoint)
        self.why_not: ServingError | None = None

    def document(self) -> SchemaDocument | None:
        """Return the document; None where there is none, and ``why_not`` tells why."""
        from serving_widgets.openapi.errors import FormatError, SchemaUnavailable

        if not self._read:
            self._read = True
            try:
                found = formats_of(self._endpoint)
                found.operation(self.entity)
                self._found = found
            except (FormatError, SchemaUnavailable) as error:
                self.why_not = error
        if self._found is not None and self._call.given("format"):
            try:
                self._found.format(self._call["format"], self.entity)
            except FormatError as error:
                raise format_problem(self._call, error) from None
        return self._found

    def prepare(self, payload: RequestBody) -> PreparedRequest | None:
        """Return a request as it is sent, with what is wrong with it; None where there is no schema."""
        from serving_widgets.openapi.check.prepare import prepare

        document = self.document()
        if document is None:
            return None
        format = self._call["format"]
        known = document.operation(self.entity).formats if format is None else (document.format(format, self.entity),)
        return prepare(payload.to_check(), known, coerce=self._call["coerce"])


def _source(call: CommandCall) -> str:
    """Return where the request stands: the name of an argument or option, or the cell's body."""
    given = [name for name in ("request", "payload") if call.given(name)]
    given += [_BODY] * call.has_body()
    if not given:
        hint = 'For example: {"inputs": [1.0]}, @payload.json, $variable, or a body below %%serving query NAME'
        raise call.problem("The request is missing: what should be sent?", hint=hint)
    if len(given) > 1:
        raise call.problem("The request is given more than once.", at=given[0], hint="Leave all but one out.")
    return given[0]


def _payload(call: CommandCall, taken: _RequestSchema, source: str) -> RequestBody:
    reading = BodyReader(taken.document, call["format"], taken.entity)
    try:
        return reading.cell(call.cell or "", call.names) if source == _BODY else reading.written(call[source])
    except LineError as error:
        raise UsageError(error.message, fault=error, usage=call.usage(), hint=_HOW) from None
    except BadValueError as error:
        raise call.problem(str(error), at=source, hint=error.hint or _HOW) from None


def _refusal(call: CommandCall, payload: RequestBody, report: Report) -> UsageError:
    from serving_widgets.render import plain

    told = repr(report).split("\n")[1 : 1 + MOST_TOLD]
    more = report.total - min(len(report.errors), MOST_TOLD)
    lines = [f"{report.summary} Nothing was sent.", *told[: len(report.errors)]]
    lines += [f"  … and {more:,} more."] if more > 0 else []
    message = plain("\n".join(lines), lines=True)
    fault = payload.fault(report.errors[0], message)
    return UsageError(
        message,
        fault=fault,
        usage=call.usage(),
        hint="--coerce converts such values and tells which; --no-check sends it as it is.",
    )


def _unchecked(call: CommandCall, taken: _RequestSchema, request: PreparedRequest | None) -> list[str]:
    if request is not None:
        return []
    why = taken.why_not.message if taken.why_not is not None else ""
    return [f"It was not checked before it was sent. {why}".strip()]


_BODY = "body"
_REMEDY = "--coerce converts such values and tells which; --no-check sends it as it is."
_HOW = "It is JSON, CSV with a first line of column names, @file or $variable; in JSON, $variable stands for a value."


COMMAND = Command(
    summary="Send a request and show the answer.",
    about="The request is JSON, in which $variable stands for a value; or CSV, typed as the schema says; or a variable "
    "that holds a DataFrame, Series, array, list or dictionary; for a language model it may be plain text. It is "
    "checked first, and what the service would refuse, or change without a word, is not sent. The value is the "
    "answer: to_frame(), json, text, served_model, reply.",
    run=run,
    see_also=("sample", "predict", "logs"),
    body="The request: JSON, CSV, or what to say to a language model.",
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument("request", PAYLOAD, "The request: JSON, @file or $variable.", required=False),
    ),
    options=(
        Option(("--payload",), "The same, as an option.", PAYLOAD),
        ENTITY,
        Option(("--format",), "How tables are written, and what the request is checked as.", FORMAT),
        Option(("--coerce",), "Convert values to the types that the model declares, and tell which were."),
        Option(("--no-check",), "Send it without checking it first."),
        Option(("--timeout",), "The longest time to wait for the answer.", SECONDS),
        Option(("--raw",), "Show the answer as it came."),
    ),
    examples=(
        (
            'query unity-model-endpoint {"dataframe_records": [{"impressions": 3, "position": 2, "bid": 0.5}]}',
            "JSON on the line, or below %%serving query unity-model-endpoint.",
        ),
        ("query churn @churn.json", "A file."),
        ("query churn $config --entity churn_model-3 -o answer", "A variable; the answer goes into another one."),
        ('query chat "What is a serving endpoint?"', "A message to a language model."),
    ),
)
