"""Checking and encoding a table of 10,000 × 20, and reading a large document, beside others' ways, in the same run.

Run ``python tests/benchmarks/bench_schema.py``. Every figure is the best of several, in milliseconds of the processor.
"""

import importlib.util
import json
import time
import warnings
from collections.abc import Callable

import jsonschema
import numpy as np
import pandas as pd

from serving_widgets.api import json_writer
from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.document import load
from serving_widgets.openapi.encode.encode import to_body
from serving_widgets.openapi.samples.sample import sample

ROWS, ROUNDS, PATHS, MEGABYTES = 10_000, 5, 180, 3.4
KINDS = {
    **{f"float{n}": {"type": "number", "format": "double"} for n in range(9)},
    **{f"whole{n}": {"type": "integer", "format": "int64"} for n in range(6)},
    **{f"text{n}": {"type": "string"} for n in range(3)},
    "truth": {"type": "boolean"},
    "at": {"type": "string", "format": "date-time"},
}


def table() -> pd.DataFrame:
    """Return 20 columns of the usual types."""
    rng = np.random.default_rng(0)
    made: dict[str, object] = {}
    for name in KINDS:
        made[name] = rng.normal(size=ROWS) if name.startswith("float") else rng.integers(0, 10**6, ROWS)
        if name.startswith("text"):
            made[name] = rng.choice(["alpha", "beta", "Ærøskøbing"], ROWS)
    moments = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, ROWS), unit="s")
    return pd.DataFrame({**made, "truth": rng.random(ROWS) > 0.5, "at": moments})


def table_document() -> str:
    """Return a document of an endpoint that takes such a table."""
    row = {"type": "object", "required": list(KINDS), "properties": KINDS}
    cells = {"type": "array", "items": {"type": "array", "prefixItems": list(KINDS.values())}}
    labels = {"type": "array", "items": {"enum": list(KINDS)}}
    split = {"type": "object", "properties": {"columns": labels, "data": cells}}
    alternatives = [
        {"type": "object", "properties": {"dataframe_split": split}},
        {"type": "object", "properties": {"dataframe_records": {"type": "array", "items": row}}},
    ]
    body = {"content": {"application/json": {"schema": {"oneOf": alternatives}}}}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t"}, "paths": {"/a": {"post": {"requestBody": body}}}})


def large_document() -> str:
    """Return a document with many paths, each with schemas of its own and of others."""
    schemas, items = {}, {}
    share = int(MEGABYTES * 1e6 / PATHS / 100)
    for place in range(PATHS):
        members: dict[str, object] = {
            f"member_{n}": {"type": "string", "description": f"What member {n} is for. " * 2} for n in range(share)
        }
        members["next"] = {"$ref": f"#/components/schemas/Body{(place + 1) % PATHS if place % 10 else place}"}
        schemas[f"Body{place}"] = {"type": "object", "properties": members, "required": ["member_0"]}
        body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/Body{place}"}}}}
        items[f"/path/{place}"] = {"post": {"requestBody": body}}
    return json.dumps({"openapi": "3.0.3", "paths": items, "components": {"schemas": schemas}})


def best(way: Callable[[], object]) -> float:
    """Return the milliseconds of the quickest of several calls."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        way()
        times.append(time.process_time() - began)
    return 1000 * min(times)


def show(title: str, ways: dict[str, Callable[[], object]], budget: str = "") -> None:
    """Print what each way takes."""
    print(f"\n{title}{f' – budget {budget}' if budget else ''}")
    for name, way in ways.items():
        print(f"  {name:46}{best(way):10.1f} ms")


def checking(frame: pd.DataFrame) -> None:
    """Compare the check of a body with a validator's."""
    document = load(table_document())
    for key in ("dataframe_split", "dataframe_records"):
        made = document.format(key)
        body = json.loads(to_body(frame, key))
        validator = jsonschema.Draft202012Validator(made.schema)
        assert validate(body, made).ok
        assert validator.is_valid(body)
        show(
            f"Check {ROWS:,} × {len(KINDS)}, {key}",
            {"ours": lambda: validate(body, made), "jsonschema": lambda: validator.is_valid(body)},  # noqa: B023
            "30 ms",
        )
        broken = json.loads(to_body(frame.assign(whole0="x", at="?"), key))
        show(
            f"… with {2 * ROWS:,} errors",
            {
                "ours": lambda: validate(broken, made),  # noqa: B023
                "jsonschema, all errors": lambda: list(validator.iter_errors(broken)),  # noqa: B023
            },
        )


def encoding(frame: pd.DataFrame) -> None:
    """Compare the encoding of a table with those of pandas and, where scipy is, of MLflow."""

    def plain() -> bytes:
        kept, json_writer._orjson = json_writer._orjson, lambda: None
        try:
            return to_body(frame)
        finally:
            json_writer._orjson = kept

    show(
        f"Encode {ROWS:,} × {len(KINDS)}",
        {
            "ours, with orjson": lambda: to_body(frame),
            "ours, standard library": plain,
            **mlflows_dump(frame),
            "pandas: to_json(split), digits lost": lambda: frame.to_json(orient="split", date_format="iso"),
        },
    )


def mlflows_dump(frame: pd.DataFrame) -> dict[str, Callable[[], object]]:
    """Return MLflow's way, where there is what it imports for it."""
    if importlib.util.find_spec("scipy") is None:
        return {}
    from mlflow.utils.proto_json_utils import dump_input_data

    return {"mlflow: dump_input_data": lambda: dump_input_data(frame, inputs_key="dataframe_split")}


def documents() -> None:
    """Measure a large document."""
    text = large_document()
    document = load(text)
    operations = iter(document.operations())
    show(
        f"A document of {len(text) / 1e6:.1f} MB, {PATHS} paths",
        {
            "json.loads alone": lambda: json.loads(text),
            "operations listed – budget 1 s": lambda: load(text).operations(),
            "one operation read, with a sample – budget 100 ms": lambda: sample(next(operations).formats[0]),
        },
    )


def main() -> None:
    """Run all of it."""
    warnings.simplefilter("ignore")
    frame = table()
    checking(frame)
    encoding(frame)
    documents()


if __name__ == "__main__":
    main()
