"""What ``create`` and ``ensure`` are told of an endpoint: what it serves, and what is said of it beside that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from serving_widgets.magic.syntax.grammar import Option
from serving_widgets.magic.syntax.value_types import TEXT
from serving_widgets.magic.syntax.variables import PAIR

from .config_options import BODY, ENTITY, REST, VERSION, check_name, fields_of, whole_config

if TYPE_CHECKING:
    from serving_widgets.magic.running.call import CommandCall

NEW = (
    ENTITY,
    VERSION,
    *REST,
    Option(("--tag",), "A tag.", PAIR, repeated=True),
    Option(("--budget", "--budget-policy"), "The id of a budget policy; yours unless given, if you have one.", TEXT),
    Option(("--description",), "What it is for; it can't be changed later.", TEXT),
    Option(("--route-optimized",), "Optimize its route; it can't be changed later."),
)


def wanted_endpoint(call: CommandCall) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """Return the configuration and the fields that ``create`` and ``ensure`` of handles take.

    Raises
    ------
    UsageError
        When more than one thing says what to serve.
    """
    given = whole_config(call)
    beside: dict[str, Any] = {
        field: call[option]
        for option, field in (
            ("budget_policy", "budget_policy_id"),
            ("description", "description"),
            ("route_optimized", "route_optimized"),
        )
        if call.given(option)
    }
    config, tags = _taken_apart(call, given, beside) if given is not None else (None, {})
    if call["tag"] or tags:
        beside["tags"] = {**tags, **dict(call["tag"])}
    return config, {**fields_of(call), **beside}


def _taken_apart(
    call: CommandCall, given: Mapping[str, Any], beside: dict[str, Any]
) -> tuple[Mapping[str, Any], dict[str, Any]]:
    """Return configuration and tags of what may be a whole create request; its other fields go to ``beside``."""
    if "config" not in given:
        return given, {}
    check_name(call, given)
    request = dict(given)
    config, tags = request.pop("config"), request.pop("tags", None) or []
    request.pop("name", None)
    if not isinstance(config, Mapping):
        raise call.problem("The configuration's config is not a JSON object.", at="config", hint=BODY)
    for field, value in request.items():
        beside.setdefault(field, value)
    try:
        return config, {tag["key"]: tag.get("value") or "" for tag in tags}
    except (TypeError, KeyError, AttributeError):
        hint = 'They look like [{"key": "team", "value": "risk"}].'
        raise call.problem("The configuration's tags can't be read.", at="config", hint=hint) from None
