"""Editing the draft of a schema explorer: what a page may do to it, and the check after each edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.imported import imported
from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.editing.cell_values import MISSING, Cell, printable
from serving_widgets.openapi.editing.request_draft import Pointer, RequestDraft
from serving_widgets.openapi.encode.encode import to_payload
from serving_widgets.openapi.model import InputFormat
from serving_widgets.openapi.report import NOTHING, Report
from serving_widgets.openapi.samples.sample import sample
from serving_widgets.widgets.core.channel import Args
from serving_widgets.workspace.runtime import event_loop

from . import contract, snapshot

#: How an endpoint is asked that doesn't say what it takes.
ANYTHING = InputFormat("json", "json")
#: Rows of a DataFrame that become a draft; more are for ``ep.predict``.
MOST_LOADED = 10_000
#: Rows of a sample at most.
MOST_SAMPLED = 100


class Editing:
    """One draft for each format of each operation, and the one that is open.

    Attributes
    ----------
    draft : RequestDraft
        The one that is open.
    report : Report or None
        What is wrong with it.
    notes : tuple of str
        What was changed on the way into the draft by the last edit.
    rev : int
        Rises whenever there is something else to show.
    """

    def __init__(self) -> None:
        self.draft = RequestDraft(ANYTHING)
        self.report: Report | None = None
        self.notes: tuple[str, ...] = ()
        self.rev = 0
        self._drafts: dict[tuple[str, str, str], RequestDraft] = {}

    def edit(self, edit: Callable[[Args], None], args: Args) -> None:
        """Carry out one of the edits."""
        self.notes = ()
        edit(args)

    @property
    def edits(self) -> Mapping[str, Callable[[Args], None]]:
        """What a page may do, by name; for another thread than the loop's, one at a time."""
        return {
            "text": self._write,
            "undo": lambda _: self.draft.undo(),
            "revert": lambda _: self.draft.revert(),
            "cell": self._set_cell,
            "rows": self._change_rows,
            "paste": self._paste,
            "field": self._set_field,
            "message": self._set_message,
            "sample": self._sample,
            "fix": self._fix,
            "load": self._load_frame,
        }

    async def open(self, place: tuple[str, str], format: InputFormat) -> None:
        """Go on with the draft of a format; the first time with a sample."""
        key = (*place, format.key)
        known = self._drafts.get(key)
        if known is None:
            known = self._drafts[key] = RequestDraft(format, await event_loop.elsewhere(_sample, format, 2))
        # The schema may have been read anew; what was written stays.
        known.format = format
        self.draft = known
        await self.check()

    def move(self, old: tuple[str, str], new: tuple[str, str]) -> None:
        """Go on elsewhere with what was written for an operation that is no more, such as a version of the model."""
        for path, method, key in list(self._drafts):
            if (path, method) == old and self._drafts[path, method, key].can_undo:
                self._drafts[(*new, key)] = self._drafts.pop((path, method, key))

    async def check(self) -> None:
        """Check the draft against its format."""
        draft = self.draft
        self.report = await event_loop.elsewhere(validate, draft.text if draft.fault else draft.body, draft.format)
        self.rev += 1

    def _write(self, args: Args) -> None:
        text = args.get("text")
        if isinstance(text, str):
            self.draft.write(text)

    def _set_cell(self, args: Args) -> None:
        self.draft.set_cell(_number(args, "row"), _name(args, "column"), _cell(args))

    def _change_rows(self, args: Args) -> None:
        gone = args.get("remove")
        if isinstance(gone, list):
            self.draft.remove_rows([each for each in gone if isinstance(each, int)])
        else:
            self.draft.add_rows(_number(args, "add"))

    def _paste(self, args: Args) -> None:
        text = args.get("text")
        self.draft.paste(_number(args, "row"), _name(args, "column"), text if isinstance(text, str) else "")

    def _set_field(self, args: Args) -> None:
        wanted = args.get("pointer")
        for field, (pointer, column) in zip(
            snapshot.fields(self.draft), snapshot.form_of(self.draft.format), strict=True
        ):
            if field["pointer"] == wanted:
                self.draft.set(pointer, _cell(args), column)
                return
        raise ConfigError(f"The form has no {wanted!r}.", hint="Refresh the schema.")

    def _set_message(self, args: Args) -> None:
        """Add a message of a conversation, change one, or take one away."""
        number, text, key = args.get("number"), args.get("text"), self.draft.format.key
        present = self.draft.get((key,))
        count = len(present) if isinstance(present, list) else 0
        if not isinstance(number, int):
            role = args.get("role")
            said = {"role": role if isinstance(role, str) else "user", "content": str(text or "")}
            if role == "system":
                # It stands first; what is still the sample gives way to it.
                rest = present if isinstance(present, list) and self.draft.can_undo else []
                self.draft.put_at((key,), [said, *rest])
            else:
                self.draft.put_at((key, count), said)
        elif not 0 <= number < count:
            raise ConfigError(f"There is no message {number}.", hint="The conversation has changed; look at it again.")
        elif isinstance(text, str):
            self.draft.put_at((key, number, "content"), text)
        else:
            self.draft.put_at((key, number), MISSING)

    def _sample(self, args: Args) -> None:
        rows = args.get("rows")
        count = rows if isinstance(rows, int) and 0 < rows <= MOST_SAMPLED else 2
        self.draft.put(_sample(self.draft.format, count))

    def _fix(self, args: Args) -> None:
        """Put in place what the check proposes."""
        for each in self.report.errors if self.report is not None else ():
            if each.path == args.get("pointer") and each.value is not NOTHING:
                self.draft.put_at(_steps(self.draft.body, each.path), each.value)
                return
        raise ConfigError("There is nothing left to fix here.")

    def _load_frame(self, args: Args) -> None:
        name = _name(args, "name")
        frame = frames_of_user().get(name)
        if frame is None:
            raise ConfigError(f"There is no DataFrame {name!r}.", hint="Make it in a cell, then choose it here.")
        format = self.draft.format
        made = to_payload(frame.iloc[:MOST_LOADED], format.key, format.by_name)
        left = len(frame) - MOST_LOADED
        cut = f"The first {MOST_LOADED:,} rows were taken; `ep.predict({name})` scores the {left:,} others, too."
        self.notes = (*made.notes, *([cut] if left > 0 else []))
        self.draft.put({**(self.draft.body if isinstance(self.draft.body, Mapping) else {}), **made})


def named_frames() -> list[contract.FramePicture]:
    """Return the DataFrames that have a name in the notebook, as the page offers them."""
    found = sorted(frames_of_user().items())
    return [{"name": printable(name), "rows": len(frame), "columns": frame.shape[1]} for name, frame in found]


def frames_of_user() -> dict[str, Any]:
    """Return the DataFrames that have a name in the notebook."""
    ipython = imported("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    names = dict(getattr(shell, "user_ns", None) or {})
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_")
        and type(value).__name__ == "DataFrame"
        and type(value).__module__.partition(".")[0] == "pandas"
    }


def _sample(format: InputFormat, rows: int) -> Any:
    """Return a sample as plain JSON, which an endpoint may take in another form than an object."""
    body = sample(format, rows).body
    return dict(body) if isinstance(body, Mapping) else body


def _steps(body: Any, pointer: str) -> Pointer:
    """Return a JSON pointer as steps: numbers within lists, names within objects."""
    steps: list[str | int] = []
    here = body
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        step: str | int = int(name) if isinstance(here, list) and name.isdecimal() else name
        steps.append(step)
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
    return tuple(steps)


def _number(args: Args, key: str) -> int:
    value = args.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _bad_request()


def _name(args: Args, key: str) -> str:
    value = args.get(key)
    if isinstance(value, str):
        return value
    raise _bad_request()


def _cell(args: Args) -> Cell:
    value = args.get("cell")
    if value is None or value is False or isinstance(value, str):
        return value
    raise _bad_request()


def _bad_request() -> ConfigError:
    return ConfigError("The page sent something unexpected.", hint="Reload the page.", code="bad_request")
