"""Signatures of every sort, each with a body written by hand, what a model gets of it, and bodies that are refused."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

JSON = dict[str, Any]


@dataclass(frozen=True)
class Sample:
    """A signature in MLflow's JSON, and requests for it.

    Parameters
    ----------
    signature : dict
        ``inputs``, ``outputs`` and ``params`` as lists.
    example : object
        The logged input example, without the key of its format.
    body : dict
        A request that is accepted.
    data : object
        What a model is called with for it: rows as dicts, or nested lists.
    params : dict
        The parameters it is called with.
    refused : list of dict
        Requests that are refused.
    """

    signature: JSON
    example: Any
    body: JSON
    data: Any
    params: JSON = field(default_factory=dict)
    refused: tuple[Any, ...] = ()


def column(name, kind, *, required=True, **more):
    """Return a column as MLflow writes it; without a name for ``None``."""
    return {"type": kind, **more, "required": required, **({} if name is None else {"name": name})}


def tensor(dtype, shape, name=None):
    """Return a tensor as MLflow writes it."""
    return {
        "type": "tensor",
        "tensor-spec": {"dtype": dtype, "shape": shape},
        **({} if name is None else {"name": name}),
    }


def param(name, kind, default, shape=None):
    """Return a parameter as MLflow writes it."""
    return {"name": name, "type": kind, "default": default, "shape": shape}


_POINT = {"x": {"type": "double", "required": True}, "label": {"type": "string", "required": False}}

SAMPLES = {
    "seed": Sample(
        {
            "inputs": [
                column("int_col", "long"),
                column("float_col", "double"),
                column("string_col", "string"),
                column("becx_col", "any", required=False),
            ],
            "outputs": [column(None, "double")],
            "params": [param("sentiment", "double", 0.5)],
        },
        {"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]]},
        {
            "dataframe_split": {
                "columns": ["int_col", "float_col", "string_col"],
                "data": [[3, 10.4, "abc"], [2, 20.4, "xyz"]],
            },
            "params": {"sentiment": 1},
        },
        [
            {"int_col": 3, "float_col": 10.4, "string_col": "abc"},
            {"int_col": 2, "float_col": 20.4, "string_col": "xyz"},
        ],
        {"sentiment": 1.0},
        (
            {"dataframe_split": {"columns": ["float_col", "string_col"], "data": [[10.4, "abc"]]}},
            {"dataframe_records": [{"int_col": "three", "float_col": 10.4, "string_col": "abc"}]},
            {"inputs": {"int_col": [3], "float_col": [1.5], "string_col": ["a"]}, "params": {"sentiment": "0.5"}},
            {"columns": ["int_col", "float_col", "string_col"], "data": [[3, 10.4, "abc"]]},
        ),
    ),
    "tensor": Sample(
        {"inputs": [tensor("float32", [-1, 2, 2])], "outputs": [tensor("float32", [-1])]},
        [[[1.0, 2.0], [3.0, 4.0]]],
        {"inputs": [[[0.5, 1], [1.5, 2]], [[0, 0], [0, 1]]]},
        [[[0.5, 1.0], [1.5, 2.0]], [[0.0, 0.0], [0.0, 1.0]]],
        refused=(
            {"inputs": [[0.5, 1], [1.5, 2]]},
            {"instances": [[[1.0, 2.0], [3.0]]]},
            {"inputs": [[["a", 1.0], [1.0, 1.0]]]},
            {"inputs": {"x": [[[0.5, 1.0], [1.5, 2.0]]]}},
        ),
    ),
    "named tensors": Sample(
        {
            "inputs": [tensor("int64", [-1, 3], "input_ids"), tensor("float64", [-1], "weight")],
            "outputs": [tensor("float64", [-1], "score"), tensor("int64", [-1, 2], "span")],
        },
        {"input_ids": [[1, 2, 3]], "weight": [0.5]},
        {"instances": [{"input_ids": [7, 8, 9], "weight": 0.25}, {"input_ids": [1, 2, 3], "weight": 1}]},
        {"input_ids": [[7, 8, 9], [1, 2, 3]], "weight": [0.25, 1.0]},
        refused=(
            {"inputs": {"input_ids": [[7, 8, 9]]}},
            {"inputs": {"input_ids": [[7, 8]], "weight": [1.0]}},
            {"instances": [{"input_ids": [7, 8, 9], "weight": 0.25}, {"input_ids": [1, 2, 3]}]},
            {"inputs": [[7, 8, 9]]},
        ),
    ),
    "datetime and binary": Sample(
        {
            "inputs": [column("taken_at", "datetime"), column("image", "binary"), column("flag", "boolean")],
            "outputs": [column("kind", "string"), column("seen_at", "datetime")],
        },
        {"columns": ["taken_at", "image", "flag"], "data": [["2024-02-29T12:30:00", "aGVsbG8=", True]]},
        {
            "dataframe_records": [
                {"taken_at": "2024-02-29T12:30:00.25", "image": "aGVsbG8=", "flag": True},
                {"taken_at": "1969-12-31T23:59:59.5", "image": "", "flag": False},
            ]
        },
        [
            {"taken_at": datetime(2024, 2, 29, 12, 30, 0, 250_000), "image": b"hello", "flag": True},
            {"taken_at": datetime(1969, 12, 31, 23, 59, 59, 500_000), "image": b"", "flag": False},
        ],
        refused=(
            {"dataframe_records": [{"taken_at": "2024-02-29T12:30:00Z", "image": "aGVsbG8=", "flag": True}]},
            {"dataframe_records": [{"taken_at": "2024-02-29T12:30:00+01:00", "image": "", "flag": True}]},
            {"dataframe_records": [{"taken_at": "2023-02-29", "image": "", "flag": True}]},
            {"dataframe_records": [{"taken_at": "2024-02-29", "image": "aGVsbG8", "flag": True}]},
            {"dataframe_records": [{"taken_at": "2024-02-29", "image": 5, "flag": True}]},
        ),
    ),
    "nested": Sample(
        {
            "inputs": [
                column("point", "object", properties=_POINT),
                column("path", "array", items={"type": "object", "properties": _POINT}),
                column("weights", "map", values={"type": "double"}),
                column("extra", "any"),
            ],
            "outputs": [column("names", "array", items={"type": "string"})],
        },
        {
            "columns": ["point", "path", "weights", "extra"],
            "data": [[{"x": 1.5, "label": "a"}, [{"x": 0.5}], {"left": 0.25}, {"k": 1}]],
        },
        {
            "dataframe_records": [
                {"point": {"x": 1.5}, "path": [], "weights": {"left": 0.25, "right": 1}, "extra": {"any": ["thing"]}},
                {
                    "point": {"x": 2.5, "label": "c"},
                    "path": [{"x": 0.5, "label": "b"}],
                    "weights": {},
                    "extra": {"k": 3},
                },
            ]
        },
        [
            {"point": {"x": 1.5}, "path": [], "weights": {"left": 0.25, "right": 1.0}, "extra": {"any": ["thing"]}},
            {"point": {"x": 2.5, "label": "c"}, "path": [{"x": 0.5, "label": "b"}], "weights": {}, "extra": {"k": 3}},
        ],
        refused=(
            {"dataframe_records": [{"point": {"label": "a"}, "path": [], "weights": {}, "extra": 1}]},
            {"dataframe_records": [{"point": {"x": 1.5, "y": 1.5}, "path": [], "weights": {}, "extra": 1}]},
            {"dataframe_records": [{"point": {"x": 7}, "path": [], "weights": {}, "extra": 1}]},
            {"dataframe_records": [{"point": {"x": 1.5}, "path": None, "weights": {}, "extra": 1}]},
            {"dataframe_records": [{"point": {"x": 1.5}, "path": [], "weights": {"left": "a"}, "extra": 1}]},
        ),
    ),
    "optional columns": Sample(
        {
            "inputs": [
                column("age", "integer"),
                column("city", "string", required=False),
                column("income", "float", required=False),
                column("visits", "long", required=False),
            ],
            "outputs": [column(None, "float")],
        },
        {"columns": ["age", "city"], "data": [[42, "Oslo"]]},
        {"dataframe_split": {"columns": ["age", "city"], "data": [[42, "Oslo"], [7, "Bergen"]]}},
        [{"age": 42, "city": "Oslo"}, {"age": 7, "city": "Bergen"}],
        refused=(
            {"dataframe_split": {"columns": ["city"], "data": [["Oslo"]]}},
            {"dataframe_split": {"columns": ["age", "visits"], "data": [[42, None]]}},
            {"dataframe_split": {"columns": ["age"], "data": [[None]]}},
        ),
    ),
    "params": Sample(
        {
            "inputs": [column(None, "string")],
            "outputs": [column(None, "string")],
            "params": [
                param("top_k", "long", 3),
                param("temperature", "double", 0.5),
                param("stop", "string", ["\n"], [-1]),
                param("greedy", "boolean", False),
                param("since", "datetime", "2024-01-01T00:00:00"),
                {
                    "name": "limits",
                    "type": "object",
                    "properties": {"low": {"type": "double"}},
                    "default": {"low": 0.5},
                    "shape": None,
                },
            ],
        },
        {"columns": ["0"], "data": [["a question"]]},
        {
            "dataframe_split": {"columns": ["0"], "data": [["why?"], ["when?"]]},
            "params": {"temperature": 1, "stop": [], "greedy": True, "unheard": 1},
        },
        [{"0": "why?"}, {"0": "when?"}],
        {
            "top_k": 3,
            "temperature": 1.0,
            "stop": [],
            "greedy": True,
            "since": datetime(2024, 1, 1),
            "limits": {"low": 0.5},
        },
        (
            {"inputs": ["why?"], "params": {"temperature": "0.5"}},
            {"inputs": ["why?"], "params": {"top_k": 1.0}},
            {"inputs": ["why?"], "params": {"stop": "."}},
            {"inputs": ["why?"], "params": {"greedy": 1}},
            {"inputs": ["why?"], "params": {"limits": {"high": 0.5}}},
            {"inputs": ["why?"], "params": [1]},
        ),
    ),
}
