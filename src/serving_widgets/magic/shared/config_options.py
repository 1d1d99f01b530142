"""What ``create`` and ``update`` are told to serve: options, ``--config``, or the cell's body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.magic.syntax.grammar import Option
from serving_widgets.magic.syntax.value_types import OBJECT, of_known
from serving_widgets.magic.syntax.variables import PAIR

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall

BODY = 'JSON as the service takes it, {"served_entities": […]}, in which $name stands for a variable\'s value.'

#: Options → the field of a served entity that each one gives.
FIELDS = {
    "entity": "entity_name",
    "version": "entity_version",
    "size": "workload_size",
    "workload_type": "workload_type",
    "scale_to_zero": "scale_to_zero_enabled",
    "env": "environment_vars",
}

ENTITY = Option(
    ("--entity",),
    "The model to serve, as catalog.schema.model.",
    of_known("MODEL", lambda known: known.models()),
)
VERSION = Option(
    ("--version",),
    "The model's version: its number, or an alias of the registry, such as Champion.",
    of_known("VERSION", lambda known: known.model_versions()),
)
REST = (
    Option(
        ("--size",),
        "The size of its workload; Small unless given.",
        of_known("SIZE", lambda _: ("Small", "Medium", "Large")),
    ),
    Option(
        ("--workload-type",),
        "What it runs on; CPU unless given.",
        of_known("TYPE", lambda _: ("CPU", "GPU_SMALL", "GPU_MEDIUM", "GPU_LARGE", "MULTIGPU_MEDIUM")),
    ),
    Option(
        ("--scale-to-zero",),
        "Whether it may scale to zero while idle; it may unless you say otherwise.",
        negatable=True,
    ),
    Option(("--env",), "An environment variable; {{secrets/scope/key}} refers to a secret.", PAIR, repeated=True),
    Option(("--config",), "The configuration: JSON, @file or $variable.", OBJECT),
)


def fields_of(call: CommandCall) -> dict[str, Any]:
    """Return the fields of one served entity that the line's options give."""
    fields = {field: call[option] for option, field in FIELDS.items() if call.given(option)}
    if "environment_vars" in fields:
        fields["environment_vars"] = dict(fields["environment_vars"])
    return fields


def whole_config(call: CommandCall) -> Mapping[str, Any] | None:
    """Return the configuration that ``--config`` or the cell's body gives whole; None where there is neither.

    Raises
    ------
    UsageError
        When more than one of options, ``--config`` and body say what to serve.
    """
    ways = [option for option in (*FIELDS, "config") if call.given(option)]
    if (call.has_body() and ways) or ("config" in ways and len(ways) > 1):
        at = next((way for way in ways if way != "config"), "config")
        hint = "Leave out the options, --config or the body, so that one of them is left."
        raise call.problem("What to serve is said more than once.", at=at, hint=hint)
    if call.given("config"):
        config: Mapping[str, Any] = call["config"]
        return config
    if not call.has_body():
        return None
    body = call.body()
    if not isinstance(body, Mapping):
        raise call.problem("The body is not a JSON object.", hint=BODY)
    return body


def check_name(call: CommandCall, body: Mapping[str, Any]) -> None:
    """Refuse a body that names another endpoint than the line does."""
    if body.get("name", call.named()) != call.named():
        raise call.problem(
            f"The configuration is for {body['name']!r}, the line for {call.named()!r}.",
            at="name",
            hint="Make the names the same, or leave the configuration's out.",
        )
