"""Who is there: host metadata, OAuth for service principals, and the current user."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.endpoint import digest
from serving_widgets.mock.people import SERVICE_PRINCIPALS, User
from serving_widgets.mock.world import WORKSPACE_ID

_ACCOUNT_ID = "00000000-0000-0000-0000-000000000000"
_TOKEN_LIFETIME = 3600


def host_metadata(call: Call) -> Response:
    """Answer what every client of the official SDK asks first; OAuth needs the address in it."""
    return reply(
        {
            "oidc_endpoint": f"{call.world.host}/oidc",
            "account_id": _ACCOUNT_ID,
            "workspace_id": WORKSPACE_ID,
            "cloud": "AWS",
        }
    )


def discovery(call: Call) -> Response:
    """Answer where to get OAuth tokens."""
    oidc = f"{call.world.host}/oidc/v1"
    return reply({"authorization_endpoint": f"{oidc}/authorize", "token_endpoint": f"{oidc}/token"})


def token(call: Call) -> Response:
    """Give out an OAuth token: to a service principal for its secret, or a narrower one for an OAuth token."""
    form = {key: values[0] for key, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    grant = form.get("grant_type", "")
    if grant not in _GRANTS:
        return reply({"error": "unsupported_grant_type", "error_description": f"Use one of {', '.join(_GRANTS)}."}, 400)
    user = _GRANTS[grant](call, form)
    if user is None:
        return reply({"error": "invalid_client", "error_description": "Client authentication failed."}, 401)
    return reply(
        {
            "access_token": call.world.grant_oauth(user),
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFETIME,
            "scope": "all-apis",
        }
    )


def me(call: Call) -> Response:
    """Answer who is asking."""
    user = call.user
    emails = [] if user.service_principal else [{"type": "work", "value": user.name, "primary": True}]
    return reply(
        {
            "id": str(int(digest("user", user.name)[:12], 16)),
            "userName": user.name,
            "displayName": user.display_name,
            "active": True,
            "emails": emails,
            "groups": [
                {"display": group, "type": "direct", "value": digest("group", group)[:12]} for group in user.groups
            ],
        }
    )


def _by_secret(call: Call, form: Mapping[str, str]) -> User | None:
    client_id, secret = _basic(call) or (form.get("client_id", ""), form.get("client_secret", ""))
    expected = call.world.clients.get(client_id)
    if expected is None or not secrets.compare_digest(expected.encode(), secret.encode()):
        return None
    return next(user for user in SERVICE_PRINCIPALS if user.name == client_id)


def _by_token(call: Call, form: Mapping[str, str]) -> User | None:
    return call.world.oauth_tokens.get(form.get("assertion", ""))


_GRANTS: Mapping[str, Callable[[Call, Mapping[str, str]], User | None]] = {
    "client_credentials": _by_secret,
    "urn:ietf:params:oauth:grant-type:jwt-bearer": _by_token,
}


def _basic(call: Call) -> tuple[str, str] | None:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret
