"""A workspace as it was when it was recorded: the file that ``connect(record=FILE)`` writes, read as a scenario.

The form of the file is described where it is written; the mock reads it by itself, as it does everything.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serving_widgets.mock.service.endpoint import JSON, Config, EndpointRecord, Entity, digest
from serving_widgets.mock.service.users import ADA, MockUser, Principal
from serving_widgets.mock.state.permissions import LEVELS
from serving_widgets.mock.state.recorded_answers import RecordedAnswer

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

_FORMAT = 1
_LIST = "/api/2.0/serving-endpoints"
_ME = "/api/2.0/preview/scim/v2/Me"
_GET = re.compile(r"/api/2\.0/serving-endpoints/([^/]+)")
_ACL = re.compile(r"/api/2\.0/permissions/serving-endpoints/([^/]+)")
_OF_ENDPOINT = re.compile(r"(?:/api/2\.0)?/serving-endpoints/([^/]+)/.+")
_OF_ACL = re.compile(r"/api/2\.0/permissions/serving-endpoints/([^/]+)(?:/.+)?")
_OF_MODEL = ("/openapi", "/invocations")
_PRINCIPALS = {"user_name": "user", "group_name": "group", "service_principal_name": "service_principal"}
# What the service fills in; the rest of an item is what was asked for.
_FILLED_IN = frozenset({"state", "creator", "creation_timestamp"})


@dataclass
class Recording:
    """What is read from a file.

    Attributes
    ----------
    exchanges : list of mapping
        The lines, without the first.
    items, details, grants : dict
        The last that was said of an endpoint in the list, alone, and of its permissions, by its name or id.
    """

    label: str
    exchanges: list[JSON]
    items: dict[str, JSON] = field(default_factory=dict)
    details: dict[str, JSON] = field(default_factory=dict)
    grants: dict[str, JSON] = field(default_factory=dict)
    me: JSON = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.exchanges:
            path, said = each["path"].partition("?")[0], _json(each)
            if each["method"] != "GET" or each["status"] != 200 or not isinstance(said, dict):
                continue
            if path == _LIST:
                listed = said.get("endpoints") or []
                self.items = {str(item["name"]): item for item in listed if isinstance(item, dict) and "name" in item}
            elif path == _ME:
                self.me = said
            elif found := _GET.fullmatch(path):
                self.details[found[1]] = said
            elif found := _ACL.fullmatch(path):
                self.grants[found[1]] = said

    @property
    def end(self) -> float:
        """Service time of the last answer."""
        return max((float(each["at"]) for each in self.exchanges), default=0.0)

    @property
    def user(self) -> MockUser:
        """Who asked; an administrator here, so that everything that was seen is seen again."""
        name = self.me.get("userName")
        if not isinstance(name, str):
            return ADA
        groups = [str(each.get("display")) for each in self.me.get("groups") or [] if isinstance(each, dict)]
        shown = str(self.me.get("displayName") or name)
        return MockUser(name, shown, tuple(dict.fromkeys(("users", *groups, "admins"))))

    def fill(self, world: World) -> None:
        """Put everything into a workspace."""
        world.clock.advance_to(self.end)
        ids: dict[str, str] = {}
        for name in [*self.items, *(name for name in self.details if name not in self.items)]:
            endpoint = self._build(world, name)
            world.add(endpoint)
            self._show(world, endpoint)
            ids[endpoint.id] = name
        for each in self.exchanges:
            self._keep(world, each, ids)

    def _build(self, world: World, name: str) -> EndpointRecord:
        raw = self.details.get(name) or self.items[name]
        creator = str(raw.get("creator") or "")
        made = _seconds(raw.get("creation_timestamp"))
        endpoint = EndpointRecord(
            name=name,
            id=str(raw.get("id") or digest("recorded", name)),
            creator=creator,
            creator_name=str(raw.get("creator_display_name") or creator),
            creator_kind=str(raw.get("creator_kind") or "User"),
            created=made,
            updated=_seconds(raw.get("last_updated_timestamp")) or made,
        )
        state = raw.get("state") or {}
        endpoint.config = _config(raw.get("config"), made)
        endpoint.ready = state.get("ready") == "READY"
        endpoint.stopped = state.get("suspend") == "SUSPENDED"
        endpoint.legacy_state = "update_state" in state
        endpoint.tags = {str(tag["key"]): tag.get("value") for tag in raw.get("tags") or [] if "key" in tag}
        endpoint.description = str(raw.get("description") or "")
        endpoint.route_optimized = bool(raw.get("route_optimized"))
        endpoint.budget_policy = raw.get("effective_budget_policy_id")
        endpoint.task = str(raw.get("task") or "")
        endpoint.built_in = "id" not in raw
        endpoint.grants = dict(_direct_grants(self.grants.get(endpoint.id, {})))
        endpoint.history = [] if endpoint.config is None else [endpoint.config]
        pending = _config(raw.get("pending_config"), made)
        update = str(state.get("config_update") or state.get("update_state") or "NOT_UPDATING")
        if pending is not None and update == "IN_PROGRESS":
            world.lifecycle.accept(endpoint, pending, self.end)
        else:
            endpoint.pending, endpoint.update = pending, update
            endpoint.history += [] if pending is None else [pending]
        return endpoint

    def _show(self, world: World, endpoint: EndpointRecord) -> None:
        """Have an endpoint shown as it was recorded, until it changes."""
        world.recorded.begin(endpoint)
        for level in LEVELS:
            if endpoint.name in self.items:
                endpoint.summaries[level] = _compact(self.items[endpoint.name])
            if endpoint.name in self.details:
                endpoint.summaries[f"{level} in full"] = _compact(self.details[endpoint.name])

    def _keep(self, world: World, each: JSON, ids: dict[str, str]) -> None:
        path, _, query = each["path"].partition("?")
        query_of_model = each["method"] == "POST" and path.endswith("/invocations")
        if path == _LIST or _GET.fullmatch(path) or not (each["method"] == "GET" or query_of_model):
            return
        of_acl, of_endpoint = _OF_ACL.fullmatch(path), _OF_ENDPOINT.fullmatch(path)
        name = ids.get(of_acl[1], "") if of_acl else of_endpoint[1] if of_endpoint else ""
        answer = RecordedAnswer(
            each["status"],
            each["headers"].get("content-type", "application/json"),
            _body("answer", each),
            name,
            of_model=path.endswith(_OF_MODEL),
        )
        world.recorded.add(each["method"], path, query, _body("sent", each), answer)


def read(file: str | Path) -> Recording:
    """Return what is in a file.

    Raises
    ------
    ValueError
        If it can't be read, or is no recording.
    """
    try:
        # What is behind the last line break was not written to its end.
        lines = Path(file).read_bytes().split(b"\n")[:-1]
        header = json.loads(lines[0])
        if header["serving_widgets_recording"] > _FORMAT:
            raise ValueError(f"{file} was written by a newer version of serving_widgets")
        return Recording(str(header["label"]), [json.loads(line) for line in lines[1:]])
    except OSError as error:
        raise ValueError(f"the recording {file} can't be read: {error.strerror}") from None
    except (IndexError, KeyError, TypeError, AttributeError, json.JSONDecodeError):
        raise ValueError(f"{file} is no recording, or is broken") from None


def _config(raw: Any, made: float) -> Config | None:
    if not isinstance(raw, dict) or not raw.get("served_entities"):
        return None
    entities = [_entity(item, made) for item in raw["served_entities"]]
    routes = [
        (str(each.get("served_entity_name") or each.get("served_model_name")), int(each.get("traffic_percentage") or 0))
        for each in (raw.get("traffic_config") or {}).get("routes") or []
    ]
    accepted = _seconds(raw.get("start_time")) or max(entity.created for entity in entities)
    capture = raw.get("auto_capture_config")
    version = int(raw.get("config_version") or 1)
    return Config(version, entities, routes or [(entities[0].name, 100)], accepted, capture)


def _entity(item: JSON, made: float) -> Entity:
    spec = {key: value for key, value in item.items() if key not in _FILLED_IN}
    spec.setdefault("name", str(spec.get("entity_name", "entity")).rsplit(".", 1)[-1])
    state = item.get("state") or {}
    return Entity(
        spec,
        str(item.get("creator") or ""),
        _seconds(item.get("creation_timestamp")) or made,
        str(state.get("deployment") or "DEPLOYMENT_READY"),
        str(state.get("deployment_state_message") or ""),
    )


def _direct_grants(raw: JSON) -> Iterator[tuple[Principal, str]]:
    for entry in raw.get("access_control_list") or []:
        principal = next(((kind, str(entry[name])) for name, kind in _PRINCIPALS.items() if entry.get(name)), None)
        for grant in entry.get("all_permissions") or []:
            if principal is not None and not grant.get("inherited") and grant.get("permission_level") in LEVELS:
                yield principal, grant["permission_level"]


def _seconds(milliseconds: Any) -> float:
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else 0.0


def _compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def _body(name: str, each: JSON) -> bytes:
    if name in each:
        return _compact(each[name])
    form = each.get(f"{name}_as") or {}
    return base64.b64decode(form["base64"]) if "base64" in form else str(form.get("text", "")).encode()


def _json(each: JSON) -> Any:
    try:
        return each["answer"] if "answer" in each else json.loads(_body("answer", each))
    except ValueError:
        return None
