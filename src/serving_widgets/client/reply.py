"""The answer to a query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answered.

    Attributes
    ----------
    json : Any
        The parsed body; None when it is not JSON.
    raw : bytes
        The body as it came.
    served_model : str or None
        Which served entity answered; the service names it in a header.
    request_id : str
        What the service's operators find the request by; "" when it gave none.
    seconds : float
        From sending to the end of the answer.
    """

    json: Any = field(repr=False)
    raw: bytes = field(repr=False)
    served_model: str | None
    request_id: str
    seconds: float

    @property
    def text(self) -> str:
        """The body as text."""
        return self.raw.decode("utf-8", "replace")
