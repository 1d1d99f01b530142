"""Signatures and bodies made at random, and what a model would get of a body if nothing of it were changed."""

import base64
import datetime as dt
import math
import random

from signatures import column, param, tensor

_POINT = {"x": {"type": "double", "required": True}, "label": {"type": "string", "required": False}}

SIGNATURES = {
    "scalars": {
        "inputs": [
            column("l", "long"),
            column("i", "integer"),
            column("d", "double"),
            column("f", "float"),
            column("s", "string"),
            column("b", "boolean"),
        ],
        "params": [param("pl", "long", 1), param("pd", "double", 0.5), param("ps", "string", ["a"], [-1])],
    },
    "one long": {"inputs": [column("l", "long")]},
    "one double": {
        "inputs": [column("d", "double")],
        "params": [param("pi", "integer", 3), param("pb", "boolean", True)],
    },
    "one string": {"inputs": [column("s", "string")]},
    "optional": {
        "inputs": [
            column("l", "long"),
            column("od", "double", required=False),
            column("os", "string", required=False),
            column("oi", "integer", required=False),
        ]
    },
    "times and bytes": {
        "inputs": [column("t", "datetime"), column("bin", "binary"), column("n", "long", required=False)]
    },
    "lists": {
        "inputs": [
            column("id", "long"),
            column("ad", "array", items={"type": "double"}),
            column("as", "array", items={"type": "string"}),
            column("al", "array", items={"type": "long"}),
        ]
    },
    "objects": {
        "inputs": [
            column("id", "long"),
            column("o", "object", required=False, properties=_POINT),
            column("m", "map", values={"type": "double"}),
        ]
    },
    "list of objects": {"inputs": [column("p", "array", items={"type": "object", "properties": _POINT})]},
    "any": {"inputs": [column("l", "long"), column("any", "any")]},
    "narrow lists": {
        "inputs": [
            column("af", "array", items={"type": "float"}, required=False),
            column("l", "long"),
        ]
    },
    "narrow objects": {
        "inputs": [
            column("l", "long"),
            column("oi", "object", required=False, properties={"a": {"type": "integer", "required": True}}),
            column("of", "object", required=False, properties={"a": {"type": "float", "required": True}}),
            column("mf", "map", required=False, values={"type": "float"}),
            column("ot", "object", required=False, properties={"a": {"type": "datetime", "required": True}}),
            column("ab", "array", required=False, items={"type": "binary"}),
        ]
    },
    "unnamed": {"inputs": [column(None, "long"), column(None, "string")]},
    "unnamed double": {"inputs": [column(None, "double")]},
    "tensor": {"inputs": [tensor("float32", [-1, 3])]},
    "whole tensor": {"inputs": [tensor("int64", [-1])]},
    "named tensors": {"inputs": [tensor("float64", [-1, 2], "a"), tensor("int64", [-1], "k")]},
    "one named tensor": {"inputs": [tensor("float64", [-1, 2], "a")]},
}

_RIGHT = {
    "boolean": [True, False],
    "integer": [0, 1, 7, -(2**31)],
    "long": [0, 1, 3, 2**53 + 1, -(2**63)],
    "float": [0.5, 1.5, 1.0, 3],
    "double": [0.5, 1.5, 1.0, 7, 1e300],
    "string": ["a", "", "three", "ø"],
    "binary": ["aGVsbG8=", ""],
    "datetime": ["2024-01-01T00:00:00", "2024-05-31T12:30:00"],
    "any": ["q", 1.5, 3, None, {"k": 1}, [1]],
}
WRONG = [
    None, True, False, 0, 1, 7, 2**31, 2**40, 2**53 + 1, 2**63, 2**70, 1.0, 0.5, 3.7, 1e39, math.nan, "", "a", "3",
    "0.5", "true", "***", "aGVsbG8=", "2024-01-01", "2024-01-01T00:00:00Z", "2024-13-01", "a\0", [], [1], [1.5], ["a"],
    ["a\0"], [None], [[1.5]], {}, {"x": 1.5}, {"x": 7}, {"x": None}, {"x": 1.5, "y": 1}, {"k": 1.5}, {"k": None},
]  # fmt: skip
_TENSOR_RIGHT = {"float32": [0.5, 1.0, 2], "float64": [0.5, 1.0, 2], "int64": [1, 2, 3]}


def value_for(rng, spec):
    """Return a value that is right for a type."""
    kind = spec["type"]
    if kind == "array":
        return [value_for(rng, spec["items"]) for _ in range(rng.randint(0, 3))]
    if kind == "map":
        return {key: value_for(rng, spec["values"]) for key in "kq"[: rng.randint(0, 2)]}
    if kind == "object":
        return {
            name: value_for(rng, each)
            for name, each in spec["properties"].items()
            if each.get("required", True) or rng.random() < 0.5
        }
    return rng.choice(_RIGHT[kind])


def body_for(rng, signature, *, noise=0.12):
    """Return a body in one of the four formats, right or with something wrong in it."""
    inputs = signature["inputs"]
    if inputs[0]["type"] == "tensor":
        return _tensor_body(rng, inputs, noise)
    rows = rng.choice([1, 1, 2, 3])
    names = [each.get("name") for each in inputs]
    named = names[0] is not None
    labels = names if named else [f"c{place}" for place in range(len(names))]

    def cell(spec):
        return rng.choice(WRONG) if rng.random() < noise else value_for(rng, spec)

    table = [
        {
            label: cell(spec)
            for label, spec in zip(labels, inputs, strict=True)
            if spec.get("required", True) or rng.random() < 0.7
        }
        for _ in range(rows)
    ]
    if rng.random() < noise / 2:
        table[0]["extra"] = 1
    if rng.random() < noise / 2:
        table[-1].pop(rng.choice(labels), None)
    key = rng.choice(["dataframe_split", "dataframe_records", "inputs", "instances", "dataframe_split"])
    body = {key: _written(rng, key, table, labels, named, noise)}
    if signature.get("params") and rng.random() < 0.5:
        known = {each["name"]: each for each in signature["params"]}
        name = rng.choice([*known, "unheard"])
        spec = known.get(name, {"type": "long", "shape": None})
        right = value_for(rng, spec) if spec["shape"] is None else [value_for(rng, spec)]
        body["params"] = {name: right if rng.random() < 0.6 else rng.choice(WRONG)}
    return body


def _written(rng, key, table, labels, named, noise):
    if key == "dataframe_split":
        names = list(dict.fromkeys(name for row in table for name in row))
        if named and rng.random() < 0.3:
            rng.shuffle(names)
        data = [[row.get(name) for name in names] for row in table]
        if rng.random() < noise / 3 and data[-1]:
            data[-1].pop()
        made = {"columns": names, "data": data}
        if rng.random() < 0.1:
            made["index"] = list(range(len(data) + rng.choice([0, 0, 1])))
        if rng.random() < (noise / 3 if named else 0.4):
            del made["columns"]
        return made
    if key == "dataframe_records":
        return table
    shape = rng.random()
    if len(labels) == 1 and shape < 0.3:
        return [row.get(labels[0]) for row in table]
    if shape < 0.55:
        return table
    names = list(dict.fromkeys(name for row in table for name in row))
    if shape < 0.7 and len(table) == 1:
        return {name: table[0][name] for name in names}
    if not named and shape < 0.9:
        return [[row.get(name) for name in labels] for row in table]
    return {name: [row.get(name) for row in table] for name in names}


def _tensor_body(rng, specs, noise):
    rows = rng.choice([1, 2, 0 if rng.random() < 0.3 else 1])

    def array(spec):
        right = _TENSOR_RIGHT[spec["tensor-spec"]["dtype"]]
        lengths = [rows, *spec["tensor-spec"]["shape"][1:]]
        if rng.random() < noise:
            lengths[-1] += rng.choice([1, -1])

        def made(axis):
            if axis == len(lengths):
                return rng.choice(WRONG) if rng.random() < noise / 3 else rng.choice(right)
            return [made(axis + 1) for _ in range(max(lengths[axis], 0))]

        return made(0)

    arrays = {each.get("name", ""): array(each) for each in specs}
    key = rng.choice(["inputs", "inputs", "instances", "dataframe_split", "dataframe_records"])
    if key in ("inputs", "instances"):
        if "" in arrays:
            return {key: arrays[""]}
        if key == "instances" and rng.random() < 0.5 and len({len(each) for each in arrays.values()}) == 1:
            return {key: [dict(zip(arrays, row, strict=True)) for row in zip(*arrays.values(), strict=True)]}
        if len(arrays) == 1 and rng.random() < 0.4:
            return {key: next(iter(arrays.values()))}
        return {key: arrays}
    if "" in arrays:
        data = [row if isinstance(row, list) else [row] for row in arrays[""]]
        names = [f"c{place}" for place in range(len(data[0]) if data else 3)]
        if rng.random() < 0.3:
            data, names = [[row] for row in arrays[""]], ["only"]
    else:
        data = [list(row) for row in zip(*arrays.values(), strict=False)]
        names = list(arrays)
    if key == "dataframe_split":
        return {key: {"columns": names, "data": data}}
    return {key: [dict(zip(names, row, strict=False)) for row in data]}


# What a model should get ----------------------------------------------------------------------------------------------


def meaning(value, spec):
    """Return what a cell says by its declared type."""
    kind = spec["type"]
    if isinstance(value, list) and kind == "array":
        return [meaning(each, spec["items"]) for each in value]
    if isinstance(value, dict) and kind == "object":
        members = spec["properties"]
        return {name: meaning(each, members[name]) if name in members else each for name, each in value.items()}
    if isinstance(value, dict) and kind == "map":
        return {name: meaning(each, spec["values"]) for name, each in value.items()}
    if isinstance(value, str) and kind == "binary":
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:
            return value
    if isinstance(value, str) and kind == "datetime":
        try:
            return dt.datetime.fromisoformat(value)
        except ValueError:
            return value
    return value


def rows_meant(body, signature):
    """Return the rows that a body for columns says, by column; None where it says none that can be told."""
    specs = signature["inputs"]
    (key,) = (each for each in body if each != "params")
    data = body[key]
    names = [each.get("name") for each in specs]
    if key == "dataframe_split":
        labels = data.get("columns", list(range(max(map(len, data["data"])))))
        if any(len(row) != len(labels) for row in data["data"]) and "columns" in data:
            return None
        table = [dict(zip(labels, row, strict=False)) for row in data["data"]]
    elif isinstance(data, dict):
        if all(isinstance(each, list) for each in data.values()) and not _one_row(data, specs):
            if len({len(each) for each in data.values()}) != 1:
                return None
            table = [dict(zip(data, row, strict=True)) for row in zip(*data.values(), strict=True)]
        else:
            table = [data]
    elif data and all(isinstance(row, dict) for row in data):
        needed = {each["name"] for each in specs if each.get("required", True)} if names[0] is not None else set()
        if any(not needed <= row.keys() for row in data):
            return None
        table = data
    elif names[0] is None:
        table = [dict(enumerate(row if isinstance(row, list) else [row])) for row in data]
    elif len(names) == 1:
        table = [{names[0]: value} for value in data]
    else:
        return None
    if names[0] is None:
        order = list(dict.fromkeys(name for row in table for name in row))[: len(specs)]
        if any(name not in row for row in table for name in order):
            return None
        table = [{name: row[name] for name in order} for row in table]
        return [
            {place: meaning(value, specs[place]) for place, value in enumerate(row.values()) if place < len(specs)}
            for row in table
        ]
    return [{spec["name"]: meaning(row.get(spec["name"]), spec) for spec in specs} for row in table]


def _one_row(data, specs):
    """Whether an object of lists is one row, whose cells are lists themselves."""
    kinds = {each.get("name"): each["type"] for each in specs}
    return any(kinds.get(name) in ("array", "object", "map") for name in data) and all(
        kinds.get(name) == "array" for name in data
    )


def alike(meant, got, kind=""):
    """Tell whether a model got what was meant; numbers may change their kind, not their value."""
    if meant is None and (got is None or (isinstance(got, float) and math.isnan(got))):
        return True
    if {type(meant), type(got)} <= {int, float}:
        if isinstance(meant, float) and math.isnan(meant):
            return math.isnan(got)
        single = kind == "float" and math.isclose(meant, got, rel_tol=1e-6)
        return meant == got or single
    if type(meant) is not type(got):
        return False
    if isinstance(meant, dict):
        return all(alike(meant.get(name), got.get(name), kind) for name in meant.keys() | got.keys())
    if isinstance(meant, list):
        return len(meant) == len(got) and all(alike(one, other, kind) for one, other in zip(meant, got, strict=True))
    return meant == got


def tensors_meant(body, signature):
    """Return the arrays that a body for tensors says, by name ("" where there is none)."""
    specs = signature["inputs"]
    (key,) = (each for each in body if each != "params")
    data, named = body[key], "name" in specs[0]
    if key in ("dataframe_split", "dataframe_records"):
        if key == "dataframe_split":
            table = [dict(zip(data["columns"], row, strict=True)) for row in data["data"]]
        else:
            table = data
        if named:
            return {each["name"]: [row.get(each["name"]) for row in table] for each in specs}
        width = len(specs[0]["tensor-spec"]["shape"])
        rows = [list(row.values()) for row in table]
        if rows and all(len(row) == 1 and (isinstance(row[0], list) or width == 1) for row in rows):
            return {"": [row[0] for row in rows]}
        return {"": rows}
    if not named:
        return {"": data}
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        return {each["name"]: [row.get(each["name"]) for row in data] for each in specs}
    return (
        {specs[0]["name"]: data} if isinstance(data, list) else {each["name"]: data.get(each["name"]) for each in specs}
    )


def random_of(seed):
    """Return a source of random numbers that is the same each time."""
    return random.Random(seed)
