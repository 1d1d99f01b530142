"""Awkward bodies, each by the side of MLflow's own functions: what one takes unchanged, the other passes."""

import json

import pytest
from documents import document_for
from mlflow_oracle import verdict
from signatures import column, param

LONG = {"inputs": [column("n", "long")], "outputs": []}
TWO = {"inputs": [column("n", "long"), column("x", "double", required=False)], "outputs": []}
UNNAMED = {"inputs": [column(None, "long")], "outputs": []}
KINDS = ("float", "double", "integer", "long", "boolean", "string", "datetime")
DEFAULTS = {"float": 0.5, "double": 0.5, "integer": 1, "long": 1, "boolean": True, "string": "a"}
NOON = "2024-05-31T12:00:00"
PARAMS = {
    "inputs": [column("n", "long")],
    "outputs": [],
    "params": [
        *(param(kind, kind, DEFAULTS.get(kind, NOON)) for kind in KINDS),
        *(param(f"{kind}s", kind, [DEFAULTS.get(kind, NOON)], [-1]) for kind in KINDS),
    ],
}
VALUES = [True, 0, 7, 2**40, 2**63, 10**400, 1.0, 3.7, 1e39, "", "a", "1", "true", NOON, "2024-13-01", [], {}, {"a": 1}]


def is_taken(signature, body):
    try:
        verdict(signature, body)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_a_parameter_is_right_where_mlflow_takes_it_alone_and_within_a_list(kind):
    document = document_for(PARAMS)
    for value in VALUES:
        if kind == "datetime" and value in ("", "1"):
            continue  # MLflow makes null of the one without a word, and the year 1 of the other
        for params in ({kind: value}, {f"{kind}s": [value]}, {f"{kind}s": [None, value]}, {f"{kind}s": value}):
            body = {"dataframe_records": [{"n": 1}], "params": params}
            assert document.validate(json.dumps(body)).ok == is_taken(PARAMS, body), params


@pytest.mark.parametrize("signature", [LONG, TWO, UNNAMED], ids=["one", "two", "unnamed"])
def test_a_body_without_rows_is_right_where_mlflow_takes_it(signature):
    document = document_for(signature)
    parts = ([], {}, {"n": []}, {"columns": ["n"], "data": []}, {"data": []}, {"columns": [], "data": []})
    for key in ("inputs", "instances", "dataframe_split", "dataframe_records"):
        for part in parts:
            body = {key: part}
            assert document.validate(json.dumps(body)).ok == is_taken(signature, body), body
