"""How a credential gets onto a request, and off it again."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from typing import NoReturn

import httpx

from .credential import Credential


class BearerAuth(httpx.Auth):
    """Sign each request right before it is sent, and take the signature off as soon as it was.

    So neither a response (by its ``request``) nor an error holds a token.
    """

    __slots__ = ("_credential",)

    def __init__(self, credential: Credential) -> None:
        self._credential = credential

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign, send; on 401 ask a credential that can be renewed for a new one, once."""
        names = await self._credential.sign(request.headers)
        try:
            response = yield request
            if response.status_code == httpx.codes.UNAUTHORIZED and self._credential.renewable:
                renewed = await self._credential.renew(request.headers)
                names += renewed
                if renewed:
                    yield request
        finally:
            for name in names:
                request.headers.pop(name, None)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Refuse: without this, a blocking client would send requests unsigned."""
        self._refuse()
        yield request

    def __repr__(self) -> str:
        return f"BearerAuth({self._credential!r})"

    @staticmethod
    def _refuse() -> NoReturn:
        raise RuntimeError("BearerAuth serves httpx.AsyncClient only")
