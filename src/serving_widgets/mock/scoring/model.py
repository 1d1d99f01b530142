"""Models that really compute: Python functions with the signature a logged model would have."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from serving_widgets.mock.service.endpoint import draw

from . import signature as signatures

JSON = dict[str, Any]
Predict = Callable[..., Any]


@dataclass(frozen=True)
class Model:
    """A function that answers queries.

    Parameters
    ----------
    predict : callable
        Called with the data of the request and, if it takes a second argument, with its ``params``. Columns arrive
        as a list of dicts, one for each row, whose values are of the signature's types: `datetime` for datetime,
        `bytes` for binary. Tensors arrive as nested lists (a dict of them if they are named). A model with a `task`
        gets the whole body. It runs on a thread of the mock's pool.
    signature : mapping, optional
        ``inputs``, ``outputs`` and ``params`` as MLflow writes them. Without one, any input is passed on.
    task : str
        ``"llm/v1/chat"`` and so on for models with an OpenAI-like interface, ``"features"`` for a feature spec.
    example : object, optional
        An input in ``dataframe_split`` form, or a tensor.
    seconds : float, optional
        Service time an answer takes, beside the host's time that the function needs.
    respond : callable, optional
        Takes the parsed body of a query and returns the whole answer, in place of all that happens else.

    Raises
    ------
    ValueError
        If the signature has a type that MLflow does not know.
    """

    predict: Predict
    signature: Mapping[str, Any] | None = None
    task: str = ""
    example: Any = None
    seconds: float = 0.0
    respond: Callable[[Any], Any] | None = None
    takes_params: bool = field(init=False)
    declared: signatures.Signature | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "takes_params", _takes_two(self.predict))
        object.__setattr__(self, "declared", None if self.signature is None else signatures.read(self.signature))

    def call(self, data: Any, params: Mapping[str, Any]) -> Any:
        """Return the function's prediction."""
        return self.predict(data, params) if self.takes_params else self.predict(data)


def column(name: str, kind: str, *, required: bool = True) -> JSON:
    """Return a column of a signature, as MLflow writes it."""
    return {"type": kind, "name": name, "required": required}


def score(rows: Any) -> list[float]:
    """Return a number in [0, 1) for each row, from its values alone: the model of an entity that nobody described."""
    items = list(rows) if isinstance(rows, Sequence) else [rows]
    return [round(draw(sorted(row.items()) if isinstance(row, Mapping) else row), 6) for row in items]


def _takes_two(function: Predict) -> bool:
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    places = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return sum(one.kind in places and one.default is inspect.Parameter.empty for one in parameters) >= 2


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
    count = int(params["top_k"])
    return [
        {
            "user_id": row["user_id"],
            "items": [f"item-{int(draw(row['user_id'], rank) * 900) + 100}" for rank in range(count)],
        }
        for row in rows
    ]


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


ADS = Model(
    _ads,
    {
        "inputs": [column("impressions", "long"), column("position", "long"), column("bid", "double")],
        "outputs": [{"type": "double"}],
    },
    example={"columns": ["impressions", "position", "bid"], "data": [[120, 1, 0.8]]},
)
VANILLA = Model(
    _vanilla,
    {
        "inputs": [
            column("int_col", "long"),
            column("float_col", "double"),
            column("string_col", "string"),
            column("becx_col", "any", required=False),
        ],
        "outputs": [{"type": "double"}],
        "params": [{"name": "sentiment", "type": "double", "default": 0.5, "shape": None}],
    },
    example={"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]]},
)
FRAUD = Model(
    _fraud,
    {
        "inputs": [
            column("amount", "double"),
            column("hour", "long"),
            column("country", "string"),
            column("card_present", "boolean", required=False),
        ],
        "outputs": [column("fraud_probability", "double"), column("decision", "string")],
    },
    example={"columns": ["amount", "hour", "country", "card_present"], "data": [[249.9, 23, "NO", True]]},
)
CHURN = Model(
    _churn,
    {
        "inputs": [column("tenure_months", "long"), column("monthly_charge", "double"), column("contract", "string")],
        "outputs": [{"type": "double"}],
    },
    example={"columns": ["tenure_months", "monthly_charge", "contract"], "data": [[14, 79.5, "month-to-month"]]},
)
PRICING = Model(
    _price,
    {
        "inputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 3]}}],
        "outputs": [{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1]}}],
    },
    example=[[1.0, 2.0, 3.0]],
)
NIGHTLY = Model(
    _nightly,
    {
        "inputs": [column("customer_id", "string"), column("balance", "double")],
        "outputs": [column("customer_id", "string"), column("score", "double")],
    },
    example={"columns": ["customer_id", "balance"], "data": [["c-1001", 1520.25]]},
)
RECOMMENDER = Model(
    _recommend,
    {
        "inputs": [column("user_id", "string")],
        "outputs": [column("user_id", "string"), {"type": "array", "items": {"type": "string"}, "name": "items"}],
        "params": [{"name": "top_k", "type": "long", "default": 3, "shape": None}],
    },
    example={"columns": ["user_id"], "data": [["u-42"]]},
)
FEATURES = Model(
    _features,
    {"inputs": [column("user_id", "string")]},
    task="features",
    example={"columns": ["user_id"], "data": [["u-42"]]},
)
UNKNOWN = Model(score)
