"""OAuth tokens: the user of each, its end, and the single endpoint of a narrowed one."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from serving_widgets.mock.service.users import MockUser

LIFETIME_S = 3600
"""Seconds after which a token is worth nothing (Databricks docs, *Authorize service principal access*).

They pass on the host's clock, not in service time: clients count them so, from ``expires_in``, and none would know that
a script moved the workspace by an hour.
"""


@dataclass(frozen=True)
class OAuthGrant:
    """The user and scope that an OAuth token stands for.

    Parameters
    ----------
    user : User
        The user that signs in with it.
    endpoint : str
        Id of the only endpoint that may be asked with it; empty for a token that is good for everything.
    expires : float
        When it ends, on the host's monotonic clock.
    """

    user: MockUser
    endpoint: str
    expires: float


class OAuthTokens:
    """The OAuth tokens that were given out."""

    def __init__(self) -> None:
        self._grants: dict[str, OAuthGrant] = {}

    def give(self, user: MockUser, endpoint: str = "") -> str:
        """Return a new token for `user`, narrowed to the endpoint of that id if there is one."""
        token = f"mock-oauth-{secrets.token_hex(16)}"
        self._grants[token] = OAuthGrant(user, endpoint, time.monotonic() + LIFETIME_S)
        return token

    def find(self, token: str) -> OAuthGrant | None:
        """Return what `token` stands for; None if it was never given out, or its time is over."""
        grant = self._grants.get(token)
        return grant if grant is not None and time.monotonic() < grant.expires else None

    def expired(self, token: str) -> bool:
        """Return whether `token` was good once."""
        return token in self._grants and self.find(token) is None
