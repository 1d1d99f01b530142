"""One request with its answer, as whoever looks on is told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class HttpExchange:
    """A request and what came back, both without the token.

    Attributes
    ----------
    path : str
        With what stands behind the question mark.
    seconds : float
        Host seconds from the request to the end of the answer.
    headers : mapping of str to str
        Those of the answer, by lower-case name.
    sent : bytes or None
        The body of the request; None where it had none.
    """

    method: str
    path: str
    status: int
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    sent: bytes | None = field(default=None, repr=False)
    answer: bytes = field(default=b"", repr=False)

    @property
    def size(self) -> int:
        """Bytes of both bodies."""
        return len(self.sent or b"") + len(self.answer)
