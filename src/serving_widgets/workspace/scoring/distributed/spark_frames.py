"""DataFrames of Spark, classic and Connect.

Rows go to Python as Arrow rather than as pandas, which would make floats of whole numbers beside nulls. A DataFrame of
Spark has neither an index nor an order, so predictions stand beside its columns unless that is not wanted.
"""

from __future__ import annotations

from typing import Any

from serving_widgets.workspace.scoring.gate_server import LOOPBACK, address_towards

from .part_scorer import PartScorer, arrow_type

JOIN = True


def driver(table: Any) -> str:
    """Return the address at which Spark's workers reach this process: that of Spark's own driver where it is one."""
    session = table.sparkSession
    if session.conf.get("spark.master", "").startswith("local"):
        return LOOPBACK
    client = getattr(session, "client", None)
    return address_towards(str(client.host if client is not None else session.conf.get("spark.driver.host", "")))


def names(table: Any) -> list[str]:
    """Return the names of a table's columns."""
    return list(table.columns)


def scored(table: Any, scorer: PartScorer) -> Any:
    """Return the DataFrame of predictions, which is computed when something is asked of it."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    made = from_arrow_schema(pa.schema([pa.field(column.name, arrow_type(column)) for column in scorer.columns]))
    schema = StructType([*(table.schema.fields if scorer.join else ()), *made.fields])
    return table.mapInArrow(scorer.arrow_batches, schema)
