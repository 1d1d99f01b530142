"""What a workspace says that this package does not know: fields, values and shapes of the answers in a recording."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from serving_widgets.api.endpoint.models import (
    EndpointConfig,
    EndpointInfo,
    EndpointState,
    EntityState,
    ServedEntity,
    ServiceObject,
)
from serving_widgets.api.endpoint.status import IN_PROGRESS, READINESS, SETTLED_UPDATES, SUSPENSIONS
from serving_widgets.api.metrics.prometheus_text import parse_prometheus
from serving_widgets.api.permissions.access_control_list import LEVELS, PRINCIPAL_FIELDS

from .exchange import RecordedExchange


class Unfamiliar(NamedTuple):
    """Something in an answer that is not known here.

    Attributes
    ----------
    route : str
        Of which answer: ``"get"``, ``"permissions"``, …
    place : str
        Where in it: ``"config.served_entities[].state.deployment"``.
    what : {"field", "value", "shape", "missing"}
        A field without a meaning here, a value of a known field, a value of another type, or a field that is not there.
    example : str
        The value or its type; of a field only its type, since it may hold anything.
    """

    route: str
    place: str
    what: str
    example: str = ""


def unfamiliar(exchanges: Iterable[RecordedExchange]) -> list[Unfamiliar]:
    """Return what is not known of the answers of a recording, each once, in the order of its first place.

    Parameters
    ----------
    exchanges : iterable of RecordedExchange
        Those of :func:`serving_widgets.recording.read_recording`.
    """
    found: dict[Unfamiliar, None] = {}
    for each in exchanges:
        found.update(dict.fromkeys(_in_exchange(each)))
    return list(found)


def _in_exchange(exchange: RecordedExchange) -> Iterator[Unfamiliar]:
    if exchange.writes or exchange.method != "GET":
        return
    path = exchange.path.partition("?")[0]
    route, read = next(((name, read) for name, form, read in _ROUTES if form.fullmatch(path)), ("", None))
    if read is None:
        return
    if not 200 <= exchange.status < 300:
        route, read = f"refusal of {route}", _refusal
    elif route == "metrics":
        yield from (Unfamiliar(route, *each) for each in _metrics(exchange.answer))
        return
    try:
        value = json.loads(exchange.answer)
    except (ValueError, RecursionError):
        yield Unfamiliar(route, "", "shape", "no JSON")
        return
    if not isinstance(value, Mapping):
        yield Unfamiliar(route, "", "shape", _type(value))
        return
    yield from (Unfamiliar(route, *each) for each in read(value))


_Found = tuple[str, str, str]

#: Fields that the service sends and that nothing here is made of, by the object that has them (REST reference).
_UNUSED: Mapping[type[ServiceObject], frozenset[str]] = {
    EndpointInfo: frozenset(
        {
            "ai_gateway", "auto_capture_config", "capabilities", "data_plane_info", "inference_table_config",
            "resource_credential_strategy", "route_optimized_url", "email_notifications", "telemetry_config",
        }
    ),
    EndpointConfig: frozenset({"auto_capture_config", "config_update", "creation_timestamp", "creator"}),
    ServedEntity: frozenset(
        {
            "instance_profile_arn", "burst_scaling_enabled", "max_provisioned_concurrency",
            "min_provisioned_concurrency", "foundation_model_name", "model_name", "model_version",
        }
    ),
}  # fmt: skip

#: The values that are known of a field.
_VALUES: Mapping[tuple[type[ServiceObject], str], frozenset[str | None]] = {
    (EndpointState, "ready"): READINESS,
    (EndpointState, "suspend"): SUSPENSIONS,
    **{
        (EndpointState, name): SETTLED_UPDATES | {IN_PROGRESS, "UPDATE_PENDING"}
        for name in ("config_update", "update_state")
    },
    (EntityState, "deployment"): frozenset(
        {
            "DEPLOYMENT_CREATING", "DEPLOYMENT_RECOVERING", "DEPLOYMENT_READY", "DEPLOYMENT_FAILED",
            "DEPLOYMENT_ABORTED", None,
        }
    ),
    (EndpointInfo, "permission_level"): frozenset({*LEVELS, None}),
    (ServedEntity, "workload_type"): frozenset(
        {"CPU", "GPU_SMALL", "GPU_MEDIUM", "GPU_LARGE", "MULTIGPU_MEDIUM", "GPU_XLARGE", None}
    ),
    (EndpointInfo, "creator_kind"): frozenset({"User", "ServicePrincipal", None}),
}  # fmt: skip


def _object(cls: type[ServiceObject], raw: Mapping[str, Any], place: str = "") -> Iterator[_Found]:
    known = cls.read(raw)
    front = f"{place}." if place else ""
    for name, value in raw.items():
        if name not in cls.model_fields:
            if name not in _UNUSED.get(cls, ()):
                yield f"{front}{name}", "field", _type(value)
        elif name not in known.model_fields_set:
            if value is not None:
                yield f"{front}{name}", "shape", _type(value)
        else:
            values = _VALUES.get((cls, name))
            if values is not None and value not in values and not str(value).endswith("_UNSPECIFIED"):
                yield f"{front}{name}", "value", str(value)
            yield from _inside(getattr(known, name), value, f"{front}{name}")


def _inside(read: Any, raw: Any, place: str) -> Iterator[_Found]:
    if isinstance(read, ServiceObject) and isinstance(raw, Mapping):
        yield from _object(type(read), raw, place)
    elif isinstance(read, tuple) and isinstance(raw, list):
        kinds = {type(each) for each in read if isinstance(each, ServiceObject)}
        for kind in kinds:
            for each in raw:
                if isinstance(each, Mapping):
                    yield from _object(kind, each, f"{place}[]")
                else:
                    yield f"{place}[]", "shape", _type(each)


def _endpoint(raw: Mapping[str, Any], place: str = "") -> Iterator[_Found]:
    for needed in ("name", "state"):
        if needed not in raw:
            yield f"{place}{'.' if place else ''}{needed}", "missing", ""
    yield from _object(EndpointInfo, raw, place)


def _list(raw: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _fields(raw, {"endpoints": list})
    for each in raw.get("endpoints", ()) if isinstance(raw.get("endpoints"), list) else ():
        if isinstance(each, Mapping):
            yield from _endpoint(each, "endpoints[]")
        else:
            yield "endpoints[]", "shape", _type(each)


def _log(raw: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _fields(raw, {"logs": str}, needed=("logs",))


def _schema(raw: Mapping[str, Any]) -> Iterator[_Found]:
    for name, kind in (("openapi", str), ("paths", Mapping)):
        if name not in raw:
            yield name, "missing", ""
        elif not isinstance(raw[name], kind):
            yield name, "shape", _type(raw[name])


def _grants(raw: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _fields(raw, {"object_id": str, "object_type": str, "access_control_list": list})
    kinds = {**dict.fromkeys(PRINCIPAL_FIELDS.values(), str), "display_name": str, "all_permissions": list}
    for entry in _items(raw, "access_control_list"):
        yield from _fields(entry, kinds, "access_control_list[]")
        for grant in _items(entry, "all_permissions"):
            place = "access_control_list[].all_permissions[]"
            yield from _fields(
                grant, {"permission_level": str, "inherited": bool, "inherited_from_object": list}, place
            )
            if isinstance(grant.get("permission_level"), str) and grant["permission_level"] not in LEVELS:
                yield f"{place}.permission_level", "value", grant["permission_level"]


def _levels(raw: Mapping[str, Any]) -> Iterator[_Found]:
    yield from _fields(raw, {"permission_levels": list}, needed=("permission_levels",))
    for each in _items(raw, "permission_levels"):
        yield from _fields(each, {"permission_level": str, "description": str}, "permission_levels[]")
        if isinstance(each.get("permission_level"), str) and each["permission_level"] not in LEVELS:
            yield "permission_levels[].permission_level", "value", each["permission_level"]


def _me(raw: Mapping[str, Any]) -> Iterator[_Found]:
    # The standard (RFC 7643) has more fields than are of use here; new ones say nothing of this service.
    for name, kind in (("userName", str), ("groups", list)):
        if name in raw and not isinstance(raw[name], kind):
            yield name, "shape", _type(raw[name])
    if "userName" not in raw:
        yield "userName", "missing", ""


def _refusal(raw: Mapping[str, Any]) -> Iterator[_Found]:
    for name in ("error_code", "message"):
        if name not in raw:
            yield name, "missing", ""
        elif not isinstance(raw[name], str):
            yield name, "shape", _type(raw[name])


def _metrics(answer: bytes) -> Iterator[_Found]:
    text = answer.decode("utf-8", "replace")
    yield from (("", "shape", note.why) for note in parse_prometheus(text).notes)


def _fields(
    raw: Mapping[str, Any], kinds: Mapping[str, type], place: str = "", needed: Iterable[str] = ()
) -> Iterator[_Found]:
    front = f"{place}." if place else ""
    for name, value in raw.items():
        if name not in kinds:
            yield f"{front}{name}", "field", _type(value)
        elif value is not None and not isinstance(value, kinds[name]):
            yield f"{front}{name}", "shape", _type(value)
    yield from ((f"{front}{name}", "missing", "") for name in needed if name not in raw)


def _items(raw: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    items = raw.get(name)
    yield from (each for each in items if isinstance(each, Mapping)) if isinstance(items, list) else ()


def _type(value: Any) -> str:
    kinds = {dict: "object", list: "list", str: "text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "number")


_ENDPOINT = r"/api/2\.0/serving-endpoints/[^/]+"
_ACL = r"/api/2\.0/permissions/serving-endpoints/[^/]+"
_LOGS = _ENDPOINT + r"/served-models/[^/]+"
_ROUTES: tuple[tuple[str, re.Pattern[str], Callable[[Mapping[str, Any]], Iterator[_Found]]], ...] = (
    ("list", re.compile(r"/api/2\.0/serving-endpoints"), _list),
    ("get", re.compile(_ENDPOINT), _endpoint),
    ("build-logs", re.compile(_LOGS + "/build-logs"), _log),
    ("logs", re.compile(_LOGS + "/logs"), _log),
    ("openapi", re.compile(_ENDPOINT + "/openapi"), _schema),
    ("metrics", re.compile(_ENDPOINT + "/metrics"), _grants),
    ("permissions", re.compile(_ACL), _grants),
    ("permission levels", re.compile(_ACL + "/permissionLevels"), _levels),
    ("me", re.compile(r"/api/2\.0/preview/scim/v2/Me"), _me),
)
