"""Models of the demo: each computes its answers from its input alone."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from serving_widgets.mock.service.endpoint import draw

from .model import JSON, Model, Predict


def score(rows: Any) -> list[float]:
    """Return a number in [0, 1) for each row, from its values alone: the model of an entity without one of its own."""
    items = list(rows) if isinstance(rows, Sequence) else [rows]
    return [round(draw(sorted(row.items()) if isinstance(row, Mapping) else row), 6) for row in items]


def _columns(types: Mapping[str, str]) -> list[JSON]:
    """Return the columns of a signature, as MLflow writes them; a question mark ends the type of an optional one."""
    return [
        {"type": kind.rstrip("?"), "name": name, "required": not kind.endswith("?")} for name, kind in types.items()
    ]


def _model(
    predict: Predict,
    inputs: Mapping[str, str],
    outputs: Sequence[JSON],
    *rows: Sequence[Any],
    task: str = "",
    **params: tuple[str, Any],
) -> Model:
    """Return a model with columns; its input example is `rows`, its parameters have a type and a default."""
    signature: JSON = {"inputs": _columns(inputs), "outputs": outputs}
    if params:
        signature["params"] = [
            {"name": name, "type": kind, "default": default, "shape": None} for name, (kind, default) in params.items()
        ]
    columns = list(inputs)[: len(rows[0])]
    return Model(predict, signature, task, {"columns": columns, "data": [list(row) for row in rows]})


def _logistic(value: float) -> float:
    return round(1 / (1 + math.exp(-value)), 6)


def _ads(rows: list[JSON]) -> list[float]:
    return [_logistic(0.02 * row["impressions"] - 1.5 * row["position"] + 0.5 * row["bid"]) for row in rows]


def _vanilla(rows: list[JSON], params: Mapping[str, Any]) -> list[float]:
    return [round(row["int_col"] + row["float_col"] + len(row["string_col"]) * params["sentiment"], 6) for row in rows]


def _fraud(rows: list[JSON]) -> list[JSON]:
    result = []
    for row in rows:
        night = row["hour"] < 6 or row["hour"] > 22
        value = _logistic(math.log1p(abs(row["amount"])) - 7 + 1.2 * night + (row.get("card_present") is False))
        result.append({"fraud_probability": value, "decision": "review" if value > 0.5 else "accept"})
    return result


def _churn(rows: list[JSON]) -> list[float]:
    monthly = {"month-to-month": 0.8, "one year": 0.0, "two years": -0.9}
    return [
        _logistic(monthly.get(row["contract"], 0.0) + 0.02 * row["monthly_charge"] - 0.04 * row["tenure_months"] - 0.5)
        for row in rows
    ]


def _price(rows: list[list[float]]) -> list[float]:
    return [round(12.5 + 3.1 * row[0] - 0.7 * row[1] + 0.05 * row[2], 2) for row in rows]


def _nightly(rows: list[JSON]) -> list[JSON]:
    return [{"customer_id": row["customer_id"], "score": _logistic(0.001 * row["balance"] - 1)} for row in rows]


def _recommend(rows: list[JSON], params: Mapping[str, Any]) -> list[JSON]:
    def items(user: str) -> list[str]:
        return [f"item-{int(draw(user, rank) * 900) + 100}" for rank in range(int(params["top_k"]))]

    return [{"user_id": row["user_id"], "items": items(row["user_id"])} for row in rows]


def _features(rows: list[JSON]) -> list[JSON]:
    return [
        {
            **row,
            "purchases_30d": int(draw(row["user_id"], "purchases") * 40),
            "average_basket": round(draw(row["user_id"], "basket") * 120, 2),
            "segment": ("new", "regular", "loyal")[int(draw(row["user_id"], "segment") * 3)],
        }
        for row in rows
    ]


_DOUBLE = [{"type": "double"}]
ADS = _model(_ads, {"impressions": "long", "position": "long", "bid": "double"}, _DOUBLE, (120, 1, 0.8))
VANILLA = _model(
    _vanilla,
    {"int_col": "long", "float_col": "double", "string_col": "string", "becx_col": "any?"},
    _DOUBLE,
    *((3, 10.4, "abc"), (2, 20.4, "xyz")),
    sentiment=("double", 0.5),
)
FRAUD = _model(
    _fraud,
    {"amount": "double", "hour": "long", "country": "string", "card_present": "boolean?"},
    _columns({"fraud_probability": "double", "decision": "string"}),
    (249.9, 23, "NO", True),
)
CHURN = _model(
    _churn,
    {"tenure_months": "long", "monthly_charge": "double", "contract": "string"},
    _DOUBLE,
    (14, 79.5, "month-to-month"),
)
PRICING = Model(
    _price,
    {
        "inputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}],
        "outputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}],
    },
    example=[[1.0, 2.0, 3.0]],
)
NIGHTLY = _model(
    _nightly,
    {"customer_id": "string", "balance": "double"},
    _columns({"customer_id": "string", "score": "double"}),
    ("c-1001", 1520.25),
)
RECOMMENDER = _model(
    _recommend,
    {"user_id": "string"},
    [*_columns({"user_id": "string"}), {"type": "array", "items": {"type": "string"}, "name": "items"}],
    ("u-42",),
    top_k=("long", 3),
)
FEATURES = _model(_features, {"user_id": "string"}, [], ("u-42",), task="features")
UNKNOWN = Model(score)
