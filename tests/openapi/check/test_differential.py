"""Made bodies and frames, held against MLflow's own parsing and enforcement: no false OK, no false alarm."""

import datetime as dt
import decimal
import json
import math
from collections import Counter
from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from documents import document_for
from made_bodies import SIGNATURES, body_for, random_of
from mlflow_oracle import verdict
from mlflow_takes import takes_unchanged

from serving_widgets.openapi.check.rows import check_rows, declare
from serving_widgets.openapi.encode.encode import body_of, rows_of
from serving_widgets.openapi.errors import EncodingError

BODIES, FRAMES = 150, 60

WRONG = ("false OK", "silent change", "false alarm")
# What is an error here although MLflow takes it, and why.
OUR_OWN = {
    "not_text": "text columns are handed on as they are, so that a model gets numbers where it declares text",
    "not_base64": "an empty list is handed on as it is where bytes are declared",
}


@lru_cache
def judged_bodies(name):
    """Return the counts of made bodies of a signature by what became of them, and those that are neither right."""
    signature, rng = SIGNATURES[name], random_of(name)
    document = document_for(signature)
    counts, differing = Counter(), []
    for _ in range(BODIES):
        body = body_for(rng, signature)
        report = document.validate(json.dumps(body))
        taken, told = takes_unchanged(signature, body)
        if report.ok == taken:
            counts["right" if taken else "refused"] += 1
            continue
        if report.ok:
            kind = "silent change" if told.startswith("the model gets") else "false OK"
        else:
            kind = OUR_OWN.get(report.errors[0].code, "false alarm")
        counts[kind] += 1
        if kind not in OUR_OWN.values():
            differing.append((kind, body, report.errors[:1], told))
    return counts, differing


@pytest.mark.parametrize("name", SIGNATURES)
def test_a_made_body_is_right_here_where_mlflow_takes_it_unchanged(name):
    counts, differing = judged_bodies(name)
    assert differing == []
    assert counts["right"] < BODIES
    assert counts["right"] > BODIES / 10 or name.startswith("narrow"), "bodies of both sorts are made"


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
#: Values that a text column is sent as text for, by a word of the note that says so.
TOLD = {
    "base64": "with a note: bytes become base64 text where text is declared",
    "as text": "with a note: times and decimals become text where text is declared",
}


@lru_cache
def judged_frames(name):
    """Return the counts of made frames of a signature by what became of them, and those that are neither right."""
    signature, rng = SIGNATURES[name], random_of(f"frames of {name}")
    document, specs = document_for(signature), signature["inputs"]
    formats = document.operation().formats
    counts, differing = Counter(), []
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
            counts["JSON has no form for it"] += 1
            continue
        assert document.validate(body).ok == report.ok == checked.ok, body
        taken, refused = False, False
        try:
            data, _ = verdict({**signature, "outputs": []}, json.loads(body))
        except Exception as error:
            got, refused = repr(error)[:200], True
        else:
            got = data
            taken = all(
                equal(meant[row], list(cells.values())[place], _kind(specs[place]))
                for place, (_, meant) in enumerate(chosen)
                for row, cells in enumerate(data)
            )
        if report.ok == taken:
            counts["right" if taken else "refused"] += 1
            continue
        noted = next((word for note in report.warnings for word in TOLD if word in note.message), "")
        if report.ok:
            kind = TOLD[noted] if noted else "false OK" if refused else "silent change"
        else:
            kind = OUR_OWN.get(report.errors[0].code, "false alarm")
        counts[kind] += 1
        if kind in WRONG:
            differing.append((kind, json.loads(body), [each.code for each in report.errors], got))
    return counts, differing


@pytest.mark.parametrize("name", TABLES)
def test_a_frame_is_sent_where_mlflow_gives_the_model_its_values(name):
    counts, differing = judged_frames(name)
    assert differing == []
    assert counts["right"] or name.startswith("narrow")


def test_of_all_bodies_and_frames_none_is_wrongly_passed_changed_or_refused():
    bodies = sum((judged_bodies(name)[0] for name in SIGNATURES), Counter())
    frames = sum((judged_frames(name)[0] for name in TABLES), Counter())
    for what, counts, most in (("bodies", bodies, len(SIGNATURES)), ("frames", frames, len(TABLES))):
        print(
            f"{counts.total():,} {what} over {most} signatures: {', '.join(f'{kind} {counts[kind]}' for kind in WRONG)}"
        )
        print("".join(f"  {count:,} {kind}\n" for kind, count in counts.most_common()))
        assert [counts[kind] for kind in WRONG] == [0, 0, 0]
    assert bodies.total() >= 2_000
    assert frames.total() >= 500
    assert len(TABLES) >= 9


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
