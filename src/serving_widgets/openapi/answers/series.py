"""From JSON values to a pandas column, without changing one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Whole numbers up to here are exact as floats.
EXACT = 2**53


def column_of(values: Sequence[Any]) -> pd.Series[Any]:
    """Return JSON values as a column of the narrowest dtype that holds them as they are.

    Whole numbers beside nulls become ``Int64``: as floats those beyond 2**53 would change. A mixture stays a mixture.

    Examples
    --------
    >>> column_of([9007199254740993, None]).tolist()
    [9007199254740993, <NA>]
    """
    import pandas as pd

    kinds = set(map(type, values))
    gaps = type(None) in kinds
    kinds.discard(type(None))
    if kinds == {int}:
        return _whole(list(values), gaps)
    if kinds == {bool}:
        return pd.Series(list(values), dtype="boolean" if gaps else "bool")
    if kinds == {float} or (kinds == {int, float} and _exact_as_floats(values)):
        return pd.Series(list(values), dtype="float64")
    if kinds == {str}:
        try:
            return pd.Series(list(values))
        except UnicodeEncodeError:
            return _objects(values)  # half a surrogate pair, which pandas' own text can't hold
    return _objects(values)


def _whole(values: list[Any], gaps: bool) -> pd.Series[Any]:
    import pandas as pd

    known = [value for value in values if value is not None]
    for (plain, with_gaps), (least, most) in _RANGES.items():
        if min(known) >= least and max(known) <= most:
            return pd.Series(values, dtype=with_gaps if gaps else plain)
    return _objects(values)


_RANGES = {("int64", "Int64"): (-(2**63), 2**63 - 1), ("uint64", "UInt64"): (0, 2**64 - 1)}


def _exact_as_floats(values: Sequence[Any]) -> bool:
    return all(abs(value) <= EXACT for value in values if type(value) is int)


def _objects(values: Sequence[Any]) -> pd.Series[Any]:
    import numpy as np
    import pandas as pd

    # Set one by one: numpy would make a table of lists of one length.
    cells = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        cells[place] = value
    return pd.Series(cells, dtype=object)
