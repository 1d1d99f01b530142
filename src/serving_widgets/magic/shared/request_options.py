"""What commands about requests share: the served entity that is meant, and what the endpoint takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.syntax.grammar import Option, ValueType
from serving_widgets.magic.syntax.usage_error import UsageError
from serving_widgets.magic.syntax.value_types import of_known

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall
    from serving_widgets.openapi.errors import FormatError
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.queries.schema import SchemaDocument

ENTITY = Option(
    ("--entity",),
    "The served entity; the endpoint as a whole unless given.",
    of_known("ENTITY", lambda known: known.entities()),
)
FORMAT: ValueType = of_known("FORMAT", lambda known: known.formats())


def entity_of(call: CommandCall, endpoint: Endpoint) -> str | None:
    """Return the served entity that the line names, if it is one of the endpoint's."""
    from serving_widgets.workspace.logs.read_log import entities_of

    named: str | None = call["entity"]
    known = entities_of(endpoint.info)
    if named is None or not known or named in known:
        return named
    hint = did_you_mean(named, known, f"It has {', '.join(known)}.")
    raise call.problem(f"{endpoint.name} has no served entity {named!r}.", at="entity", hint=hint)


def formats_of(endpoint: Endpoint) -> SchemaDocument:
    """Return what an endpoint takes.

    Raises
    ------
    SchemaUnavailable
        When its schema can't be told.
    """
    from serving_widgets.workspace.queries.schema import read_formats
    from serving_widgets.workspace.runtime.event_loop import run_sync

    return run_sync(lambda: read_formats(endpoint.workspace, endpoint.name), twin="ep.aio.sample()")


def format_problem(call: CommandCall, error: FormatError) -> UsageError:
    """Return the problem that an endpoint doesn't take what the line asks for, at its place in the line."""
    at = {"unknown_entity": "entity", "unknown_format": "format"}.get(error.code, "name")
    return call.problem(error.message, at=at, hint=error.hint)
