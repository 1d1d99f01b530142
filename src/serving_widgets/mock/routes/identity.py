"""Who is there: host metadata, OAuth for service principals, and the current user."""

from __future__ import annotations

import base64
import binascii
import secrets
from urllib.parse import parse_qs

from starlette.responses import Response

from serving_widgets.mock.app import Call, reply
from serving_widgets.mock.endpoint import digest
from serving_widgets.mock.people import SERVICE_PRINCIPALS
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
    """Give a service principal a token for its client id and secret."""
    form = {key: values[0] for key, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
    client_id, secret = _basic(call) or (form.get("client_id", ""), form.get("client_secret", ""))
    if form.get("grant_type") != "client_credentials":
        return reply({"error": "unsupported_grant_type", "error_description": "Only client_credentials is known."}, 400)
    expected = call.world.clients.get(client_id)
    if expected is None or not secrets.compare_digest(expected.encode(), secret.encode()):
        return reply({"error": "invalid_client", "error_description": "Client authentication failed."}, 401)
    user = next(one for one in SERVICE_PRINCIPALS if one.name == client_id)
    access_token = f"mock-oauth-{secrets.token_hex(16)}"
    call.world.tokens[access_token] = user
    return reply(
        {"access_token": access_token, "token_type": "Bearer", "expires_in": _TOKEN_LIFETIME, "scope": "all-apis"}
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


def _basic(call: Call) -> tuple[str, str] | None:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return client_id, secret
