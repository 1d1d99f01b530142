"""``%serving predict``: a prediction for every row of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.shared.request_options import ENTITY, entity_of
from serving_widgets.magic.syntax.grammar import Argument, BadValueError, Command, Option, Result, ValueType
from serving_widgets.magic.syntax.value_types import ENDPOINT, OBJECT, SECONDS, choice

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.render import Card
    from serving_widgets.workspace import Endpoint


def run(call: CommandCall) -> Result:
    """Return the predictions, with the first of them to look at."""
    from serving_widgets.openapi.encode.other_frames import as_pandas, is_other_table

    endpoint = call.endpoint()
    entity = entity_of(call, endpoint)
    if call["join"] and not (hasattr(call["rows"], "iloc") or is_other_table(call["rows"])):
        raise call.problem("--join puts predictions beside a DataFrame, and this is not one.", at="rows", hint=_HOW)
    frame = endpoint.predict(
        call["rows"],
        entity,
        call["timeout"],
        on_error="rows" if call["on_error"] == "rows" else "raise",
        params=call["params"],
        join=call["join"],
        coerce=call["coerce"],
        check=not call["no_check"],
    )
    shown = as_pandas(frame) if is_other_table(frame) else frame
    return Result(frame, _card(endpoint, shown, entity, by_row=call["on_error"] == "rows"))


def _card(endpoint: Endpoint, frame: pd.DataFrame, entity: str | None, *, by_row: bool) -> Card:
    from serving_widgets.render import Card
    from serving_widgets.render.blocks.frames import frame_table

    failed = int(frame.iloc[:, _error_at(frame)].notna().sum()) if by_row else 0
    facts = [
        ("Entity", entity),
        ("Rows", f"{len(frame):,}"),
        (
            "Without a prediction",
            f"{failed:,}; the column {frame.columns[_error_at(frame)]} tells why" if failed else "",
        ),
    ]
    tables = [frame_table(frame)] if len(frame) else []
    return Card(f"Predictions of {endpoint.name} – {endpoint.workspace.where}", facts, tables)


def _error_at(frame: pd.DataFrame) -> int:
    """Return where the column is that tells what went wrong with a row: it is the last one."""
    return len(frame.columns) - 1


def _read_table(value: Any) -> Any:
    from serving_widgets.openapi.encode.body_values import is_data

    if is_data(value) or (isinstance(value, list) and all(isinstance(row, dict | list) for row in value)):
        return value
    words = repr(value) if isinstance(value, str) else type(value).__name__
    raise BadValueError(f"{words} is not a table.", _HOW)


_HOW = "Give a variable that holds a DataFrame, a Series, an array or a list of dictionaries or of lists: $df"


COMMAND = Command(
    summary="Make a prediction for every row of a table.",
    about="The rows are sent in requests that the service takes, some at a time, and come back with the table's own "
    "index. After an error, ep.predict($df, resume=True) sends only what is missing. The value is the DataFrame.",
    run=run,
    see_also=("query", "schema"),
    arguments=(
        Argument("name", ENDPOINT, "The endpoint."),
        Argument("rows", ValueType("$DF", _read_table), "The table: $variable."),
    ),
    options=(
        ENTITY,
        Option(("--params",), "Parameters of the model, for all rows.", OBJECT),
        Option(
            ("--on-error",),
            "rows goes on after an error and gives each row's error in a column; raise, the default, ends there.",
            choice("WHAT", ("raise", "rows")),
        ),
        Option(("--join",), "Put the predictions beside the table's columns."),
        Option(("--coerce",), "Convert values to the types that the model declares, and tell which were."),
        Option(("--no-check",), "Send the rows without checking them first."),
        Option(("--timeout",), "The longest time for all of it.", SECONDS),
    ),
    examples=(
        ("predict churn $df", "A prediction for each row."),
        ("predict churn $df --join -o scored", "With the inputs beside the predictions, in a variable."),
        ("predict churn $df --entity churn_model-3 --on-error rows", "Go on after errors, and tell them row by row."),
    ),
)
