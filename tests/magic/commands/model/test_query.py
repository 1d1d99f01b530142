"""``%serving query`` and ``%serving predict``: what is written is what is sent, and the answer is a table."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.errors import BadRequest
from serving_widgets.line import quote
from serving_widgets.magic.syntax.usage_error import UsageError
from serving_widgets.mock.state.request_journal import redacted
from serving_widgets.render.blocks.frames import frame_table
from serving_widgets.workspace.queries.query_result import QueryAnswer

ROW = {"tenure_months": 3, "monthly_charge": 10.5, "contract": "two-year"}
BEGUN = '{"dataframe_records": [{"contract": "x", "monthly_charge": 1, "tenure_months": '
CIRCLE: list = []
CIRCLE.append(CIRCLE)
ALIKE = {"allow_nan": False, "allow_infinity": False}
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(**ALIKE) | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=8,
)
MANY = settings(parent=settings(), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def frame(shell):
    """Return a table that the shell knows as df."""
    made = pd.DataFrame([ROW, {**ROW, "tenure_months": 40}], index=["a", "b"])
    shell.user_ns["df"] = made
    return made


@pytest.fixture
def sent(workspace):
    """Return a function that returns the bodies of the queries that the mock was sent."""
    return lambda: [entry["body"] for entry in workspace.mock.journal() if entry["path"].endswith("/invocations")]


def same(value, other):
    """Whether a body on record is a JSON value, 1 and 1.0 and true told apart; what looks secret is not on record."""
    return json.dumps(value, sort_keys=True) == json.dumps(redacted(other), sort_keys=True)


# What is sent ---------------------------------------------------------------------------------------------------------


@given(value=VALUES)
@MANY
def test_any_json_value_goes_unchanged_through_a_line_and_a_cell(value, run, sent, shell, workspace):
    ascii_text, text = json.dumps(value), json.dumps(value, ensure_ascii=False)
    token = ascii_text if isinstance(value, dict | list) else quote(ascii_text)
    shell.user_ns["value"] = value
    for cell in (
        f"%serving query churn {token} --no-check",
        f"%serving query churn --payload={token} --no-check",
        f"%%serving query churn --no-check\n{text}",
        f"%%serving query churn --no-check\n{json.dumps(value, indent=2)}",
    ):
        workspace.mock.reset()
        run(cell)
        (body,) = sent()
        assert same(body, value), cell
    workspace.mock.reset()
    run('%%serving query churn --no-check\n{"$value": [$value, "$value"]}')
    (body,) = sent()
    assert same(body, {"$value": [value, "$value"]})


@given(name=st.from_regex(r"[A-Za-z0-9_-]{1,63}", fullmatch=True), value=VALUES)
@MANY
def test_any_endpoint_name_and_any_value_go_unchanged_through_a_line_and_a_cell(
    name, value, run, sent, shell, workspace
):
    """The endpoint is created under that name, and answers a request for every way to write it."""
    text = json.dumps(value)
    token = text if isinstance(value, dict | list) else quote(text)
    shell.user_ns.update(value=value, name=name)
    workspace.mock.reset()
    workspace.mock.serve(name, lambda rows: rows)
    for cell in (
        f"%serving query {quote(name)} {token} --no-check",
        f"%serving query $name --payload={token} --no-check",
        f"%%serving query {quote(name)} --no-check\n{text}",
        "%%serving query $name --no-check\n[$value]",
    ):
        run(cell)
    asked = [entry for entry in workspace.mock.journal() if entry["path"].endswith("/invocations")]
    assert {entry["path"] for entry in asked} == {f"/serving-endpoints/{name}/invocations"}
    one, two, three, four = [entry["body"] for entry in asked]
    assert same(one, value)
    assert same(two, value)
    assert same(three, value)
    assert same(four, [value])


@pytest.mark.parametrize(
    "value",
    [
        [1e-320, -0.0, 1.7976931348623157e308, 5e-324],
        [2**63, -(2**63) - 1, 10**400],
        {"a\u2028b": "\u202e\x7f\x00\x1b", "'\"\\": "$x {y} %serving ; -- @f #"},
        {"": [[], {}, "", None, True]},
        [[[[[[[[[[[[[[[[[[[["deep"]]]]]]]]]]]]]]]]]]]],
        {"a": {"b": {"c": {"d": {"e": [{"f": [1.0, 1]}]}}}}},
        {"😀": "日本語 – ü"},
    ],
)
def test_values_that_are_easily_changed_arrive_as_they_are(value, run, shell, workspace, monkeypatch):
    bodies = []

    async def query_endpoint(self, name, payload, **_):
        bodies.append(payload if isinstance(payload, bytes | str) else json.dumps(payload))
        raise sw.ServingError("Enough.")

    monkeypatch.setattr("serving_widgets.client.Client.query_endpoint", query_endpoint)
    shell.user_ns["value"] = value
    for cell in (
        f"%serving query churn {json.dumps(value)} --no-check",
        f"%%serving query churn --no-check\n{json.dumps(value, ensure_ascii=False, indent=1)}",
        "%serving query churn $value --no-check",
        '%%serving query churn --no-check\n{"within": $value}',
    ):
        run(cell)
    *alone, within = map(json.loads, bodies)
    assert len(alone) == 3
    assert all(same(body, value) for body in alone)
    assert same(within, {"within": value})


def test_what_a_notebook_has_at_hand_becomes_json(run, shell, sent, workspace):
    shell.user_ns.update(
        gap=float("nan"), whole=np.int64(3), day=pd.Timestamp("2026-01-02"), column=pd.Series([1, 2]), keys={1: None}
    )
    run("%%serving query churn --no-check\n[$gap, $whole, $day, $column, $keys]")
    assert sent() == [[None, 3, "2026-01-02T00:00:00", [1, 2], {"1": None}]]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("inf"), "JSON has no form for inf."),
        ({1: 2, "1": 3}, "Two of its keys read '1'."),
        (CIRCLE, "It is nested too deeply."),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "Two columns are called 'a'"),
    ],
)
def test_a_variable_that_cannot_be_sent_says_why(value, message, run, shell, sent):
    shell.user_ns["odd"] = value
    outcome = run('%serving query churn {"inputs": $odd}')
    assert isinstance(outcome.error, UsageError)
    assert message in outcome.text
    assert sent() == []


def test_numbers_arrive_as_they_were_written(run, workspace, monkeypatch):
    bodies = []

    async def query_endpoint(self, name, payload, **_):
        bodies.append(payload)
        raise sw.ServingError("Enough.")

    monkeypatch.setattr("serving_widgets.client.Client.query_endpoint", query_endpoint)
    text = '{"inputs": [1.0, 9007199254740993, 123456789012345678901234567890, 1e2, 0.10]}'
    run(f"%serving query churn {text} --no-check")
    run(f"%%serving query churn --no-check\n{text}")
    assert [body.decode().rstrip("\n") for body in bodies] == [text, text]


@pytest.mark.parametrize(
    ("variable", "body"),
    [
        ("df", {"dataframe_split": {"columns": list(ROW), "data": [[3, 10.5, "two-year"], [40, 10.5, "two-year"]]}}),
        ("rows", {"dataframe_split": {"columns": list(ROW), "data": [[3, 10.5, "two-year"]]}}),
        ("whole", {"dataframe_records": [ROW]}),
        ("text", {"dataframe_records": [ROW]}),
        ("nested", {"inputs": [[1.0, 2.0]]}),
    ],
)
def test_a_variable_of_any_sensible_kind_becomes_the_request(variable, body, run, shell, frame, sent):
    whole = {"dataframe_records": [ROW]}
    nested = {"inputs": np.array([[1.0, 2.0]])}
    shell.user_ns.update(rows=[ROW], whole=whole, text=json.dumps(whole), nested=nested)
    run(f"%serving query churn ${variable} --no-check")
    run(f"%%serving query churn --no-check\n${variable}")
    assert sent() == [body, body]


def test_a_table_within_json_is_written_as_its_member_wants_it(run, frame, sent):
    for member in ("dataframe_split", "dataframe_records", "inputs"):
        assert run(f'%%serving query churn\n{{"{member}": $df}}').error is None
    split, records, inputs = sent()
    assert split["dataframe_split"]["columns"] == list(ROW)
    assert records["dataframe_records"][0] == ROW
    assert inputs["inputs"]["tenure_months"] == [3, 40]


def test_a_table_is_written_in_the_format_that_is_asked_for(run, frame, sent):
    run("%serving query churn $df --format dataframe_records")
    assert sent() == [{"dataframe_records": frame.to_dict("records")}]


@pytest.mark.parametrize(
    "text",
    [
        'tenure_months,monthly_charge,contract\n3,10,two-year\n\n4,,"a, b"\n',
        "tenure_months\tmonthly_charge\tcontract\n3\t10\ttwo-year\n4\t\ta, b",
        '"tenure_months";"monthly_charge";"contract"\r\n3;10;two-year\r\n4;;"a, b"\r\n',
    ],
)
def test_csv_is_typed_as_the_schema_says(text, run, sent):
    assert run(f"%%serving query churn\n{text}").error is None
    (body,) = sent()
    data = [[3, 10.0, "two-year"], [4, None, "a, b"]]
    assert same(body, {"dataframe_split": {"columns": list(ROW), "data": data}})


def test_csv_may_come_from_a_file_and_become_records(run, sent, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pd.DataFrame([ROW]).to_csv("rows.csv", index=False)
    assert run("%serving query churn @rows.csv --format dataframe_records").error is None
    assert sent() == [{"dataframe_records": [ROW]}]


@pytest.mark.parametrize(
    "cell", ["%%serving query chat\nWhat is\nan endpoint?\n", '%serving query chat "What is\\nan endpoint?"']
)
def test_plain_text_is_what_the_user_says_to_a_language_model(cell, run, sent):
    text = run(cell).text
    assert sent() == [{"messages": [{"role": "user", "content": "What is\nan endpoint?"}]}]
    assert "An endpoint is an address" in text
    assert "total tokens" in text


# What is refused ------------------------------------------------------------------------------------------------------


def test_a_request_with_errors_is_not_sent_and_the_first_is_pointed_at(run, sent):
    row = '{"tenure_months": 3, "monthly_charge": "1", "contract": 5}'
    outcome = run(f'%%serving query churn\n{{"dataframe_records": [\n  {row}]}}')
    assert isinstance(outcome.error, UsageError)
    assert outcome.text.splitlines() == [
        "dataframe_records, 1 row: 2 errors. Nothing was sent.",
        '  row 0, monthly_charge: "1" is text, not a number. Write it without quotes.',
        "  row 0, contract: 5 is not text. Write it in quotes.",
        '  {"tenure_months": 3, "monthly_charge": "1", "contract": 5}]}',
        "                                         ^",
        "Usage: %serving query NAME [PAYLOAD] [OPTION]…",
        "--coerce converts such values and tells which; --no-check sends it as it is.",
    ]
    assert sent() == []


@pytest.mark.parametrize(
    ("cell", "under"),
    [
        (f"%serving query churn {BEGUN}3.5}}]}}", "3.5"),
        (f"%serving query churn {BEGUN}$half}}]}}", "$half"),
        ("%serving query churn $bad", "$bad"),
        ("%%serving query churn\ntenure_months,monthly_charge,contract\n1,2,x\nfour,2,x", "four,2,x"),
        ('%%serving query churn\n{"dataframe_records": $bad}', "$bad"),
    ],
)
def test_the_caret_stands_under_the_fault_wherever_it_is_written(cell, under, run, shell, sent):
    shell.user_ns.update(half=3.5, bad=[{**ROW, "tenure_months": 3.5}])
    lines = run(cell).text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.strip() == "^")
    assert lines[at - 1].index(under) == lines[at].index("^")
    assert sent() == []


def test_of_many_errors_ten_are_told(run, shell, workspace):
    shell.user_ns["rows"] = [{**ROW, "contract": number} for number in range(300)]
    text = run("%serving query churn $rows").text
    assert "300 rows: 300 errors. Nothing was sent." in text
    assert "  … and 290 more." in text
    assert text.count("is not text") == 10


def test_it_is_sent_all_the_same_on_request(run, sent):
    outcome = run('%serving query churn {"inputs": [1]} --no-check')
    assert isinstance(outcome.error, BadRequest)
    assert sent() == [{"inputs": [1]}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,a\n1,2", "Two columns are called 'a'."),
        ("a,\n1,2", "A column has no name"),
        ("a,b\n1", "1 value for 2 columns."),
        ('a,b\n1,"2', "This is neither JSON nor CSV"),
    ],
)
def test_csv_that_is_no_table_is_pointed_at(text, message, run, sent):
    outcome = run(f"%%serving query churn\n{text}")
    assert isinstance(outcome.error, UsageError)
    assert message in outcome.text
    assert "\n^\n" in outcome.text
    assert sent() == []


def test_a_value_that_json_has_no_form_for_is_pointed_at(run, shell, sent):
    shell.user_ns["odd"] = {1, 2}
    for line in ("$odd", '{"inputs": $odd}'):
        lines = run(f"%serving query churn {line}").text.splitlines()
        assert lines[0] == "$odd: JSON has no form for set."
        assert lines[1].index("$odd") == lines[2].index("^")
    assert sent() == []


def test_a_stopped_endpoint_refuses_and_the_way_out_is_told(run, workspace):
    outcome = run('%serving query pricing {"inputs": [1]}')
    assert isinstance(outcome.error, BadRequest)
    assert "Start it with %serving start pricing." in outcome.text


def test_the_body_and_the_line_may_not_both_say_what_to_send(run, sent):
    assert "The request is given more than once." in run("%%serving query churn {}\n{}").text
    assert sent() == []


# What comes back ------------------------------------------------------------------------------------------------------


def test_the_answer_is_a_table_with_who_gave_it_and_no_time(run, frame, workspace):
    first, second = workspace.endpoints.get("churn").predict(frame)["prediction"]
    assert run("%serving query churn $df").text.splitlines() == [
        "Answer of churn – mock workspace (demo)",
        "",
        "Served by  churn_model-3",
        "Request    dataframe_split, 2 rows",
        "Size       35 bytes",
        "",
        "   prediction",
        "─  ──────────",
        f"a    {first}",
        f"b    {second}",
    ]


def test_the_value_is_the_answer_with_frame_json_and_served_model(run, shell, frame):
    assert run("answer = %serving query churn $df").text == ""
    answer = shell.user_ns["answer"]
    assert isinstance(answer, QueryAnswer)
    assert list(answer.to_frame(join=True)) == [*ROW, "prediction"]
    assert list(answer.to_frame().index) == ["a", "b"]
    assert answer.json["predictions"] == answer.to_frame()["prediction"].tolist()
    assert answer.served_model == "churn_model-3"
    assert answer.reply.seconds > 0


def test_the_answer_is_shown_as_it_came_on_request(run, shell, frame):
    run("%serving query churn $df --raw -o answer")
    text = run("%serving query churn $df --raw").text
    assert text.endswith(shell.user_ns["answer"].text)
    assert shell.user_ns["answer"].text.startswith('{"predictions":[')


def test_a_request_that_could_not_be_checked_says_so(run, frame):
    assert "It was not checked before it was sent." in run("%serving query churn $df --no-check").text
    assert "It was not checked" not in run("%serving query churn $df").text


def test_an_answer_of_many_rows_and_columns_is_cut_and_says_so(run, shell, workspace):
    shell.user_ns["rows"] = [ROW] * 50
    text = run("%serving query churn $rows").text
    assert "And 30 more rows." in text
    assert len(text.splitlines()) < 40


def test_hostile_text_in_an_answer_stays_text(run, elements, workspace):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\x1b[31m\u202e"
    (shown,) = run(f"%serving query chat {quote(hostile)}").displays
    assert "alert(1)" in shown.data["text/plain"]
    assert not {"script", "img"} & {each.partition("[")[0] for each in elements(shown.data["text/html"])}
    assert "\x1b" not in shown.data["text/plain"]
    assert "\u202e" not in shown.data["text/plain"] + shown.data["text/html"]


def test_every_kind_of_cell_of_a_table_is_shown(run, shell, workspace):
    index = pd.MultiIndex.from_tuples([("a", 1)])
    odd = {"array": np.array([1, 2]), "na": pd.NA, "nat": pd.NaT, "flag": True, "object": {"k": [1]}}
    shell.user_ns["odd"] = pd.DataFrame([{"impressions": 3, "position": 2, "bid": 0.5}], index=index)
    (shown,) = run("%serving predict unity-model-endpoint $odd --join").displays
    assert "a, 1" in shown.data["text/plain"]
    text = repr(frame_table(pd.DataFrame([odd], index=["x" * 300])))
    assert text.splitlines()[-1].split("…")[1].split() == ["[1,", "2]", "True", '{"k":', "[1]}"]


def test_predictions_come_with_the_tables_own_index(run, shell, frame):
    text = run("%serving predict churn $df").text
    assert "Predictions of churn – mock workspace (demo)" in text
    assert "\na    0." in text
    run("%serving predict churn $df --join -o scored")
    assert list(shell.user_ns["scored"]) == [*ROW, "prediction"]
    assert list(shell.user_ns["scored"].index) == ["a", "b"]


def test_rows_at_fault_are_told_one_by_one(run, shell, workspace):
    shell.user_ns["bad"] = pd.DataFrame([ROW, {**ROW, "tenure_months": "many"}])
    outcome = run("%serving predict churn $bad --on-error rows --entity churn_model-3")
    assert "Without a prediction  1; the column error tells why" in outcome.text
    assert isinstance(run("%serving predict churn $bad").error, sw.ServingError)


def test_parameters_are_sent_with_the_rows(run, shell, sent, workspace):
    shell.user_ns["df"] = pd.DataFrame([{"int_col": 1, "float_col": 2.0, "string_col": "a"}])
    assert run('%serving predict example-endpoint $df --params {"sentiment": 2.0}').error is None
    assert sent()[-1]["params"] == {"sentiment": 2.0}
