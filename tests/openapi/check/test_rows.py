"""Rows that are seen to be right by their dtype are those that a look at each value finds right."""

import numpy as np
import pandas as pd
import pytest
from documents import document_for

from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.encode.encode import body_of, rows_of
from serving_widgets.openapi.errors import EncodingError

TYPES = ["long", "integer", "double", "float", "boolean", "string", "datetime", "binary"]
COLUMNS = [
    pd.Series([1, 2], dtype="int8"),
    pd.Series([2**31, 1]),
    pd.Series([2**53, -(2**53)]),
    pd.Series([2**53 + 1, 1]),
    pd.Series([-(2**53) - 1, 1]),
    pd.Series([2**63, 1], dtype="uint64"),
    pd.Series([2**63 - 1, 1], dtype="uint64"),
    pd.Series([0.5, np.nan]),
    pd.Series([np.nan, np.nan]),
    pd.Series([np.inf, 1.0]),
    pd.Series([-np.inf, 1.0]),
    pd.Series([1e39, 1.0]),
    pd.Series([-1e39, 1.0]),
    pd.Series([0.5, 1.5], dtype="float32"),
    pd.Series([True, False]),
    pd.Series(["a", "Ærøskøbing"]),
    pd.Series(["a", None]),
    pd.Series(["a", None], dtype=object),
    pd.Series(["a", "Ærøskøbing"], dtype=object),
    pd.Series(["a", "\ud800"], dtype=object),
    pd.Series(["a", 5], dtype=object),
    pd.Series([None, None], dtype=object),
    pd.Series(["a", "b"], dtype="string[python]"),
    pd.Series(["a", "b"], dtype="string[pyarrow]"),
    pd.Series(["a", "b"], dtype="category"),
    pd.Series(pd.to_datetime(["2024-05-31T12:30", None])),
    pd.Series(np.array(["2024-05-31", "2300-01-01"], "datetime64[s]")),
    pd.Series(np.array(["2024-05-31", "1600-01-01"], "datetime64[s]")),
    pd.Series(np.array(["2262-04-10T23:59:59", "1677-09-22"], "datetime64[s]")),
    pd.Series(np.array(["2262-04-11", "1677-09-22"], "datetime64[s]")),
    pd.Series([], dtype="float64"),
    pd.Series([], dtype="datetime64[ns]"),
    pd.Series([], dtype="str"),
]


@pytest.mark.parametrize("declared", TYPES)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda each: f"{each.tolist()}-{each.dtype}")
def test_a_dtype_tells_what_the_values_tell(column, declared):
    document = document_for({"inputs": [{"name": "c", "type": declared, "required": True}]})
    frame = column.to_frame("c")
    rows = rows_of(frame)
    made = declare(rows, document.operation().formats, coerce=False)
    try:
        found = check_rows(rows, made, 0, len(frame))
        codes = [(each.code, each.row) for each in found.errors]
    except EncodingError as error:
        codes = [("not_encodable", error.row)]
    assert codes == [(each.code, each.row) for each in document.validate(frame).errors]
    if not codes and len(frame):
        assert document.validate(body_of(rows, 0, len(frame))).ok
