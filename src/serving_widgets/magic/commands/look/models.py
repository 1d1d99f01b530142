"""``%serving models``: what the registry has to serve."""

from __future__ import annotations

from typing import Any

from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import of_known


def run(call: CommandCall) -> Any:
    """List models, or the versions of one."""
    models, name = call.workspace().models, call["model"]
    if name is None:
        found: Any = models.list()
    elif name.count(".") == 1:
        found = models.list(*name.split("."))
    else:
        found = models.versions(name)
    return Result(found, found.table, data=found.table.records())


COMMAND = Command(
    summary="List the registered models, or the versions of one with their aliases.",
    about="Where --version is taken, an alias such as Champion does as well as a number.",
    run=run,
    see_also=("create", "update"),
    arguments=(
        Argument(
            "model",
            of_known("MODEL", lambda known: known.models()),
            "A model, as catalog.schema.model, or a schema, as catalog.schema; all models unless given.",
            required=False,
        ),
    ),
    examples=(
        ("models", "All models that you may see."),
        ("models main.risk", "Those of a schema."),
        ("models main.risk.fraud_detector", "The versions of one, with aliases, creator and time."),
    ),
)
