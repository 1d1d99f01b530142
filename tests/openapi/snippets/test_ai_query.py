"""A request as SQL: named columns for a model of tables, a text for a language model, and else the reason why not."""

from serving_widgets.openapi.snippets.snippets import render


def sql(payload, **more):
    return render("ai_query", "my-endpoint", payload, **more).code


def test_the_columns_of_a_table_are_sent_by_their_names():
    split = {"columns": ["n", "share of it"], "data": [[1, 2.5], [2**40, None]]}
    expected = """\
-- For a model without a signature add the type of a prediction: returnType => 'DOUBLE'
SELECT ai_query(
  'my-endpoint',
  request => named_struct('n', n, 'share of it', `share of it`)
) AS prediction
FROM VALUES
  (1, 2.5D),
  (1099511627776L, NULL)
AS rows(n, `share of it`)"""
    assert sql({"dataframe_split": split}) == expected
    records = [dict(zip(split["columns"], row, strict=True)) for row in split["data"]]
    assert sql({"dataframe_records": records}) == expected


def test_a_language_model_is_asked_by_the_last_text():
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What's\nnew?"}]
    code = sql({"messages": messages, "max_tokens": 5, "stop": None, "stream": False})
    assert "-- ai_query sends one text: the last message.\n" in code
    assert "  request => text,\n  modelParameters => named_struct('max_tokens', 5)\n" in code
    assert code.endswith("FROM VALUES\n  ('What\\'s\\nnew?')\nAS rows(text)")
    assert sql({"input": ["a", "b"]}).endswith("FROM VALUES\n  ('a'),\n  ('b')\nAS rows(text)")


def test_what_the_function_cannot_send_is_told():
    assert "named columns" in sql({"inputs": [[1.0]]})
    assert "SELECT" not in sql({"inputs": [[1.0]]})
    assert "SELECT" not in sql({"messages": [{"role": "user", "content": [{"type": "text"}]}]})
    code = sql({"dataframe_records": [{"n": 1}] * 50, "params": {"k": 1}}, entity="m-1")
    assert "the endpoint as a whole, not m-1 alone" in code
    assert "no params" in code
    assert "The first 20 of 50 rows" in code
    assert code.count("(1)") == 20


def test_no_text_leaves_its_quotes():
    hostile = "'); DROP TABLE t; --\\' \n"
    code = sql({"dataframe_records": [{"a'`b": hostile}]})
    (value,) = [line.strip()[1:-1] for line in code.splitlines() if line.startswith("  (")]
    assert value == "'\\'); DROP TABLE t; --\\\\\\' \\n'"
    assert "named_struct('a\\'`b', `a'``b`)" in code
