"""What a 403 leaves out: which level the user has, which one it takes, and who can grant it."""

from __future__ import annotations

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.error_body import mask
from serving_widgets.api.errors import PermissionDenied, ServingError
from serving_widgets.api.permissions.access_control_list import AccessControlList, includes
from serving_widgets.client.http.body_codec import ResponseReader
from serving_widgets.client.http.responses import ApiResponse
from serving_widgets.client.http.timing import Deadline
from serving_widgets.client.http.transport import Transport
from serving_widgets.client.routes import ApiCall, api_call

from .endpoint_memory import SeenEndpoints

# Seconds that an error may be held up for the sake of saying more.
PATIENCE = 2.0
_NAMED = 4  # managers at most in a sentence


class PermissionHints:
    """Explains a 403 by what was seen before and one more read at most; where that fails, the error stays as it is."""

    def __init__(self, transport: Transport, reader: ResponseReader, memory: SeenEndpoints) -> None:
        self._transport = transport
        self._reader = reader
        self._seen_endpoints = memory

    async def explain(self, error: PermissionDenied, call: ApiCall, deadline: Deadline) -> None:
        """Add to an error what can be found out about it."""
        # Where the token itself is refused, no level would help.
        if not call.needs or "access token" in error.said.lower():
            return
        info = self._seen_endpoints.of(call.endpoint) or (self._seen_endpoints.by_id(call.id) if call.id else None)
        limit = min(PATIENCE, deadline.left)
        acl = None
        # What was seen before may be old: it is believed where it says that a level is missing, for that is so.
        if info is not None and info.id and info.permission_level and not includes(info.permission_level, call.needs):
            acl = await self._acl(info.id, limit)
        elif call.endpoint is not None:
            info = await self._endpoint(call.endpoint, limit)
        elif call.id is not None:
            acl = await self._acl(call.id, limit)
        have = None if info is None else info.permission_level
        error.have, error.needed = have, call.needs
        error.managers = tuple(map(str, acl.managers)) if acl is not None else ()
        error.hint = mask(_hint(call, have, error.managers, info))

    async def _acl(self, id: str, limit: float) -> AccessControlList | None:
        raw = await self._object(api_call("permissions", id=id), limit)
        return None if raw is None else AccessControlList.read(raw)

    async def _endpoint(self, name: str, limit: float) -> EndpointInfo | None:
        raw = await self._object(api_call("get", name), limit)
        return None if raw is None else EndpointInfo.read(raw)

    async def _object(self, call: ApiCall, limit: float) -> dict[str, object] | None:
        try:
            answer = await self._transport.attempt(call, limit)
            if isinstance(answer, ApiResponse) and answer.ok:
                return dict(await self._reader.object(answer, call))
        except ServingError:
            pass  # the error that is being explained is the one to raise
        return None


def _hint(call: ApiCall, have: str | None, managers: tuple[str, ...], info: EndpointInfo | None) -> str:
    name = call.endpoint or "the endpoint"
    if includes(have, call.needs):
        return f"You have {have} on {name}, which is enough: the token may be limited to other things."
    missing = f"You have {have}; {call.needs} is needed." if have else f"{call.needs} on {name} is needed."
    if managers:
        who = list(managers[:_NAMED])
        if len(managers) > _NAMED:
            who.append(f"{len(managers) - _NAMED} others")
        one = len(who) == 1 and not who[0].startswith("the group")
        return f"{missing} {_listed(who)} {'manages' if one else 'manage'} it."
    if info is not None and info.creator:
        return f"{missing} Ask {info.creator}, who created it, or a workspace administrator."
    return f"{missing} Ask someone who manages {name}, or a workspace administrator."


def _listed(names: list[str]) -> str:
    text = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return text[:1].upper() + text[1:] if text.startswith("the ") else text
