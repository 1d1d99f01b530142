"""What is known of the rows of a scoring: which have their prediction, which were refused, which are missing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from serving_widgets.api.errors import ApiError, ServingError


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Why a row has no prediction.

    Attributes
    ----------
    code
        The service's own code, or ours.
    status
        The HTTP status; None where nothing was sent or nothing came back.
    final
        Sending it again would give the same.
    """

    code: str
    message: str
    status: int | None
    final: bool

    @classmethod
    def of(cls, error: ServingError, *, final: bool) -> Fault:
        """Return the fault that an error is for a row."""
        if isinstance(error, ApiError):
            return cls(error.error_code or error.code, error.said or error.message, error.status, final)
        return cls(error.code, error.message, None, final)

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """Some rows, one after the other, that were dealt with.

    Attributes
    ----------
    digest
        Of the request's body: by it a later run tells whether these are still the same rows.
    answers
        The prediction of each row; None where there is a fault.
    """

    start: int
    stop: int
    digest: bytes
    answers: Sequence[Any] | None
    fault: Fault | None = None

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def settled(self) -> bool:
        """Whether there is nothing to gain from sending it again."""
        return self.fault is None or self.fault.final


class Ledger:
    """The pieces of a whole of so many rows.

    Examples
    --------
    >>> ledger = Ledger(10)
    >>> ledger.add(Piece(2, 5, b"", [1, 2, 3]))
    >>> list(ledger.missing())
    [(0, 2), (5, 10)]
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._pieces: dict[int, Piece] = {}

    def copy(self) -> Ledger:
        """Return a ledger of its own that knows the same."""
        twin = Ledger(self.total)
        twin._pieces = dict(self._pieces)
        return twin

    def add(self, piece: Piece) -> None:
        """Enter a piece; it must not overlap another."""
        self._pieces[piece.start] = piece

    def drop(self, piece: Piece) -> None:
        """Take a piece back: its rows are missing again."""
        del self._pieces[piece.start]

    def pieces(self) -> list[Piece]:
        """Return the pieces in the order of the rows."""
        return [self._pieces[start] for start in sorted(self._pieces)]

    @property
    def done(self) -> int:
        """How many rows have their prediction, or the service's final word that there is none."""
        return sum(len(piece) for piece in tuple(self._pieces.values()) if piece.settled)

    @property
    def predicted(self) -> int:
        """How many rows have their prediction."""
        return sum(len(piece) for piece in tuple(self._pieces.values()) if piece.fault is None)

    def missing(self) -> Iterator[tuple[int, int]]:
        """Yield the rows that nothing is known of, from the first to before the last."""
        place = 0
        for piece in self.pieces():
            if piece.start > place:
                yield place, piece.start
            place = piece.stop
        if place < self.total:
            yield place, self.total

    def answers(self) -> list[Any]:
        """Return the prediction of every row, None where there is none."""
        result: list[Any] = [None] * self.total
        for piece in self.pieces():
            if piece.answers is not None:
                result[piece.start : piece.stop] = piece.answers
        return result

    def faults(self) -> dict[int, Fault]:
        """Return the faults by row."""
        return {row: piece.fault for piece in self.pieces() if piece.fault for row in range(piece.start, piece.stop)}


def cut(start: int, stop: int, most: int) -> list[tuple[int, int]]:
    """Cut rows into as few ranges as there can be, of about the same length, of ``most`` rows at most.

    Examples
    --------
    >>> cut(0, 10, 4)
    [(0, 3), (3, 6), (6, 10)]
    """
    count = -(-(stop - start) // most)
    marks = [start + (stop - start) * part // count for part in range(count + 1)] if count else [start]
    return list(itertools.pairwise(marks))
