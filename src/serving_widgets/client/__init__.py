"""The only code that sends HTTP: credentials, retries, time-outs, and one method a route.

Names are imported when they are first used: who only makes a :class:`Credential` need not wait for httpx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .auth.bearer_auth import BearerAuth
    from .auth.credential import Credential
    from .client import Client
    from .http.timing import Timeouts
    from .reply import Chunk, Reply

__all__ = ["BearerAuth", "Chunk", "Client", "Credential", "Reply", "Timeouts"]

_HOMES = {
    "BearerAuth": ".auth.bearer_auth",
    "Chunk": ".reply",
    "Client": ".client",
    "Credential": ".auth.credential",
    "Reply": ".reply",
    "Timeouts": ".http.timing",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
