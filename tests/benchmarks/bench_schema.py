"""Checking a table of 10,000 × 20, and reading a large document, beside others' ways, in CPU time."""

import json
import warnings

import jsonschema
import numpy as np
import pandas as pd
from figures import compared, grown, measured, size, tell

from serving_widgets.openapi.check.validate import validate
from serving_widgets.openapi.document import load
from serving_widgets.openapi.encode.encode import to_body
from serving_widgets.openapi.samples.sample import sample

ROWS, ROUNDS, PATHS, MEGABYTES = size((10_000, 5, 180, 3.4), (100, 1, 10, 0.1))
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


def checking(frame: pd.DataFrame):
    """Compare the check of a body with a validator's."""
    document = load(table_document())
    for key in ("dataframe_split", "dataframe_records"):
        made = document.format(key)
        validator = jsonschema.Draft202012Validator(made.schema)
        body = json.loads(to_body(frame, key))
        broken = json.loads(to_body(frame.assign(whole0="x", at="?"), key))
        assert validate(body, made).ok
        assert validator.is_valid(body)
        yield compared(
            f"check {ROWS:,} × {len(KINDS)}, {key} (CPU)",
            lambda body=body, made=made: validate(body, made),
            {"jsonschema": lambda body=body, validator=validator: validator.is_valid(body)},
            rounds=ROUNDS,
            most=30.0,
        )
        yield compared(
            f"… with {2 * ROWS:,} errors (CPU)",
            lambda broken=broken, made=made: validate(broken, made),
            {"jsonschema": lambda broken=broken, validator=validator: list(validator.iter_errors(broken))},
            rounds=1,
        )


def growth(frame: pd.DataFrame):
    """Tell how checking and encoding grow with the rows."""
    made = load(table_document()).format("dataframe_split")
    sizes = [ROWS // 10, ROWS, ROWS * 10]
    frames = {each: frame.sample(each, replace=True, random_state=0, ignore_index=True) for each in sizes}
    bodies = {each: json.loads(to_body(frames[each])) for each in sizes}
    cost = {
        "encode rows": lambda rows: to_body(frames[rows]),
        "check rows": lambda rows: validate(bodies[rows], made),
    }
    for what, way in cost.items():
        yield grown(f"{what}: CPU", sizes, lambda rows, way=way: min(measured({"": lambda: way(rows)}, rounds=2)[""]))


def documents():
    """Measure a large document."""
    text = large_document()
    operations = iter(load(text).operations())
    what = f"a document of {len(text) / 1e6:.1f} MB: "
    peer = {"json.loads": lambda: json.loads(text)}
    yield compared(
        f"{what}list its operations (CPU)", lambda: load(text).operations(), peer, rounds=ROUNDS, most=1000.0
    )
    yield compared(
        f"{what}show one (CPU)", lambda: sample(next(operations).formats[0]), peer, rounds=ROUNDS, most=100.0
    )


def rows():
    """Measure all of it."""
    warnings.simplefilter("ignore")
    frame = table()
    yield from checking(frame)
    yield from documents()
    yield from growth(frame)


if __name__ == "__main__":
    tell(rows())
