"""Routes of signing in: host metadata, and OAuth for service principals."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.responses import Response

from serving_widgets.mock.app import MockRequest, MockRoute, reply
from serving_widgets.mock.service.users import MockUser
from serving_widgets.mock.state.oauth_tokens import LIFETIME_S
from serving_widgets.mock.state.permissions import has_ability
from serving_widgets.mock.state.world import WORKSPACE_ID

_ACCOUNT_ID = "00000000-0000-0000-0000-000000000000"
_OBJECT_PATH = "/serving-endpoints/"
_ACTION = "query_inference_endpoint"


class TokenError(Exception):
    """An answer of the token service, in OAuth's own envelope rather than in that of the workspace."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


def host_metadata(request: MockRequest) -> Response:
    """Answer what every client of the official SDK asks first; OAuth needs the address in it."""
    return reply(
        {
            "oidc_endpoint": f"{request.world.host}/oidc",
            "account_id": _ACCOUNT_ID,
            "workspace_id": WORKSPACE_ID,
            "cloud": "AWS",
        }
    )


def discovery(request: MockRequest) -> Response:
    """Answer where to get OAuth tokens."""
    oidc = f"{request.world.host}/oidc/v1"
    return reply({"authorization_endpoint": f"{oidc}/authorize", "token_endpoint": f"{oidc}/token"})


def token(request: MockRequest) -> Response:
    """Give out an OAuth token: to a service principal for its secret, or a narrower one for an OAuth token.

    ``authorization_details`` narrow a token to one endpoint, as the data plane of route-optimized endpoints wants it
    (Databricks docs, *Query route-optimized serving endpoints*).
    """
    form = {key: values[0] for key, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    try:
        grant = form.get("grant_type", "")
        if grant not in _GRANTS:
            raise TokenError("unsupported_grant_type", f"Use one of {', '.join(_GRANTS)}.")
        user = _GRANTS[grant](request, form)
        endpoint = _narrowed(request, user, form.get("authorization_details", ""))
    except TokenError as refusal:
        return reply({"error": refusal.error, "error_description": refusal.description}, refusal.status)
    return reply(
        {
            "access_token": request.world.oauth.give(user, endpoint),
            "token_type": "Bearer",
            "expires_in": LIFETIME_S,
            "scope": "all-apis",
        }
    )


def _by_secret(request: MockRequest, form: Mapping[str, str]) -> MockUser:
    client_id, secret = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
    expected = request.world.clients.get(client_id)
    if expected is None or not secrets.compare_digest(expected.encode(), secret.encode()):
        raise TokenError("invalid_client", "Client authentication failed.", 401)
    return next(user for user in request.world.service_principals if user.name == client_id)


def _by_token(request: MockRequest, form: Mapping[str, str]) -> MockUser:
    if not form.get("authorization_details"):
        raise TokenError("invalid_request", "Send authorization_details: a token is exchanged for a narrower one.")
    assertion = form.get("assertion", "")
    if assertion in request.world.tokens:
        raise TokenError("invalid_grant", "A personal access token can't be exchanged.")
    grant = request.world.oauth.find(assertion)
    if grant is None or grant.endpoint:
        raise TokenError("invalid_grant", "The assertion is not a token of this workspace that can be exchanged.")
    return grant.user


_GRANTS: Mapping[str, Callable[[MockRequest, Mapping[str, str]], MockUser]] = {
    "client_credentials": _by_secret,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _by_token,
}


def _basic(request: MockRequest) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret


def _narrowed(request: MockRequest, user: MockUser, details: str) -> str:
    """Return the id of the endpoint that a token is asked for; empty if for everything."""
    if not details:
        return ""
    endpoint_id = _endpoint_in(details)
    endpoint = next((one for one in request.world.endpoints() if one.id == endpoint_id), None)
    if endpoint is None or not has_ability(user, "query", endpoint):
        raise TokenError("invalid_authorization_details", "User is not authorized to the requested authorizations.")
    return endpoint_id


def _endpoint_in(details: str) -> str:
    try:
        wanted: Any = json.loads(details)
        (detail,) = wanted
        fits = detail["type"] == "workspace_permission" and detail["object_type"] == "serving-endpoints"
        path, actions = detail["object_path"], detail["actions"]
        if fits and path.startswith(_OBJECT_PATH) and actions == [_ACTION]:
            return str(path.removeprefix(_OBJECT_PATH))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass  # said below, in the same words as for details that are read but don't fit
    raise TokenError(
        "invalid_authorization_details",
        f"authorization_details must name one serving endpoint and the action {_ACTION}.",
    )


ROUTES = (
    MockRoute("GET", "/.well-known/databricks-config", host_metadata, public=True),
    MockRoute("GET", "/oidc/.well-known/oauth-authorization-server", discovery, public=True),
    MockRoute("POST", "/oidc/v1/token", token, public=True),
)
