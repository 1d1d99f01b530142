"""Settings of an endpoint beside its configuration: tags, rate limits, AI Gateway, notifications, telemetry.

The shapes are those of the service's API reference. Each setting is checked, kept, and given back; none of them has an
effect in this workspace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from serving_widgets.mock.service.endpoint import JSON, EndpointRecord
from serving_widgets.mock.service.errors import invalid
from serving_widgets.mock.service.json_shapes import flag, fraction, list_of, one_of, record, text, whole

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_TABLE = re.compile(r"[^.\s]+\.[^.\s]+\.[^.\s]+")
_WITH_PRINCIPAL = ("user_group", "service_principal")


def _address(value: Any, where: str) -> str:
    if not _EMAIL.fullmatch(text(value, where)):
        raise invalid(f"{where} must be an e-mail address.")
    return str(value)


def _table(value: Any, where: str) -> str:
    if not _TABLE.fullmatch(text(value, where)):
        raise invalid(f"{where} must be the full name of a table: catalog.schema.table.")
    return str(value)


_TAG = record({"key": text, "value": text}, ("key",))
_TAGS = list_of(_TAG)
_TAGS_PATCH = record({"add_tags": _TAGS, "delete_tags": list_of(text)})

_RATE_LIMIT = {"calls": whole(), "key": one_of("user", "endpoint"), "renewal_period": one_of("minute")}
_RATE_LIMITS = list_of(record(_RATE_LIMIT, ("calls", "renewal_period")))

_GUARDRAILS = record(
    {
        "invalid_keywords": list_of(text),
        "valid_topics": list_of(text),
        "pii": record({"behavior": one_of("NONE", "BLOCK", "MASK")}),
        "safety": flag,
    }
)
INFERENCE_TABLE = record({"catalog_name": text, "schema_name": text, "table_name_prefix": text, "enabled": flag})
_GATEWAY = record(
    {
        "fallback_config": record({"enabled": flag}, ("enabled",)),
        "guardrails": record({"input": _GUARDRAILS, "output": _GUARDRAILS}),
        "inference_table_config": INFERENCE_TABLE,
        "rate_limits": list_of(
            record(
                {
                    "calls": whole(),
                    "tokens": whole(),
                    "key": one_of("user", "endpoint", *_WITH_PRINCIPAL),
                    "principal": text,
                    "renewal_period": one_of("minute"),
                },
                ("renewal_period",),
            )
        ),
        "usage_tracking_config": record({"enabled": flag}),
    }
)
_NOTIFICATIONS = record({"on_update_success": list_of(_address), "on_update_failure": list_of(_address)})
_TELEMETRY = record(
    {
        "table_names": record(
            dict.fromkeys(("annotations_table", "logs_table", "metrics_table", "traces_table"), _table)
        ),
        "telemetry_profile_id": text,
        "enabled_telemetry_features": list_of(
            one_of(*(f"TELEMETRY_FEATURE_{one}" for one in ("INFERENCE_TABLE", "LOGS", "METRICS", "TRACES")))
        ),
        "inference_table_config": record({"name": text, "sampling_fraction": fraction}),
    }
)


def tags(items: Any, where: str = "tags") -> dict[str, str | None]:
    """Return tags by key, or refuse."""
    return {} if items is None else _by_key(_TAGS(items, where))


def changed_tags(now: Mapping[str, str | None], body: Mapping[str, Any]) -> dict[str, str | None]:
    """Return the tags after a change: a key that is there is given its new value, and what is deleted goes last."""
    patch = _TAGS_PATCH(body, "")
    after = {**now, **_by_key(patch.get("add_tags", []))}
    return {key: value for key, value in after.items() if key not in patch.get("delete_tags", [])}


def rate_limits(items: Any) -> list[JSON]:
    """Return legacy rate limits, those without a key being for the whole endpoint, or refuse."""
    return [] if items is None else [{"key": "endpoint", **limit} for limit in _RATE_LIMITS(items, "rate_limits")]


def gateway(body: Any, where: str = "") -> JSON:
    """Return the configuration of the AI Gateway, or refuse; empty if nothing is configured."""
    config = _GATEWAY({} if body is None else body, where)
    require_schema(config.get("inference_table_config", {}), "inference_table_config")
    if config.get("rate_limits"):
        config["rate_limits"] = [_gateway_limit(limit) for limit in config["rate_limits"]]
    return {key: value for key, value in config.items() if value not in ({}, [])}


def require_schema(table: JSON, where: str) -> None:
    """Refuse an inference table that is enabled without the schema where it is to be."""
    if table.get("enabled") and not (table.get("catalog_name") and table.get("schema_name")):
        raise invalid(f"{where} needs catalog_name and schema_name to be enabled.")


def notifications(value: Any, where: str = "email_notifications") -> JSON:
    """Return the addresses that are told about updates, or refuse; empty if there are none."""
    asked = _NOTIFICATIONS({} if value is None else value, where)
    return {key: addresses for key, addresses in asked.items() if addresses}


def telemetry(value: Any, where: str = "telemetry_config") -> JSON:
    """Return where telemetry goes, or refuse."""
    config: JSON = _TELEMETRY(value, where)
    if "table_names" in config and "telemetry_profile_id" in config:
        raise invalid("telemetry_config takes either table_names or telemetry_profile_id, not both.")
    return config


def names_a_profile(config: JSON) -> bool:
    """Return whether a telemetry configuration says where to; the service passes over one that doesn't."""
    return "table_names" in config or "telemetry_profile_id" in config


def without_telemetry(endpoint: EndpointRecord) -> str:
    """Return the service's name for the type of an endpoint that can't have telemetry; empty if it can."""
    if endpoint.config is None and endpoint.pending is None:
        return "NO_CONFIG"
    return "EXTERNAL_MODELS" if endpoint.kind == "external" else ""


def _by_key(items: list[JSON]) -> dict[str, str | None]:
    result: dict[str, str | None] = {}
    for tag in items:
        if not tag["key"]:
            raise invalid("A tag needs a key.")
        if tag["key"] in result:
            raise invalid(f"Tag '{tag['key']}' is given twice.")
        result[tag["key"]] = tag.get("value")
    return result


def _gateway_limit(limit: JSON) -> JSON:
    if "calls" not in limit and "tokens" not in limit:
        raise invalid("A rate limit needs calls or tokens.")
    if limit.get("key") in _WITH_PRINCIPAL and not limit.get("principal"):
        raise invalid(f"A rate limit for a {limit['key']} needs a principal.")
    return {"key": "endpoint", **limit}
