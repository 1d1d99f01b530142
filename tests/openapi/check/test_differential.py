"""Made bodies and frames, held against MLflow's own parsing and enforcement: no false OK, no false alarm."""

import datetime as dt
import decimal
import json
import math

import numpy as np
import pandas as pd
import pytest
from documents import document_for
from made_bodies import SIGNATURES, body_for, random_of
from mlflow_takes import takes_unchanged

from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.encode.encode import body_of, rows_of
from serving_widgets.openapi.errors import EncodingError

BODIES, FRAMES = 150, 60

# What is an error here although MLflow takes it, and why.
OUR_OWN = {
    "not_text": "text columns are handed on as they are, so that a model gets numbers where it declares text",
    "not_base64": "an empty list is handed on as it is where bytes are declared",
}


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_made_body_is_right_here_where_mlflow_takes_it_unchanged(name):
    signature, rng = SIGNATURES[name], random_of(name)
    document = document_for(signature)
    counts = {"false OK": [], "false alarm": []}
    right = 0
    for _ in range(BODIES):
        body = body_for(rng, signature)
        report = document.validate(json.dumps(body))
        taken, told = takes_unchanged(signature, body)
        right += taken
        if report.ok and not taken:
            counts["false OK"].append((body, told))
        elif taken and not report.ok and report.errors[0].code not in OUR_OWN:
            counts["false alarm"].append((body, report.errors[0], told))
    assert counts == {"false OK": [], "false alarm": []}
    assert right < BODIES
    assert right > BODIES / 10 or name.startswith("narrow"), "bodies of both sorts are made"


NOON = pd.Timestamp("2024-05-31T12:30")
#: Columns of awkward dtypes, each with what a model should get of its values; None where JSON has no form for one.
SERIES = [
    (pd.Series([1, 2], dtype="int8"), [1, 2]),
    (pd.Series([2**40, 1], dtype="int64"), [2**40, 1]),
    (pd.Series([2**53 + 1, 1], dtype="int64"), [2**53 + 1, 1]),
    (pd.Series([2**63, 1], dtype="uint64"), [2**63, 1]),
    (pd.Series([7, None], dtype="Int64"), [7, None]),
    (pd.Series([7, 8], dtype="int64[pyarrow]"), [7, 8]),
    (pd.Series([1.0, 2.0]), [1.0, 2.0]),
    (pd.Series([3.7, math.nan]), [3.7, None]),
    (pd.Series([0.5, 1.5], dtype="float32"), [0.5, 1.5]),
    (pd.Series([0.5, None], dtype="Float64"), [0.5, None]),
    (pd.Series([1e39, 1.0]), [1e39, 1.0]),
    (pd.Series([True, False]), [True, False]),
    (pd.Series([True, None], dtype="boolean"), [True, None]),
    (pd.Series(["false", "true"]), ["false", "true"]),
    (pd.Series(["a", None]), ["a", None]),
    (pd.Series(["a", "b"], dtype="string[pyarrow]"), ["a", "b"]),
    (pd.Series(["3", "4"]), ["3", "4"]),
    (pd.Series(["a", "b"], dtype="category"), ["a", "b"]),
    (pd.Series([1, 2], dtype="category"), [1, 2]),
    (pd.Series([1, 2.5], dtype=object), [1, 2.5]),
    (pd.Series([2**53 + 1, 1.5], dtype=object), [2**53 + 1, 1.5]),
    (pd.Series([decimal.Decimal("1"), decimal.Decimal("2")]), [decimal.Decimal(1), decimal.Decimal(2)]),
    (pd.Series([decimal.Decimal("0.5"), decimal.Decimal("0.1")]), [0.5, 0.1]),
    (pd.Series([decimal.Decimal("0.12345678901234567890123")] * 2), [decimal.Decimal("0.12345678901234567890123")] * 2),
    (pd.Series([NOON, NOON]), [NOON.to_pydatetime()] * 2),
    (pd.Series([NOON, pd.NaT]), [NOON.to_pydatetime(), None]),
    (pd.Series([NOON.tz_localize("UTC")] * 2), [NOON.to_pydatetime()] * 2),
    (pd.Series([dt.date(2024, 5, 31)] * 2, dtype=object), [dt.datetime(2024, 5, 31)] * 2),
    (pd.Series([b"hello", b""], dtype=object), [b"hello", b""]),
    (pd.Series([np.array([1, 2]), np.array([3.5])], dtype=object), [[1, 2], [3.5]]),
    (pd.Series([["a"], []], dtype=object), [["a"], []]),
    (pd.Series([["a\0"], []], dtype=object), [["a\0"], []]),
    (pd.Series([{"x": 1.5}, {"x": 2, "label": "b"}], dtype=object), [{"x": 1.5}, {"x": 2, "label": "b"}]),
    (pd.Series([{"k": 1}, {}], dtype=object), [{"k": 1}, {}]),
    (pd.Series([[1], np.array([2, 3])], dtype=object), [[1], [2, 3]]),
    (pd.Series([[{"x": 1}], []], dtype=object), [[{"x": 1}], []]),
    (pd.Series([math.inf, 1.0]), None),
    (pd.Series(["\ud800", "a"], dtype=object), None),
    (pd.Series([pd.Timedelta(1)] * 2), None),
]


def equal(meant, got, kind):
    if meant is None:
        return got is None or (isinstance(got, float) and math.isnan(got))
    if isinstance(meant, decimal.Decimal):
        return not isinstance(got, str) and (decimal.Decimal(repr(got)) == meant)
    numbers = (int, float)
    if type(meant) in numbers and type(got) in numbers:
        return meant == got or (kind == "float" and math.isclose(meant, got, rel_tol=1e-6))
    if type(meant) is not type(got):
        return False
    if isinstance(meant, list):
        return len(meant) == len(got) and all(equal(one, other, kind) for one, other in zip(meant, got, strict=True))
    if isinstance(meant, dict):
        return meant.keys() == {key for key in got if got[key] is not None or key in meant} and all(
            equal(meant[key], got[key], kind) for key in meant
        )
    return meant == got


TABLES = [name for name, each in SIGNATURES.items() if each["inputs"][0]["type"] != "tensor"]
#: Values that a text column is sent as text for, with a note: what the model gets is not what was in the frame.
TOLD = ("base64", "as text")


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_is_sent_where_mlflow_gives_the_model_its_values(name):
    from mlflow_oracle import verdict

    signature, rng = SIGNATURES[name], random_of(f"frames of {name}")
    document, specs = document_for(signature), signature["inputs"]
    formats = document.operation().formats
    differing, sent = [], 0
    for _ in range(FRAMES):
        chosen = [_fitting(rng, each) for each in specs]
        labels = [each.get("name", place) for place, each in enumerate(specs)]
        frame = pd.concat([series for series, _ in chosen], axis=1).set_axis(labels, axis=1)
        report = document.validate(frame)
        rows = rows_of(frame)
        made = declare(rows, formats, coerce=False)
        try:
            body = body_of(rows, 0, len(rows))
            checked = check_rows(rows, made, 0, len(rows))
        except EncodingError:
            assert not report.ok
            assert any(meant is None for _, meant in chosen)
            continue
        assert document.validate(body).ok == report.ok == checked.ok, body
        taken = False
        try:
            data, _ = verdict({**signature, "outputs": []}, json.loads(body))
        except Exception as error:
            got = repr(error)[:200]
        else:
            got = data
            taken = all(
                equal(meant[row], list(cells.values())[place], _kind(specs[place]))
                for place, (_, meant) in enumerate(chosen)
                for row, cells in enumerate(data)
            )
        noted = any(word in note.message for note in report.warnings for word in TOLD)
        sent += report.ok
        if report.ok != taken and not (report.ok and noted) and not (taken and report.errors[0].code in OUR_OWN):
            differing.append((json.loads(body), [each.code for each in report.errors], got))
    assert differing == []
    assert sent or name.startswith("narrow")


def _kind(spec):
    return "float" if '"float"' in json.dumps(spec) else ""


def _fitting(rng, spec):
    """Choose a column: most times one that has a chance to be right."""
    if rng.random() < 0.12:
        return rng.choice(SERIES)
    kinds = {
        "long": (0, 1, 2, 4, 5, 6, 9, 21), "integer": (0, 1, 5, 6), "double": (0, 6, 7, 8, 9, 10, 19, 22),
        "float": (0, 6, 7, 8, 9), "boolean": (11,), "string": (14, 15, 16, 17), "datetime": (24, 25, 26, 27),
        "binary": (28,), "any": (0, 2, 7, 11, 14, 33), "object": (32,), "map": (33,),
        "array": {"string": (30, 31), "object": (35,), "long": (34,)}.get(spec.get("items", {}).get("type"), (29,)),
    }[spec["type"]]  # fmt: skip
    return SERIES[rng.choice(kinds)]
