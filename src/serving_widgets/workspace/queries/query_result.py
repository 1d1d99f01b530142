"""An answer to look at: as a table where it is one, with who gave it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from serving_widgets.client import Reply
from serving_widgets.openapi.answers.answer_frame import AnswerTable, to_frame
from serving_widgets.openapi.encode.other_frames import as_pandas, is_other_table, like
from serving_widgets.openapi.samples.sample import as_text
from serving_widgets.render.blocks.document import TextBlock, shortened
from serving_widgets.render.stack import Displayable, Stack

if TYPE_CHECKING:
    import pandas as pd

    from serving_widgets.openapi.check.prepare import PreparedRequest, ValueChange


@dataclass(frozen=True, slots=True, repr=False)
class QueryAnswer(Reply):
    """What an endpoint answered, as ``ep.query`` and ``%serving query`` give it. It shows itself.

    What is displayed is the same in every run that gets the same answer, so neither time nor request id is part of it.

    Attributes
    ----------
    json : Any
        The parsed body; None when it is not JSON.
    raw : bytes
        The body as it came.
    served_model : str or None
        Which served entity answered.
    request_id : str
        What the service's operators find the request by; "" when it gave none.
    seconds : float
        From sending to the end of the answer.
    note : str
        What an embedded workspace has to say of it, such as that it is made up; "" for nothing.
    endpoint, where : str
        The endpoint's name, and what its workspace is called.
    format : str
        The format of the request; "" where it is not known.
    rows : int or None
        How many rows the request had; None where it was no table.
    asked : DataFrame or None
        The table that was sent, where it was one.
    said : tuple of str
        Sentences about the request.
    changes : tuple of ValueChange
        The values that ``coerce=True`` has converted: see ``coerced``.
    as_text : bool
        Whether the body is displayed as it came.

    Examples
    --------
    >>> ws.endpoints.get("chat").query({"messages": [{"role": "user", "content": "Hello"}]}).text
    'Briefly: you asked “Hello”. Hello! What would you like to know?'
    """

    endpoint: str = ""
    where: str = ""
    format: str = ""
    rows: int | None = None
    asked: Any = None
    said: tuple[str, ...] = ()
    changes: tuple[ValueChange, ...] = ()
    as_text: bool = False

    @classmethod
    def of(cls, reply: Reply, endpoint: str, where: str, request: PreparedRequest | None = None) -> QueryAnswer:
        """Return a reply as the answer of an endpoint."""
        made = cls(
            reply.json, reply.raw, reply.served_model, reply.request_id, reply.seconds, reply.note, endpoint, where
        )
        if request is None:
            return made
        report = request.report
        return replace(
            made,
            format=report.format if report is not None else "",
            rows=report.rows if report is not None else None,
            asked=request.table,
            said=(*request.notes, *([coercion_note(request.changes)] if request.changes else ())),
            changes=request.changes,
        )

    @property
    def reply(self) -> Reply:
        """The answer as it came: ``reply.seconds`` and ``reply.request_id`` are there."""
        return self

    @property
    def coerced(self) -> pd.DataFrame:
        """The values that ``coerce=True`` has converted: row (position), column, value, and sent, what was sent."""
        import pandas as pd

        told = [(each.row, each.column, each.value, each.sent) for each in self.changes]
        return pd.DataFrame(told, columns=["row", "column", "value", "sent"], dtype=object)

    @property
    def text(self) -> str:
        """What a language model said; of any other answer the body as text."""
        answer = self._answer()
        words = [] if answer.kind not in ("chat", "completions") else _words(answer)
        return "\n\n".join(words) or body_text(self)

    def to_frame(self, *, join: bool = False, flatten: bool = False) -> pd.DataFrame:
        """Return the answer as a table.

        Parameters
        ----------
        join
            Whether to put it beside the columns of the DataFrame that was sent.
        flatten
            Whether objects within records become columns of their own, ``outer.inner``.

        Raises
        ------
        ValueError
            When it can't be read as one.
        """
        answer = self._answer(join=join, flatten=flatten)
        if answer.frame is None:
            raise ValueError(answer.note)
        return cast("pd.DataFrame", like(self.asked, answer.frame))

    def __repr__(self) -> str:
        return repr(self._shown())

    def _repr_html_(self) -> str:
        return self._shown()._repr_html_()

    def _answer(self, *, join: bool = False, flatten: bool = False) -> AnswerTable:
        body = self.json if self.json is not None else body_text(self)
        request: Any = None if self.rows is None else range(self.rows)
        if self.asked is not None:
            request = as_pandas(self.asked) if is_other_table(self.asked) else self.asked
        return to_frame(body, request, join=join, flatten=flatten)

    def _shown(self) -> Displayable:
        from serving_widgets.render import Card, message

        answer = None if self.as_text else self._answer()
        frame = None if answer is None else answer.frame
        facts = [
            ("Served by", self.served_model),
            ("Request", self._request()),
            ("Size", f"{len(self.raw):,} bytes"),
            ("Usage", "" if frame is None else _usage(frame.attrs.get("usage"))),
            ("Note", " ".join(filter(None, (self.note, "" if answer is None else answer.note)))),
        ]
        card = Card(f"Answer of {self.endpoint} – {self.where}", facts)
        return Stack(card, *(message(each) for each in self.said), self._body(answer))

    def _request(self) -> str:
        rows = "" if self.rows is None else f"{self.rows:,} row{'' if self.rows == 1 else 's'}"
        return ", ".join(part for part in (self.format, rows) if part)

    def _body(self, answer: AnswerTable | None) -> Displayable:
        from serving_widgets.render import message
        from serving_widgets.render.blocks.frames import frame_table

        if answer is None or answer.frame is None:
            plain = self.as_text or self.json is None
            text = body_text(self) if plain else as_text(self.json)
            return TextBlock("", shortened(text))
        words = _words(answer)
        if words:
            return message("\n\n".join(map(shortened, words)))
        if not len(answer.frame):
            return message("It has no rows.")
        return frame_table(answer.frame)


def coercion_note(changes: Sequence[ValueChange]) -> str:
    """Return in a sentence which values were converted."""
    counts = Counter(each.column for each in changes)
    words = ", ".join(f"{count:,} in {column!r}" if column else f"{count:,}" for column, count in counts.items())
    first = changes[0]
    place = "" if first.row is None else f" in row {first.row}"
    return (
        f"Values were converted to the type that the model declares: {words}; "
        f"the first is {first.value!r}{place}, sent as {first.sent!r}."
    )


def body_text(reply: Reply) -> str:
    """Return the body of a reply as text."""
    return reply.raw.decode("utf-8", "replace")


def _words(answer: AnswerTable) -> Sequence[str]:
    """Return what a language model said; nothing where it did something else, such as calling a tool."""
    if answer.kind not in ("chat", "completions") or answer.frame is None:
        return ()
    name = "content" if "content" in answer.frame.columns else "text"
    if name not in answer.frame.columns:
        return ()
    said = answer.frame[name].tolist()
    if not all(isinstance(each, str) and each.strip() for each in said):
        return ()
    return said if len(said) == 1 else [f"Choice {number}: {each}" for number, each in enumerate(said)]


def _usage(usage: Any) -> str:
    if not isinstance(usage, dict):
        return ""
    counts = [(name.replace("_", " "), each) for name, each in usage.items() if type(each) is int]
    return ", ".join(f"{name} {each:,}" for name, each in counts)
