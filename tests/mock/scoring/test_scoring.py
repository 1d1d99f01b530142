"""What queries become on their way to a model, and what comes back: over HTTP, and by hand-written expectation."""

import json
import math
from datetime import UTC, date, datetime, time

import pytest
from signatures import column, param, tensor

from serving_widgets.mock.scoring.model import Model
from serving_widgets.mock.service.errors import ServiceError
from serving_widgets.mock.serving import query_reader


def read(signature, body):
    """Return what a model is called with."""
    return query_reader.read(Model(lambda rows: rows, signature), body)


def value_of(kind, value, **more):
    """Return what one value of a column becomes."""
    rows, _ = read({"inputs": [column("a", kind, **more)]}, {"dataframe_split": {"columns": ["a"], "data": [[value]]}})
    return rows[0]["a"]


def refusal(signature, body):
    """Return the message of a refusal."""
    with pytest.raises(ServiceError) as caught:
        read(signature, body)
    enforced = caught.value.message.startswith("Failed to predict data")
    code = "INVALID_PARAMETER_VALUE" if enforced else "BAD_REQUEST"
    assert (caught.value.status, caught.value.error_code) == (400, code)
    return caught.value.message


SILENT = [
    ("long", 3.7, 3),
    ("long", "3", 3),
    ("long", True, 1),
    ("integer", 2**40, 0),
    ("integer", 2**31, -(2**31)),
    ("double", 3, 3.0),
    ("float", 0.1, 0.10000000149011612),
    ("boolean", "false", True),
    ("boolean", None, False),
    ("string", 1, 1),
    ("binary", "***", b""),
    ("datetime", 1_577_934_245_123, datetime(1970, 1, 1, 0, 26, 17, 934245)),
]


@pytest.mark.parametrize(("kind", "value", "expected"), SILENT)
def test_values_are_converted_without_a_word(kind, value, expected):
    found = value_of(kind, value)
    assert (found, type(found)) == (expected, type(expected))


def test_what_is_missing_becomes_nan_in_numbers_and_texts():
    signature = {"inputs": [column("a", "double"), column("b", "string")]}
    short, _ = read(signature, {"dataframe_split": {"columns": ["a", "b"], "data": [[1, "x"], [2]]}})
    lacking, _ = read(signature, {"dataframe_records": [{"a": 1, "b": "x"}, {"a": 2}]})
    for rows in (short, lacking):
        assert rows[0] == {"a": 1.0, "b": "x"}
        assert rows[1]["a"] == 2.0
        assert math.isnan(rows[1]["b"])
    assert math.isnan(value_of("double", None))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("long", None),
        ("integer", None),
        ("long", 2**70),
        ("long", "three"),
        ("double", "a"),
        ("binary", "aGVsbG8"),
        ("binary", 5),
        ("datetime", "2024-02-29T00:00:00Z"),
        ("datetime", "2024-02-29T00:00:00+01:00"),
        ("datetime", "9999-01-01"),
        ("datetime", True),
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_values_that_do_not_convert_are_refused_even_in_an_optional_column(kind, value, required):
    signature = {"inputs": [column("a", kind, required=required)]}
    refusal(signature, {"dataframe_split": {"columns": ["a"], "data": [[value]]}})


@pytest.mark.parametrize("text", ["2024-02-29", "2024-02-29T00:00:00", "2024-02-29 00:00", "20240229", "2024-02-29T00"])
def test_a_datetime_is_naive_iso_8601(text):
    assert value_of("datetime", text) == datetime(2024, 2, 29)


def test_all_datetimes_of_a_column_have_the_form_of_the_first():
    rows = {"columns": ["a"], "data": [["2024-02-29"], ["2024-02-29T00:00:00"]]}
    message = refusal({"inputs": [column("a", "datetime")]}, {"dataframe_split": rows})
    assert message.startswith("Invalid input. Data is not compatible with model signature. Failed to convert column a")


def test_an_array_of_doubles_takes_no_integers_but_zeros_and_ones():
    items = {"type": "double"}
    assert value_of("array", [1.0, 2.5], items=items) == [1.0, 2.5]
    assert value_of("array", [0, 1], items=items) == [0.0, 1.0]
    body = {"dataframe_split": {"columns": ["a"], "data": [[[1, 2]]]}}
    assert "Can not safely convert int64 to float64" in refusal({"inputs": [column("a", "array", items=items)]}, body)


def test_extra_columns_are_dropped_and_columns_come_in_the_order_of_the_signature():
    signature = {"inputs": [column("a", "long"), column("b", "string", required=False)]}
    rows, _ = read(signature, {"dataframe_records": [{"c": [1, [2]], "b": "x", "a": 1}]})
    assert list(rows[0].items()) == [("a", 1), ("b", "x")]
    assert read(signature, {"dataframe_records": [{"a": 1}]})[0] == [{"a": 1}]


def test_unnamed_columns_are_told_apart_by_their_place():
    signature = {"inputs": [column(None, "long"), column(None, "string")]}
    assert read(signature, {"dataframe_split": {"data": [[1, "x"]]}})[0] == [{0: 1, 1: "x"}]
    assert read(signature, {"dataframe_records": [{"p": 1, "q": "x", "r": 2}]})[0] == [{"p": 1, "q": "x"}]
    message = refusal(signature, {"dataframe_split": {"data": [[1]]}})
    assert "declares 2 inputs  but the provided value only has 1 inputs" in message


WORDS = {
    "The input must be a JSON dictionary with exactly one of the input fields {": [
        {},
        {"inputs": [1], "instances": [1]},
        {"data": [[1]]},
    ],
    "Invalid input. The input must be a JSON dictionary with exactly one of the input fields {": [
        [],
        [1],
        "a",
        None,
        5,
    ],
    "Invalid input. Dataframe split format must be a dictionary. Got list.": [{"dataframe_split": [[1]]}],
    "Invalid input. Dataframe split format must have 'data' field and optionally 'columns' and 'index' fields.": [
        {"dataframe_split": {"columns": ["a"]}},
        {"dataframe_split": {"columns": ["a"], "data": [[1]], "dtypes": ["int"]}},
    ],
    "Invalid input. Provided dataframe_split field is not a valid dataframe representation in 'split' format. Error: "
    "'2 columns passed, passed data had 1 columns'": [{"dataframe_split": {"columns": ["a", "b"], "data": [[1]]}}],
    "Invalid input. Dataframe records format must be a list of records. Got dictionary.": [
        {"dataframe_records": {"a": 1}}
    ],
    "Invalid input. Data is not compatible with model signature. Failed to convert column a to type 'int64'. Error: ": [
        {"dataframe_records": [{"a": "x"}]},
        {"dataframe_records": [{"a": None}]},
        {"dataframe_records": [{"a": [1]}]},
    ],
    "Failed to predict data '": [
        {"dataframe_records": [{"b": 1}]},
        {"inputs": {"b": [1]}},
        {"inputs": {"a": [1]}, "params": {"p": "0.5"}},
    ],
    "Invalid input. The length of values for each input/column name are not the same": [
        {"instances": [{"a": 1, "c": 2}, {"a": 1}]}
    ],
}


@pytest.mark.parametrize("begin", WORDS)
def test_refusals_begin_with_the_words_of_mlflow(begin):
    signature = {
        "inputs": [column("a", "long"), column("c", "long", required=False)],
        "params": [param("p", "double", 1)],
    }
    if "length of values" in begin:
        signature["inputs"][1]["required"] = True
    for body in WORDS[begin]:
        assert refusal(signature, body).startswith(begin)


def test_refusals_of_a_column_and_of_a_shape_say_which():
    signature = {"inputs": [column("a", "long"), column("b", "long")]}
    assert "Model is missing inputs ['a']." in refusal(signature, {"dataframe_records": [{"b": 1}]})
    assert "Note that there were extra inputs: ['c']." in refusal(signature, {"dataframe_records": [{"b": 1, "c": 1}]})
    message = refusal({"inputs": [tensor("float64", [-1, 3])]}, {"inputs": [[1, 2]]})
    assert "Shape of input (1, 2) does not match expected shape (-1, 3)." in message


def test_a_long_body_is_cut_in_messages():
    body = {"dataframe_records": [{"b": index} for index in range(10_000)]}
    assert len(refusal({"inputs": [column("a", "long")]}, body)) < 1_000


def test_a_body_for_a_language_model_is_passed_on_and_its_answer_not_wrapped():
    model = Model(
        lambda body, params: {"seen": body, "given": params}, {"params": [param("temperature", "double", 0.5)]}
    )
    body = {"messages": [{"role": "user", "content": "why?"}], "temperature": 1, "stream": False}
    answer = query_reader.answer(model, body)
    assert answer == {
        "seen": {"messages": body["messages"], "stream": False},
        "given": {"temperature": 1.0},
    }


def test_a_model_of_tensors_gets_nested_lists(ask):
    ask.mock.serve(
        "twice",
        lambda rows: [[2 * one for one in row] for row in rows],
        signature={"inputs": [tensor("float32", [-1, 2])]},
    )
    assert ask.query("twice", {"inputs": [[1, 2.5]]}).body == {"predictions": [[2.0, 5.0]]}
    split = {"columns": ["p", "q"], "data": [[1.0, 2.5]]}
    assert ask.query("twice", {"dataframe_split": split}).body == {"predictions": [[2.0, 5.0]]}


def test_a_model_of_columns_gets_datetimes_and_bytes(ask):
    signature = {"inputs": [column("at", "datetime"), column("image", "binary")]}
    ask.mock.serve("sizes", lambda rows: [[row["at"].year, len(row["image"])] for row in rows], signature=signature)
    body = {"dataframe_records": [{"at": "2024-02-29T10:00:00", "image": "aGVsbG8="}]}
    assert ask.query("sizes", body).body == {"predictions": [[2024, 5]]}


def test_a_body_with_nan_is_read_and_a_nan_is_written_bare(ask):
    ask.mock.serve("same", lambda rows: [row["a"] for row in rows], signature={"inputs": [column("a", "double")]})
    answer = ask.query("same", {"inputs": {"a": [1.5, math.nan]}})
    assert answer.text == '{"predictions":[1.5,NaN]}'


def written(value):
    """Return the JSON of an answer, parsed."""
    return json.loads(query_reader.encode(query_reader.answer(Model(lambda rows: value), {"inputs": [1]})))[
        "predictions"
    ]


def test_predictions_are_written_as_the_scoring_server_writes_them():
    assert written(b"hello") == "aGVsbG8=\n"
    assert written([b"hello", bytearray(b"x")]) == ["aGVsbG8=\n", "eA==\n"]
    assert written([datetime(2024, 2, 29, 12), date(2024, 2, 29), time(12, 30), datetime(2024, 1, 1, tzinfo=UTC)]) == [
        "2024-02-29T12:00:00",
        "2024-02-29",
        "12:30:00",
        "2024-01-01T00:00:00+00:00",
    ]
    assert written("text") == "text"
    assert written(None) is None
    assert written({"a": [1, 2]}) == {"a": [1, 2]}


def test_what_numpy_and_pandas_hold_is_written_as_mlflow_writes_it():
    import io

    import numpy as np
    import pandas as pd
    from mlflow.pyfunc.scoring_server import predictions_to_json

    values = [
        np.array([[1.5, np.nan], [2.0, 3.0]]),
        np.array([1, 2], "int32"),
        np.array(["a", "b"]),
        np.array([b"a", b"b"]).tolist(),
        np.float32(0.1),
        [np.int64(3), np.bool_(True), np.str_("x")],
        {"a": np.array([1, 2]), "b": np.array([[0.5]])},
        pd.Series([1, 2], name="score"),
        pd.Series([0.5, np.nan]),
        pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [0.5, np.nan]}),
        pd.DataFrame({"at": pd.to_datetime(["2024-02-29", None]), "raw": [b"a", b"b"]}),
        pd.DataFrame({"a": [[1, 2], [3]], "b": [{"k": 1}, {}]}),
        pd.DataFrame({0: [1.0]}),
        [np.datetime64("2024-02-29T12:30")],
    ]
    for value in values:
        theirs = io.StringIO()
        predictions_to_json(value, theirs)
        ours = query_reader.encode(query_reader.answer(Model(lambda rows, value=value: value), {"inputs": [1]}))
        assert json.dumps(json.loads(ours)) == theirs.getvalue()


@pytest.mark.parametrize("value", [{1, 2}, object(), [1 + 2j]])
def test_what_is_not_json_is_an_error_inside_the_model(ask, value):
    ask.mock.serve("odd", lambda rows: value)
    answer = ask.query("odd", {"inputs": [1]})
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "unexpected error while evaluating the model" in answer.body["message"]


@pytest.mark.parametrize(
    "inputs",
    [
        [{"type": "decimal", "name": "a"}],
        [column("a", "long"), column(None, "long")],
        [column("a", "long"), tensor("int64", [-1], "b")],
        [tensor("int64", [-1]), tensor("int64", [-1])],
        [tensor("complex64", [-1])],
    ],
)
def test_a_signature_that_mlflow_would_not_have_is_refused_where_it_is_given(mock, inputs):
    with pytest.raises(ValueError, match=r"a signature|a tensor|several tensors"):
        mock.serve("odd", lambda rows: rows, signature={"inputs": inputs})


def test_a_signature_may_be_the_json_text_that_mlflow_writes():
    signature = {
        "inputs": json.dumps([column("a", "long")]),
        "outputs": None,
        "params": json.dumps([param("p", "long", 3)]),
    }
    assert read(signature, {"inputs": {"a": [1]}}) == ([{"a": 1}], {"p": 3})


def test_ten_thousand_rows_are_read_in_half_a_second_of_work():
    from time import thread_time

    columns = [column(f"c{place}", kind) for place, kind in enumerate(["double"] * 10 + ["long"] * 5 + ["string"] * 5)]
    data = [[0.5] * 10 + [3] * 5 + ["text"] * 5 for _ in range(10_000)]
    started = thread_time()
    read({"inputs": columns}, {"dataframe_split": {"columns": [one["name"] for one in columns], "data": data}})
    assert thread_time() - started < 0.5
