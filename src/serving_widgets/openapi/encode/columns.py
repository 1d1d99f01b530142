"""Columns: a pandas Series of any dtype as a list of plain Python values, None where nothing is there.

A column is converted as a whole, by its dtype; only object columns that hold a mixture are walked cell by cell. Nothing
goes through ``DataFrame.values``, which turns the whole numbers of a mixed frame into floats.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from serving_widgets.openapi.errors import EncodingError

from .arrow_maps import holds_maps, objects_of
from .cells import UTC_NOTE, CellContext, check_text, naive, note_time, plain
from .nested_values import conformed, exact_float

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

#: Ranges of the types that MLflow calls integer and long.
RANGES = {"integer": (-(2**31), 2**31 - 1), "long": (-(2**63), 2**63 - 1)}
DATE_UNITS = ("s", "ms", "us", "ns")


def values_of(series: pd.Series[Any], spot: CellContext) -> list[Any]:
    """Return a column's values as JSON has them.

    Raises
    ------
    EncodingError
        When JSON, or the type that is declared for the column, has no form for one; it names column and row.
    """
    return conform(_by_dtype(series, spot), spot)


def conform(values: list[Any], spot: CellContext) -> list[Any]:
    """Return values as the declared type wants them: 1.0 rather than 1 where floats are declared, and 1 for 1.0.

    The scoring server cuts 3.7 to 3 and wraps what is too large around, silently; here both are refused, or left to the
    check of the whole request where there is one.
    """
    if spot.spec is not None and spot.spec.type in ("array", "object"):
        return [conformed(value, spot.spec) for value in values]
    if spot.declared in {"double", "float"} and int in set(map(type, values)):
        return [exact_float(value) if type(value) is int else value for value in values]
    if spot.declared not in RANGES:
        return values
    if spot.spec is not None:
        if float not in set(map(type, values)):
            return values
        return [int(value) if type(value) is float and value.is_integer() else value for value in values]
    least, most = RANGES[spot.declared]
    numbers = [value for value in values if value is not None]
    if set(map(type, numbers)) <= {int} and (not numbers or (min(numbers) >= least and max(numbers) <= most)):
        return values
    return [_whole(value, least, most, spot, row) for row, value in enumerate(values)]


def _whole(value: Any, least: int, most: int, spot: CellContext, row: int) -> Any:
    spot.row = row
    if isinstance(value, float):
        if not value.is_integer():
            spot.refuse(f"{value!r}, but the model takes whole numbers", "Round it where you know how.")
        value = int(value)
    if type(value) is int and not least <= value <= most:
        spot.refuse(f"{value}, but the model takes numbers from {least} to {most}", "Send it as text or as a float.")
    return value


def _by_dtype(series: pd.Series[Any], spot: CellContext) -> list[Any]:
    import numpy as np
    import pandas as pd

    dtype: Any = series.dtype
    if isinstance(dtype, pd.SparseDtype):
        return _by_dtype(series.astype(dtype.subtype), spot)
    if isinstance(dtype, pd.CategoricalDtype):
        return _categories(series, spot)
    if isinstance(dtype, pd.DatetimeTZDtype):
        spot.note(UTC_NOTE)
        note_time(spot)
        return _moments(series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy())
    if isinstance(dtype, pd.StringDtype):
        return _texts(series, spot)
    if isinstance(dtype, np.dtype):
        if dtype.kind in "biu":
            return list(series.to_numpy().tolist())
        if dtype.kind == "f":
            return _floats(series.to_numpy(), spot)
        if dtype.kind == "M":
            note_time(spot)
            return _moments(series.to_numpy())
        _refuse_dtype(dtype.kind, spot)
    elif dtype.kind in "biuf":
        return _masked(series, dtype.kind, spot)
    elif holds_maps(getattr(dtype, "pyarrow_dtype", "")):
        import pyarrow

        return _objects(objects_of(pyarrow.array(series)), spot)
    return _objects(series.astype(object).to_numpy().tolist(), spot)


def _refuse_dtype(kind: str, spot: CellContext) -> None:
    """Refuse a whole column at once; one of nothing but NaT, too, because its type is what is wrong."""
    reasons = {
        "m": ("durations", "Send numbers: df[column].dt.total_seconds()"),
        "c": ("complex numbers", "Send real and imaginary part as two columns."),
    }
    if kind in reasons:
        what, hint = reasons[kind]
        raise EncodingError(
            f"Column {spot.column!r} holds {what}, which no type of the service holds. Nothing was sent.",
            column=spot.column,
            hint=hint,
        )


def _floats(array: np.ndarray[Any, Any], spot: CellContext) -> list[Any]:
    import numpy as np

    array = array.astype(np.float64, copy=False)
    finite = np.isfinite(array)
    if finite.all():
        return list(array.tolist())
    infinite = np.isinf(array)
    if infinite.any():
        spot.row = int(infinite.argmax())
        plain(float(array[spot.row]), spot)
    values = array.astype(object)
    values[~finite] = None
    return list(values.tolist())


def _moments(array: np.ndarray[Any, Any]) -> list[Any]:
    """Write moments in ISO form, all of a column with as many digits as the one that needs most.

    The scoring server takes the form of the first for the form of all.
    """
    import numpy as np

    missing = np.isnat(array)
    known = array[~missing]
    unit = next(
        (unit for unit in DATE_UNITS[:-1] if (known == known.astype(f"datetime64[{unit}]")).all()), DATE_UNITS[-1]
    )
    values = np.datetime_as_string(array, unit=unit).astype(object)  # type: ignore[call-overload]
    values[missing] = None
    return list(values.tolist())


def _texts(series: pd.Series[Any], spot: CellContext) -> list[Any]:
    values = series.to_numpy(dtype=object)
    missing = series.isna().to_numpy()
    if missing.any():
        values = values.copy()
        values[missing] = None
    texts = values.tolist()
    check_text(texts, spot)
    return list(texts)


def _masked(series: pd.Series[Any], kind: str, spot: CellContext) -> list[Any]:
    """Convert Int64, boolean, Float64 and Arrow's numbers, which know "not available" beside every value."""
    import numpy as np

    missing = series.isna().to_numpy()
    if kind == "f":
        return _floats(series.to_numpy(dtype=np.float64, na_value=np.nan), spot)
    target = {"b": np.bool_, "i": np.int64, "u": np.uint64}[kind]
    values = series.to_numpy(dtype=target, na_value=False if kind == "b" else 0)
    if missing.any():
        values = values.astype(object)
        values[missing] = None
    return list(values.tolist())


def _categories(series: pd.Series[Any], spot: CellContext) -> list[Any]:
    import pandas as pd

    codes = series.cat.codes.to_numpy()
    # A category's own row is the first that holds it: an error is to name that one. Categories that no row has don't
    # matter.
    used, first = _first_rows(codes)
    categories = pd.Series(series.cat.categories.take(used))
    try:
        values = _by_dtype(categories, spot)
    except EncodingError as error:
        if error.row is None:
            raise
        spot.row = int(first[error.row - spot.first])
        plain(series.iloc[spot.row], spot)
        raise
    words = dict(zip(used, values, strict=True))
    return [words.get(code) for code in codes.tolist()]


def _first_rows(codes: np.ndarray[Any, Any]) -> tuple[list[int], list[int]]:
    import numpy as np

    used, first = np.unique(codes, return_index=True)
    kept = used >= 0
    return used[kept].tolist(), first[kept].tolist()


def _objects(values: list[Any], spot: CellContext) -> list[Any]:
    kinds = set(map(type, values))
    if kinds <= {str, type(None)}:
        check_text(values, spot)
        return values
    if kinds <= {int, bool, type(None)}:
        return values
    if any(issubclass(kind, _moment_types()) for kind in kinds):
        values = _uniform(values, spot)
    result = []
    for spot.row, value in enumerate(values):
        result.append(plain(value, spot))
    return result


def _uniform(values: list[Any], spot: CellContext) -> list[Any]:
    """Write the moments among objects with equally many digits, for the reason given at :func:`_moments`."""
    import pandas as pd

    moments = []
    for spot.row, value in enumerate(values):
        known = isinstance(value, _moment_types()) and value == value  # NaT equals nothing
        if known:
            note_time(spot)
        moments.append(pd.Timestamp(naive(value, spot)) if known else value)
    stamps = [value for value in moments if isinstance(value, pd.Timestamp)]
    digits = "seconds"
    if any(stamp.nanosecond or stamp.microsecond for stamp in stamps):
        digits = "nanoseconds" if any(stamp.nanosecond for stamp in stamps) else "microseconds"
    return [_written(value, digits) for value in moments]


def _written(value: Any, digits: str) -> Any:
    if isinstance(value, dt.datetime) and value == value:
        return value.isoformat(timespec=digits)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        # A day among moments is the moment at which it begins.
        return f"{value.isoformat()}T{_MIDNIGHT[digits]}"
    return value


def _moment_types() -> tuple[type, ...]:
    import numpy as np

    return (dt.datetime, np.datetime64)


_MIDNIGHT = {"seconds": "00:00:00", "microseconds": "00:00:00.000000", "nanoseconds": "00:00:00.000000000"}
