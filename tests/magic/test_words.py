"""Names, JSON and variables go through a line unchanged, in % as in %%."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from serving_widgets.line import LineError, quote
from serving_widgets.magic import registry
from serving_widgets.magic.syntax.grammar import Argument, Command, Option, ValueType
from serving_widgets.magic.syntax.variables import fill_in

ANY = ValueType("ANYTHING", lambda value: value)
ECHO = Command(
    summary="Give back what came.",
    run=lambda call: (call["first"], call["option"]),
    arguments=(Argument("first", ANY, "Anything.", required=False),),
    options=(Option(("--option",), "Anything.", ANY),),
    connects=False,
    body="anything",
)
BODY = Command(summary="Give back the body.", run=lambda call: [call.body()], connects=False, body="anything")
SAME_SHELL = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@pytest.fixture(autouse=True)
def echo(monkeypatch):
    """Add two commands that give back what they get."""
    known = registry.command
    monkeypatch.setattr(registry, "COMMANDS", {**registry.COMMANDS, "echo": "look", "body": "look"})
    monkeypatch.setattr(registry, "command", lambda name: {"echo": ECHO, "body": BODY}.get(name) or known(name))


@SAME_SHELL
@given(name=st.text())
def test_any_name_goes_through_unchanged_by_line_and_by_cell_alike(shell, name):
    for cell in (
        f"x = %serving echo {quote(name)} --option {quote(name)}",
        f"x = %serving echo --option={quote(name)} {quote(name)}",
        f"%%serving echo {quote(name)} --option={quote(name)} -o x\nbody",
    ):
        shell.user_ns["x"] = None
        shell.run_cell(cell).raise_error()
        assert shell.user_ns["x"] == (name, name)


@SAME_SHELL
@given(value=json_values.filter(lambda value: isinstance(value, dict | list)))
def test_any_json_goes_through_unchanged_on_the_line_and_in_the_body(shell, value):
    shell.run_cell(f"x = %serving echo {quote(json.dumps(value))}").raise_error()
    assert json.loads(shell.user_ns["x"][0]) == value
    shell.run_cell(f"x = %serving echo {json.dumps(value)}").raise_error()
    assert shell.user_ns["x"][0] == value
    shell.run_cell(f"%%serving body -o x\n{json.dumps(value, indent=1)}").raise_error()
    assert shell.user_ns["x"] == [value]


@given(value=json_values, other=json_values)
def test_variables_enter_json_as_values(value, other):
    text = json.dumps(["$value", other]).replace('"$value"', "$value", 1)
    assert fill_in(text, {"value": value}) == [value, other]


def test_a_variable_is_the_object_itself(shell, run):
    shell.user_ns["thing"] = object()
    assert run("x = %serving echo $thing").error is None
    assert shell.user_ns["x"][0] is shell.user_ns["thing"]


def test_attributes_of_variables_may_be_used(shell, run):
    shell.user_ns["path"] = __import__("pathlib").Path("/a/b.c")
    run("x = %serving echo $path.parent.name --option $path.suffix")
    assert shell.user_ns["x"] == ("a", ".c")


def test_a_variable_of_the_function_that_calls_is_seen(shell, run):
    run("def f(inner):\n    return get_ipython().run_line_magic('serving', 'echo $inner')")
    assert run("f('here')").value == ("here", None)


def test_quotes_and_the_middle_of_words_keep_a_dollar_sign(shell, run):
    shell.user_ns["x"] = "no"
    assert run("""y = %serving echo '$x' --option a$x""").error is None
    assert shell.user_ns["y"] == ("$x", "a$x")


def test_ipython_itself_fills_nothing_in(shell, run):
    shell.user_ns["x"] = "no"
    assert run("y = %serving echo 'a {x} $x'").error is None
    assert shell.user_ns["y"][0] == "a {x} $x"


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ('{"a": $nix}', 7, "no variable nix"),
        ('{"a": $value.x}', 13, "value has no attribute x"),
        ('{"a": $value, x}', 14, "not JSON"),
        ('["$value", $odd]', 11, "$odd holds set, which JSON has no form for"),
        ("[" * 100_000, 0, "too deeply"),
    ],
)
def test_a_fault_in_json_with_variables_keeps_its_place(text, column, says):
    with pytest.raises(LineError) as caught:
        fill_in(text, {"value": 1, "odd": {1}})
    assert says in caught.value.message
    assert caught.value.column == column


def test_names_near_an_undefined_variable_are_listed():
    with pytest.raises(LineError, match=r"Did you mean \$model_name\?"):
        fill_in("[$modelname]", {"model_name": 1, "_model_name": 2})
