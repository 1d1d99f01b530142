"""Data of any sensible form, cut into rows: what a request's data key holds for some of them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol

from serving_widgets.api.json_writer import dumps
from serving_widgets.openapi.errors import EncodingError
from serving_widgets.openapi.model import Column

from .cells import CellContext, plain
from .columns import values_of
from .other_frames import advice, as_pandas, is_other_table

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Format = Literal["dataframe_split", "dataframe_records", "inputs", "instances"]
#: The keys of which a request to a model has one (Databricks docs, *Query serving endpoints for custom models*).
FORMATS: tuple[Format, ...] = ("dataframe_split", "dataframe_records", "inputs", "instances")


NAMES_NOTE = "Column names that are no text were sent as text."
#: Rows that are written at a stretch: other threads get their turn in between, because a JSON writer holds the
#: interpreter's lock from beginning to end.
STRETCH = 500


class RowSource(Protocol):
    """Data that can be sent some rows at a time.

    Attributes
    ----------
    format
        The request's data key.
    notes
        What was changed on the way, in sentences; grows as rows are converted.
    """

    format: Format
    notes: dict[str, None]

    def __len__(self) -> int: ...

    @property
    def index(self) -> pd.Index[Any]:
        """What the rows are called."""
        ...

    def part(self, start: int, stop: int) -> Any:
        """Return what the data key holds for the rows from ``start`` to before ``stop``."""
        ...

    def written(self, start: int, stop: int) -> bytes:
        """Return :meth:`part` as JSON."""
        ...

    def check(self, start: int, stop: int) -> None:
        """Raise what :meth:`part` would raise."""
        ...


#: What is known of columns, by name: their type in MLflow's words, or all that the endpoint's schema says of them.
Declared = Mapping[str, str] | Mapping[str | int, Column]
#: Changes the values of a column: takes its name, its values and the number of the first row.
ColumnChange = Callable[[str, list[Any], int], list[Any]]


def rows_of(data: Any, format: str | None = None, columns: Declared | None = None) -> RowSource:
    """Return data as rows.

    Parameters
    ----------
    data
        A DataFrame, a Series, a table of polars or Arrow, a list of dictionaries, or an array, or lists of numbers,
        whose first axis counts rows.
    format
        The request's data key: ``dataframe_split`` for tables and ``inputs`` for arrays unless given.
    columns
        What the model declares, by column name.

    Raises
    ------
    EncodingError
        When the data as a whole can't be sent.
    """
    import numpy as np
    import pandas as pd

    if format is not None and format not in FORMATS:
        raise EncodingError(f"There is no format {format!r}.", hint=f"Known are {', '.join(FORMATS)}.")
    if isinstance(data, pd.DataFrame):
        return FrameRows(data, format or "dataframe_split", columns or {})
    if isinstance(data, pd.Series):
        if data.name is None:
            raise EncodingError(
                "The Series has no name, so the model can't tell what it is.", hint='s.rename("column")'
            )
        return FrameRows(data.to_frame(), format or "dataframe_split", columns or {})
    if isinstance(data, np.ndarray):
        if data.dtype.names:
            return FrameRows(pd.DataFrame(data), format or "dataframe_split", columns or {})
        return ArrayRows(data, format or "inputs")
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        if all(isinstance(row, Mapping) for row in data):
            return FrameRows(_frame_of(data), format or "dataframe_split", columns or {})
        array = _array_of(data)
        if array is not None:
            return ArrayRows(array, format or "inputs")
        raise EncodingError(
            "The list has elements that are neither dictionaries nor lists of numbers, all of one length.",
            hint="Give one dictionary a row.",
        )
    if is_other_table(data):
        return FrameRows(as_pandas(data), format or "dataframe_split", columns or {})
    kind = f"{type(data).__module__}.{type(data).__qualname__}".removeprefix("builtins.")
    raise EncodingError(
        f"{kind} is not a table.",
        hint=advice(data)
        or "Give a DataFrame of pandas, a table of polars or Arrow, a Series with a name, a list of dictionaries or an "
        "array; of a Spark DataFrame .toPandas(). ep.query(…) takes a whole request body.",
    )


class FrameRows:
    """A DataFrame as rows. Its index is never sent."""

    def __init__(self, frame: pd.DataFrame, format: str, declared: Declared) -> None:
        self.notes: dict[str, None] = {}
        self.names = _names(frame, self.notes)
        self.format: Format = format  # type: ignore[assignment]  # checked by rows_of
        self.declared = declared
        self.change: ColumnChange | None = None
        self._frame = frame

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def declared(self) -> Declared:
        """What is known of the columns, by name."""
        return self._declared

    @declared.setter
    def declared(self, known: Declared) -> None:
        self._declared = known
        self.sent_names: list[str | int] = list(self.names)
        if any(isinstance(name, int) for name in known):
            self.sent_names = [int(name) if name.isdecimal() else name for name in self.names]
            self.notes.pop(NAMES_NOTE, None)

    @property
    def index(self) -> pd.Index[Any]:
        """The DataFrame's own."""
        return self._frame.index

    def check(self, start: int, stop: int) -> None:
        """Raise what :meth:`part` would raise."""
        self.columns(start, stop)

    def columns(self, start: int, stop: int) -> list[list[Any]]:
        """Return the rows from ``start`` to before ``stop``, column by column."""
        return [self.column(place, start, stop) for place in range(len(self.names))]

    def column(self, place: int, start: int, stop: int) -> list[Any]:
        """Return a column's values of the rows from ``start`` to before ``stop``."""
        name = self.names[place]
        known = self.declared.get(self.sent_names[place], "")  # type: ignore[arg-type]  # of either sort
        spec = known if isinstance(known, Column) else None
        declared = known if isinstance(known, str) else known.declared
        spot = CellContext(name, start, declared=declared, spec=spec, notes=self.notes)
        values = values_of(self.series(place, start, stop), spot)
        return values if self.change is None else self.change(name, values, start)

    def series(self, place: int, start: int, stop: int) -> pd.Series[Any]:
        """Return a column of the rows from ``start`` to before ``stop`` as it is."""
        return self._frame.iloc[start:stop, place]

    def part(self, start: int, stop: int) -> Any:
        """Return what the data key holds for the rows from ``start`` to before ``stop``."""
        columns = self.columns(start, stop)
        if self.format == "inputs":
            return dict(zip(self.names, columns, strict=True))
        if self.format == "dataframe_split":
            return {"columns": list(self.sent_names), "data": list(map(list, _across(columns, stop - start)))}
        return [dict(zip(self.names, row, strict=True)) for row in _across(columns, stop - start)]

    def written(self, start: int, stop: int) -> bytes:
        """Return :meth:`part` as JSON."""
        if self.format != "dataframe_split":
            part = self.part(start, stop)
            return written_rows(part) if isinstance(part, list) else dumps(part)
        # Tuples are made in half the time of lists, and read the same in JSON.
        rows = _across(self.columns(start, stop), stop - start)
        return b'{"columns":' + dumps(self.sent_names) + b',"data":' + written_rows(rows) + b"}"


def _across(columns: list[list[Any]], count: int) -> Iterable[tuple[Any, ...]]:
    """Return the rows of some columns; without columns there are rows all the same."""
    return zip(*columns, strict=True) if columns else itertools.repeat((), count)


class ArrayRows:
    """An array as rows, along its first axis."""

    def __init__(self, array: np.ndarray[Any, Any], format: str) -> None:
        if array.ndim == 0:
            raise EncodingError("The array has no rows: it is a single number.", hint="array.reshape(1)")
        if format not in {"inputs", "instances"}:
            raise EncodingError(
                f"An array has no columns, which {format} needs.",
                hint='Leave format= out, or give names: pd.DataFrame(array, columns=["…", …])',
            )
        self.notes: dict[str, None] = {}
        self.format: Format = format  # type: ignore[assignment]  # checked just now
        self._array = array

    def __len__(self) -> int:
        return len(self._array)

    @property
    def axes(self) -> int:
        """How many axes the array has."""
        return self._array.ndim

    @property
    def index(self) -> pd.Index[Any]:
        """The numbers from 0."""
        import pandas as pd

        return pd.RangeIndex(len(self))

    def part(self, start: int, stop: int) -> Any:
        """Return what the data key holds for the rows from ``start`` to before ``stop``."""
        import numpy as np
        import pandas as pd

        part = self._array[start:stop]
        if part.dtype.kind in "biu" or (part.dtype.kind == "f" and np.isfinite(part).all()):
            return part.astype(np.float64, copy=False).tolist() if part.dtype.kind == "f" else part.tolist()
        if part.dtype.kind in "fM":
            flat = _named_by_row(pd.Series(part.reshape(-1)), start, max(1, part[:1].size), self.notes)
            return np.array([*flat, None], dtype=object)[:-1].reshape(part.shape).tolist()
        return [plain(row, CellContext("array", start, place, notes=self.notes)) for place, row in enumerate(part)]

    def fits(self, kind: str, shape: tuple[int, ...]) -> bool:
        """Return whether the array is seen to be one of finite numbers of a shape, in which -1 is any length."""
        import numpy as np

        of_kind = self._array.dtype.kind in {"number": "f", "boolean": "b"}.get(kind, "")
        lengths = zip(shape, self._array.shape, strict=False)
        alike = len(shape) == self._array.ndim and all(want in (-1, have) for want, have in lengths)
        return of_kind and alike and len(self) > 0 and bool(np.isfinite(self._array).all())

    def written(self, start: int, stop: int) -> bytes:
        """Return :meth:`part` as JSON."""
        return written_rows(self.part(start, stop))

    def check(self, start: int, stop: int) -> None:
        """Raise what :meth:`part` would raise."""
        self.part(start, stop)


def written_rows(rows: Iterable[Any]) -> bytes:
    """Return rows as a JSON array, written in stretches."""
    left = iter(rows)
    stretches = []
    while stretch := list(itertools.islice(left, STRETCH)):
        stretches.append(dumps(stretch)[1:-1])
    return b"[" + b",".join(stretches) + b"]"


def _named_by_row(flat: pd.Series[Any], start: int, width: int, notes: dict[str, None]) -> list[Any]:
    """Convert the elements of an array in one go; an error tells the row rather than the element."""
    spot = CellContext("array", 0, notes=notes)
    try:
        return values_of(flat, spot)
    except EncodingError:
        CellContext("array", start, spot.row // width).refuse("an infinite number, which JSON has no form for")


def _names(frame: pd.DataFrame, notes: dict[str, None]) -> list[str]:
    import pandas as pd

    if isinstance(frame.columns, pd.MultiIndex):
        raise EncodingError(
            "The columns have names of several levels, which the service doesn't know.",
            hint='Join them: df.columns = ["_".join(map(str, name)) for name in df.columns]',
        )
    names = []
    for place, name in enumerate(frame.columns):
        if not isinstance(name, str):
            notes[NAMES_NOTE] = None
        names.append(str(plain(str(name), CellContext(f"number {place}"))))
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise EncodingError(
                f"Two columns are called {name!r}; the model could be given the wrong one.",
                column=name,
                hint="Rename or drop one: df.loc[:, ~df.columns.duplicated()]",
            )
        seen.add(name)
    return names


def _frame_of(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Make a DataFrame that keeps every value as it is: pandas would make floats of whole numbers beside gaps."""
    import pandas as pd

    names = dict.fromkeys(name for row in rows for name in row)
    index = pd.RangeIndex(len(rows))
    columns = {name: pd.Series([row.get(name) for row in rows], index, dtype=object) for name in names}
    return pd.DataFrame(columns, index=index)


def _array_of(rows: Sequence[Any]) -> np.ndarray[Any, Any] | None:
    """Return lists of numbers, or of truth, as an array; None where that would change one, and for all else."""
    import numpy as np

    if not all(isinstance(row, list | tuple) for row in rows):
        return None
    try:
        array = np.array(rows)
    except ValueError:
        return None
    if array.dtype.kind not in "biuf":
        return None
    return array if array.tolist() == _as_lists(rows) and not _has_truth(rows, array.dtype.kind) else None


def _as_lists(value: Any) -> Any:
    return [_as_lists(each) for each in value] if isinstance(value, list | tuple) else value


def _has_truth(value: Any, kind: str) -> bool:
    """Whether truth stands among numbers, which would become 1 and 0."""
    if isinstance(value, list | tuple):
        return any(_has_truth(each, kind) for each in value)
    return kind != "b" and isinstance(value, bool)
