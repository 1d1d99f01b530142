"""``%serving models``: what the registry has to serve."""

from __future__ import annotations

from typing import Any

from serving_widgets.api.errors import NotFound
from serving_widgets.api.suggest import did_you_mean
from serving_widgets.magic.running.call import CommandCall
from serving_widgets.magic.syntax.grammar import Argument, Command, Result
from serving_widgets.magic.syntax.value_types import of_known


def run(call: CommandCall) -> Any:
    """List models, or the versions of one."""
    models, name = call.workspace().models, call["model"]
    dots = name.count(".") if name is not None else 0
    if name is not None and dots not in (1, 2):
        raise call.problem(
            f"{name!r} is neither a model nor a schema.", at="model", hint="For example main.ml or main.ml.ads."
        )
    try:
        found: Any = models.versions(name) if dots == 2 else models.list(*(name.split(".") if name else ()))
    except NotFound:
        near = did_you_mean(name, [each.full_name for each in models.list()], "%serving models lists them.")
        message = f"No model {name!r} is registered, or none that you may see."
        raise call.problem(message, at="model", hint=near) from None
    return Result(found, found.table, data=found.table.records())


COMMAND = Command(
    summary="List the registered models, or the versions of one with their aliases.",
    about="Wherever a command takes --version, an alias such as Champion works as well as a number.",
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
