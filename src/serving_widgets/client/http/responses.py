"""What comes back: an answer as a whole, one that comes piece by piece, a token for one purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from serving_widgets.api.error_body import request_id_of
from serving_widgets.client.auth.credential import Credential

from .lost_requests import LostRequest, SendProgress, run_guarded
from .retry import Outcome

OK = 200


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What came back, whatever its status.

    Attributes
    ----------
    cut : bool
        It was larger than is taken, and the body is what came until then.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    seconds: float
    cut: bool = False

    @property
    def ok(self) -> bool:
        """Whether the service said yes."""
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        """What the service's operators find the request by, or ""."""
        return request_id_of(self.headers)


class OpenResponse:
    """An answer whose body is still coming, piece by piece.

    Attributes
    ----------
    headers : mapping
        By lower-case name.

    Parameters
    ----------
    ended : callable
        Called with the whole body at its end.
    largest : int, optional
        Bytes from which on the whole is not kept for that.
    """

    def __init__(
        self,
        response: httpx.Response,
        credential: Credential,
        headers: Mapping[str, str],
        ended: Callable[[bytes], None],
        largest: int | None = None,
    ) -> None:
        self.headers = headers
        self._told, self._came, self._largest = ended, bytearray(), largest
        self._response = response
        self._pieces = response.aiter_bytes()
        # Without the token, should an answer quote it: also where it is cut in two.
        self._scrub = credential.scrubber()
        self._ended = False

    @property
    def request_id(self) -> str:
        """What the service's operators find the request by, or ""."""
        return request_id_of(self.headers)

    async def next(self, limit: float) -> bytes | LostRequest | None:
        """Return the next bytes, None at the end of the body; wait for ``limit`` seconds at most."""
        if self._ended:
            return None
        piece = await run_guarded(self._next, limit, SendProgress(sent=True))
        if isinstance(piece, LostRequest):
            return piece
        self._ended = piece is None
        rest = self._scrub(piece or b"", self._ended)
        if self._largest is None or len(self._came) <= self._largest:
            self._came += rest
            if self._ended:
                self._told(bytes(self._came))
        return rest if rest or not self._ended else None

    async def aclose(self) -> None:
        """Close the connection, unless the body came to its end."""
        await self._response.aclose()

    async def _next(self, progress: SendProgress) -> bytes | None:
        async for piece in self._pieces:
            return piece
        return None


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token for one purpose, and for how many seconds it is good."""

    credential: Credential
    seconds: float


def outcome_from(result: object) -> Outcome:
    """Return the part of a result that decides whether to try again."""
    if isinstance(result, ApiResponse):
        return Outcome(result.status, result.headers.get("retry-after"))
    return Outcome(sent=result.sent, lasting=result.lasting) if isinstance(result, LostRequest) else Outcome(OK)
