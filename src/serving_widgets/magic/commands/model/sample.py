"""``%serving sample``: a request that an endpoint takes as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.request_options import ENTITY, FORMAT, entity_of, format_problem, formats_of
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import ENDPOINT, choice, whole_number
from serving_widgets.openapi.snippets.snippets import LANGUAGES

if TYPE_CHECKING:
    from serving_widgets.openapi.snippets.request import Snippet
    from serving_widgets.workspace import Endpoint
    from serving_widgets.workspace.queries.schema import RequestSample

#: What code can be for, as it is written on a line.
TARGETS = tuple(language.option for language in LANGUAGES)
#: Rows of a sample: more are no sample.
MOST_ROWS = 10_000


def run(call: CommandCall) -> Any:
    """Return a request, or code that sends it."""
    from serving_widgets.openapi.errors import FormatError
    from serving_widgets.workspace.queries.schema import as_sample

    endpoint = call.endpoint()
    entity = entity_of(call, endpoint)
    rows = call["rows"] if call.given("rows") else 2
    try:
        made = as_sample(formats_of(endpoint).sample(call["format"], rows, entity))
    except FormatError as error:
        raise format_problem(call, error) from None
    if call.given("code"):
        return _code(call, endpoint, made, entity)
    return _shown(endpoint, made)


def _shown(endpoint: Endpoint, made: RequestSample) -> Result:
    from serving_widgets.render import message
    from serving_widgets.render.blocks.document import TextBlock, shortened
    from serving_widgets.render.stack import Stack

    title = f"Request to {endpoint.name}: {made.format}, {_ORIGINS[made.origin]} – {endpoint.workspace.where}"
    notes = message("\n".join(made.notes)) if made.notes else None
    return Result(made if made._other is None else made.body, Stack(TextBlock(title, shortened(made.text)), notes))


def _code(call: CommandCall, endpoint: Endpoint, made: RequestSample, entity: str | None) -> Result:
    from serving_widgets.openapi.snippets.snippets import render
    from serving_widgets.render.blocks.document import TextBlock, shortened
    from serving_widgets.render.stack import Stack

    target = next(language.name for language in LANGUAGES if language.option == call["code"])
    info = endpoint.info
    url = (info.endpoint_url or "") if info.route_optimized else ""
    snippet: Snippet = render(target, endpoint.name, made.body, entity=entity, url=url)
    title = f"Request to {endpoint.name} with {target} – {endpoint.workspace.where}"
    files = [TextBlock(f"The file {name} beside it:", shortened(text)) for name, text in snippet.files.items()]
    return Result(snippet.code, Stack(TextBlock(title, snippet.code), *files))


def _read_rows(value: Any) -> int:
    rows: int = _COUNT.read(value)
    if rows > MOST_ROWS:
        raise BadValueError(f"{rows:,} rows are no sample.", f"Take {MOST_ROWS:,} or fewer.")
    return rows


_COUNT = whole_number("NUMBER", 1, "--rows 5")
_ORIGINS = {
    "example": "its schema's example",
    "example repaired": "its schema's example, repaired",
    "default": "its schema's defaults",
    "generated": "made of its schema's types",
}


COMMAND = Command(
    summary="Show a request that an endpoint takes as it is, or code that sends it.",
    about="It is always the same one: the schema's own example where that is right, else one made of the types. No "
    "code holds a token: it reads DATABRICKS_HOST and DATABRICKS_TOKEN. The value is the request, or the code.",
    run=run,
    see_also=("query", "schema"),
    arguments=(Argument("name", ENDPOINT, "The endpoint."),),
    options=(
        ENTITY,
        Option(("--format",), "How to write it, such as dataframe_records; the first format unless given.", FORMAT),
        Option(("--rows",), "How many rows a table has; 2 unless given.", ValueType("NUMBER", _read_rows)),
        Option(("--code",), f"Show code that sends it: {', '.join(TARGETS)}.", choice("TARGET", TARGETS)),
    ),
    examples=(
        ("sample example-endpoint", "A request to begin with."),
        ("sample example-endpoint --format dataframe_records --rows 1 -o payload", "Keep one row in a variable."),
        ("sample churn --code curl", "The same for a shell."),
        ("sample churn --code serving", "The same as a cell."),
    ),
)
