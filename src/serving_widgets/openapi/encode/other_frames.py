"""Tables of other libraries than pandas: read without losing a value, and given back as what they were.

They are known by where their type is defined, so that none of these libraries is imported to be recognised.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from serving_widgets.api.imported import imported
from serving_widgets.openapi.errors import EncodingError

from .arrow_maps import holds_maps, objects_of

if TYPE_CHECKING:
    import pandas as pd

#: Libraries whose tables are in memory.
EAGER = frozenset({"polars", "pyarrow", "modin", "cudf"})
#: What to do with tables that are elsewhere, or not computed yet, by the library that they are of.
LAZY: Mapping[str, str] = {
    "pyspark": "ep.predict(…) scores a Spark DataFrame where it lies. A small one: sdf.toPandas().",
    "dask": "ep.predict(…) scores a Dask DataFrame where it lies. A small one: ddf.compute().",
    "ray": "ep.predict(…) scores a Ray Dataset where it lies. A small one: ds.to_pandas().",
    "polars": "A LazyFrame is computed first: lf.collect().",
}


def is_other_table(value: Any) -> bool:
    """Whether a value is a table in memory, or a column, of another library than pandas."""
    return _read(value) is not None


def as_pandas(value: Any) -> pd.DataFrame:
    """Return a table of another library as a DataFrame of pandas that holds the same values.

    Whole numbers beside gaps stay whole, times keep all their digits, and what pandas has no type for is an object.

    Raises
    ------
    EncodingError
        When it is a column without a name.
    """
    import pandas as pd

    table = _read(value)
    if not hasattr(table, "columns"):
        if not table.name:
            raise EncodingError(
                "The column has no name, so the model can't tell what it is.", hint='series.alias("column")'
            )
        table = table.to_frame()
    if table.implementation.is_pandas_like():
        return cast("pd.DataFrame", table.to_pandas())
    index = pd.RangeIndex(len(table))
    return pd.DataFrame({name: _column(table[name], index) for name in table.columns}, index=index)


def like(given: Any, frame: pd.DataFrame) -> Any:
    """Return a table of the kind that was given; pandas' own where another one can't hold its values."""
    table = _read(given)
    if table is None:
        return frame
    columns = {name: frame[name].astype(object).where(frame[name].notna(), None).tolist() for name in frame}
    try:
        return _narwhals().from_dict(columns, native_namespace=table.__native_namespace__()).to_native()
    except (TypeError, ValueError, OverflowError):
        return frame


def advice(value: Any) -> str:
    """Return what to do with a table that can't be taken as it is; "" where that is not known."""
    return LAZY.get(type(value).__module__.partition(".")[0], "")


def _narwhals() -> Any:
    import narwhals.stable.v1

    return narwhals.stable.v1


def _read(value: Any) -> Any:
    """Return a table or a column in memory as narwhals has it; None for all else."""
    library = type(value).__module__.partition(".")[0]
    if library not in EAGER or library not in sys.modules:
        return None
    if "pandas" in sys.modules and imported("pandas") is None:
        # narwhals looks at the types of every library in use; what another thread is importing, it has to wait for.
        import pandas as pd  # noqa: F401
    if library == "pyarrow" and hasattr(value, "schema") and hasattr(value, "columns") and hasattr(value, "num_rows"):
        pyarrow: Any = sys.modules["pyarrow"]
        value = pyarrow.table(value.columns, schema=value.schema)
    nw = _narwhals()
    found = nw.from_native(value, eager_only=True, allow_series=True, pass_through=True)
    return found if isinstance(found, nw.DataFrame | nw.Series) else None


def _column(column: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    import pandas as pd

    nw = _narwhals()
    kind = column.dtype
    arrow = column.to_native()
    if holds_maps(getattr(arrow, "type", "")):
        return pd.Series(objects_of(arrow), index, dtype=object)
    if isinstance(kind, nw.Datetime):
        zone = getattr(kind, "time_zone", None)
        if zone is not None:
            column = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        moments = pd.Series(column.to_numpy(), index)
        return moments if zone is None else moments.dt.tz_localize("UTC")
    if kind.is_float() or ((kind.is_integer() or kind == nw.Boolean) and not column.null_count()):
        return pd.Series(column.to_numpy(), index)
    return pd.Series(column.to_list(), index, dtype=object)
