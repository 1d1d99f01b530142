import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.openapi.answers.answer_frame import rows_in, table_of, to_frame


def table(body, **kwargs):
    """The frame of an answer as columns of plain lists, and the answer's kind."""
    answer = to_frame(body, **kwargs)
    assert answer.raw is body
    return {
        name: [None if cell is pd.NA else cell for cell in column.tolist()] for name, column in answer.frame.items()
    }, answer.kind


@pytest.mark.parametrize(
    ("predictions", "columns", "kind"),
    [
        ([{"b": 1, "a": "x"}, {"a": "y", "c": [1]}], {"b": [1, None], "a": ["x", "y"], "c": [None, [1]]}, "records"),
        ([{"0": 0.5}, {"0": 1.5}], {"prediction": [0.5, 1.5]}, "records"),
        ([{"a": {"b": {"c": 1}}}], {"a": [{"b": {"c": 1}}]}, "records"),
        ([0.5, 1.5], {"prediction": [0.5, 1.5]}, "scalars"),
        ([1, 2], {"prediction": [1, 2]}, "scalars"),
        (["yes", "no"], {"prediction": ["yes", "no"]}, "scalars"),
        ([2**53 + 1, None], {"prediction": [2**53 + 1, None]}, "scalars"),
        ([True, None], {"prediction": [True, None]}, "scalars"),
        ([2**53 + 1, 0.5], {"prediction": [2**53 + 1, 0.5]}, "scalars"),
        ([2**64 - 1], {"prediction": [2**64 - 1]}, "scalars"),
        ([2**70, None], {"prediction": [2**70, None]}, "scalars"),
        ([1, "a", None], {"prediction": [1, "a", None]}, "scalars"),
        ([True, 1], {"prediction": [True, 1]}, "scalars"),
        ([[1, 2.5], [3, 4.5]], {"prediction_0": [1, 3], "prediction_1": [2.5, 4.5]}, "matrix"),
        ([[1], [2, 3]], {"prediction": [[1], [2, 3]]}, "lists"),
        ([[[1, 2]], [[3, 4]]], {"prediction": [[[1, 2]], [[3, 4]]]}, "lists"),
        ([[], []], {"prediction": [[], []]}, "lists"),
        ([[0] * 201], {"prediction": [[0] * 201]}, "lists"),
        ({"a": [1, 2], "b": ["x", "y"]}, {"a": [1, 2], "b": ["x", "y"]}, "columns"),
        ({"a": [1, 2], "b": [1]}, {"key": ["a", "b"], "value": [[1, 2], [1]]}, "pairs"),
        ({"a": 1, "b": "x"}, {"a": [1], "b": ["x"]}, "row"),
        ({"a": 1, "b": [1, 2]}, {"a": [1], "b": [[1, 2]]}, "row"),
        ({}, {"key": [], "value": []}, "pairs"),
        (3.5, {"prediction": [3.5]}, "value"),
        ("text", {"prediction": ["text"]}, "value"),
        (None, {"prediction": [None]}, "value"),
    ],
    ids=repr,
)
def test_predictions_of_every_shape_become_a_table(predictions, columns, kind):
    assert table({"predictions": predictions}) == (columns, kind)


@pytest.mark.parametrize(
    ("predictions", "dtype"),
    [([1, None], "Int64"), ([2**64 - 1, None], "UInt64"), ([1, 2.5], "float64"), ([None, None], "object")],
)
def test_a_column_has_the_narrowest_dtype_that_changes_nothing(predictions, dtype):
    assert to_frame({"predictions": predictions}).frame["prediction"].dtype == dtype


def test_predictions_win_over_outputs_and_a_bare_body_is_read_as_it_is():
    assert table({"predictions": [1], "outputs": [2]}) == ({"prediction": [1]}, "scalars")
    assert table({"outputs": [{"a": 1}]}) == ({"a": [1]}, "records")
    assert table([1, 2]) == ({"prediction": [1, 2]}, "scalars")


def test_tensors_are_reshaped_to_one_column_each():
    body = {
        "outputs": [
            {"name": "score", "shape": [2], "datatype": "FP64", "data": [0.5, 1.5]},
            {"name": "image", "shape": [2, 2, 1], "datatype": "INT64", "data": [1, 2, 3, 4]},
            {"name": "nested", "shape": [2, 2], "datatype": "INT64", "data": [[1, 2], [3, 4]]},
        ]
    }
    image = [[[1], [2]], [[3], [4]]]
    assert table(body) == ({"score": [0.5, 1.5], "image": image, "nested": [[1, 2], [3, 4]]}, "tensors")
    assert rows_in(body, 2)[1] == {"score": 1.5, "image": image[1], "nested": [3, 4]}


def test_records_can_be_flattened():
    assert table([{"a": {"b": {"c": 1}, "d": {}}, "e": 2}], flatten=True)[0] == {"a.b.c": [1], "a.d": [{}], "e": [2]}


def test_an_empty_answer_has_the_columns_that_are_known():
    answer = to_frame({"predictions": []}, columns=("fraud", "why"))
    assert (list(answer.frame.columns), len(answer.frame), answer.kind) == (["fraud", "why"], 0, "empty")


def test_a_chat_shows_who_said_what():
    body = {
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}],
        "usage": {"total_tokens": 7},
    }
    columns, kind = table(body)
    assert kind == "chat"
    assert columns == {
        "index": [0],
        "role": ["assistant"],
        "content": ["Hi"],
        "finish_reason": ["stop"],
        "tool_calls": [None],
    }
    assert to_frame(body).frame.attrs["usage"] == {"total_tokens": 7}


@pytest.mark.parametrize(
    ("body", "columns", "kind"),
    [
        ({"choices": [{"text": "a"}]}, {"index": [0], "text": ["a"], "finish_reason": [None]}, "completions"),
        (
            {"data": [{"index": 3, "embedding": [0.5, 1]}]},
            {"index": [3], "dimension": [2], "embedding": [[0.5, 1]]},
            "embeddings",
        ),
        (
            {"output": [{"type": "message", "role": "assistant", "content": [{"text": "a"}]}]},
            {"role": ["assistant"], "type": ["message"], "content": [[{"text": "a"}]]},
            "messages",
        ),
        (
            {"messages": [{"role": "user", "content": "a"}]},
            {"role": ["user"], "type": [None], "content": ["a"]},
            "messages",
        ),
    ],
)
def test_answers_of_language_models_have_columns_of_their_own(body, columns, kind):
    assert table(body) == (columns, kind)


def test_a_stream_is_folded_into_the_answer_that_would_have_come_in_one_piece():
    deltas = [{"role": "assistant"}, {"content": "Hel"}, {"content": "lo"}, {}]
    lines = [
        json.dumps({"id": "c1", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
        for delta, reason in zip(deltas, [None, None, None, "stop"], strict=True)
    ]
    stream = "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"])
    for body in (stream, stream.encode()):
        columns, kind = table(body)
        assert (kind, columns["content"], columns["finish_reason"]) == ("chat", ["Hello"], ["stop"])


def test_text_and_bytes_of_json_are_read():
    assert table(b'{"predictions": [1.5, NaN]}')[1] == "scalars"
    assert table('[{"a": 1}]') == ({"a": [1]}, "records")
    answer = to_frame(b"{broken")
    assert (answer.kind, answer.note) == ("value", "Not JSON: shown as text.")


def test_predictions_stand_beside_their_inputs_where_there_is_one_for_each():
    request = pd.DataFrame({"id": [1, 2], "x": [0.5, 1.5]}, index=["a", "a"])
    answer = to_frame({"predictions": [{"id": 1, "y": 3}, {"id": 2, "y": 4}]}, request, join=True)
    assert answer.joinable
    assert answer.frame.index.tolist() == ["a", "a"]
    assert answer.frame.columns.tolist() == ["id", "x", "id_predicted", "y"]
    fewer = to_frame({"predictions": [1]}, request, join=True)
    assert not fewer.joinable
    assert fewer.note == "1 rows came back for 2."


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=3)
            | st.sampled_from(
                ["predictions", "outputs", "choices", "message", "data", "embedding", "name", "shape", "0"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_answer_whatsoever_is_too_strange(body):
    answer = to_frame(body)
    assert answer.raw is body
    if answer.frame is None:
        assert answer.note
    for count in (0, 1, 2):
        rows = rows_in(body, count)
        assert rows is None or len(rows) == count


SCALARS = [st.integers(-(2**63), 2**64), st.floats(allow_nan=False), st.booleans(), st.text(max_size=4)]


@given(st.one_of(*[st.lists(st.none() | scalar, min_size=1) for scalar in SCALARS], st.lists(st.one_of(*SCALARS))))
def test_no_scalar_is_changed_on_its_way_into_a_table(values):
    frame, _ = table_of(values, ["prediction"])
    assert len(frame) == len(values)
    for value, cell in zip(values, frame["prediction"], strict=True):
        assert pd.isna(cell) if value is None else cell == value
        assert not isinstance(value, bool) or isinstance(cell, bool | np.bool_)


@pytest.mark.parametrize(
    ("body", "count", "rows"),
    [
        ({"predictions": [1, 2]}, 2, [1, 2]),
        ({"predictions": [1, 2]}, 3, None),
        ({"predictions": {"a": [1, 2]}}, 2, [{"a": 1}, {"a": 2}]),
        ({"predictions": {"a": 1}}, 1, [{"a": 1}]),
        ({"predictions": 0.5}, 1, [0.5]),
        ({"predictions": 0.5}, 2, None),
        ({"predictions": None}, 1, None),
        ({"outputs": [{"a": 1}]}, 1, [{"a": 1}]),
        ({}, 1, None),
    ],
)
def test_predictions_are_told_apart_row_by_row(body, count, rows):
    assert rows_in(body, count) == rows


def test_rows_without_a_prediction_leave_gaps():
    assert table_of([{"a": 1}, None])[0]["a"].tolist() == [1, pd.NA]
    assert table_of([[1, 2], None])[0]["prediction_1"].tolist() == [2, pd.NA]
    assert table_of([None, None])[0]["prediction"].tolist() == [None, None]
