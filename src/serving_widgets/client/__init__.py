"""The only code that sends HTTP: credentials, retries, time-outs, and one method a route.

Names are imported when they are first used: who only makes a :class:`Credential` need not wait for httpx.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .auth import BearerAuth
    from .client import Client
    from .credential import Credential
    from .reply import Chunk, Reply
    from .timing import Timeouts

__all__ = ["BearerAuth", "Chunk", "Client", "Credential", "Reply", "Timeouts"]

_HOMES = {
    "BearerAuth": ".auth",
    "Chunk": ".reply",
    "Client": ".client",
    "Credential": ".credential",
    "Reply": ".reply",
    "Timeouts": ".timing",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
