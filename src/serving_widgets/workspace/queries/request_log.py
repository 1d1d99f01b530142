"""The requests that were sent to an endpoint from this kernel, and what came of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from serving_widgets.api.errors import ServingError
from serving_widgets.client import Reply
from serving_widgets.openapi.answers.answer_frame import AnswerTable
from serving_widgets.openapi.model import InputFormat

if TYPE_CHECKING:
    from serving_widgets.workspace.session.session import Session

#: Requests of one endpoint that are kept, and how many characters and bytes of them and of their answers.
MOST_ASKED = 50
MOST_BYTES = 64_000_000

Outcome = Literal["running", "answered", "failed", "cancelled"]


@dataclass(slots=True)
class Asked:
    """One request and what came of it.

    Attributes
    ----------
    number : int
        Counted from 1, within the endpoint.
    at : float
        When it was sent, in seconds since the epoch.
    path : str
        What was asked.
    format : InputFormat
        How it was written.
    text : str
        The body as it was sent.
    rows : int or None
        How many rows it had; None where it was no table.
    unlike : str
        How the answer is otherwise than the schema says; "" when it is not.
    """

    number: int
    at: float
    path: str
    entity: str | None
    format: InputFormat = field(repr=False)
    text: str = field(repr=False)
    rows: int | None = None
    outcome: Outcome = "running"
    seconds: float | None = None
    reply: Reply | None = field(default=None, repr=False)
    answer: AnswerTable | None = field(default=None, repr=False)
    error: ServingError | None = None
    unlike: str = ""
    partial: str = field(default="", repr=False)

    @property
    def size(self) -> int:
        """Bytes that are kept of it, roughly."""
        return len(self.text) + (len(self.reply.raw) if self.reply is not None else len(self.partial))


class History:
    """The requests of one endpoint, oldest first; the oldest go when there are too many, or they are too large."""

    def __init__(self) -> None:
        self._asked: list[Asked] = []
        self._count = 0

    def begin(self, **what: object) -> Asked:
        """Add a request that is about to be sent; the keywords are the attributes of :class:`Asked`."""
        self._count += 1
        asked = Asked(self._count, **what)  # type: ignore[arg-type]  # the keywords are those of the class
        self._asked.append(asked)
        self.trim()
        return asked

    def trim(self) -> None:
        """Forget what is too much; never the newest."""
        while len(self._asked) > 1 and (len(self) > MOST_ASKED or sum(each.size for each in self) > MOST_BYTES):
            del self._asked[0]

    def get(self, number: int) -> Asked | None:
        """Return a request by its number; None when it was forgotten."""
        return next((each for each in self._asked if each.number == number), None)

    def __iter__(self) -> Iterator[Asked]:
        return iter(self._asked)

    def __len__(self) -> int:
        return len(self._asked)


class Histories(dict[str, History]):
    """The requests of each endpoint that were sent through a connection."""


def history_of(session: Session, name: str) -> History:
    """Return the history of an endpoint: the same one for everything in this kernel that asks it."""
    return session.attachments.of(Histories).setdefault(name, History())
