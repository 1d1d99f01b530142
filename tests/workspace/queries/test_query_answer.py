"""What ep.query gives: an answer that shows itself, is a table where it is one, and says a language model's words."""

import pandas as pd

import serving_widgets as sw


def test_an_answer_is_a_table_and_shows_itself(ws):
    ep = ws.endpoints.get("example-endpoint")
    answer = ep.query(ep.sample())
    assert len(answer.to_frame()) == len(answer.json["predictions"])
    assert "example-endpoint" in repr(answer)
    assert "<table" in answer._repr_html_()
    assert answer.text.startswith("{")
    assert answer.raw
    assert answer.request_id


def test_the_text_of_a_chat_is_what_was_said(ws):
    answer = ws.endpoints.get("chat").query({"messages": [{"role": "user", "content": "Hello"}]})
    assert answer.text == answer.json["choices"][0]["message"]["content"]


def test_half_a_surrogate_pair_in_an_answer_loses_no_other_row():
    with sw.connect("mock", scenario="empty", name="halves") as ws:
        ws.mock.serve("m", lambda rows: ["\ud800", "b"])
        ep = ws.endpoints.get("m")
        assert ep.predict(pd.DataFrame({"a": [1, 2]}))["prediction"].tolist() == ["\ud800", "b"]
        assert "b" in repr(ep.query({"dataframe_records": [{"a": 1}, {"a": 2}]}))
