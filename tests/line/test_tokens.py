"""A line falls apart into the words that its author meant."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.line import LineError, Token, quote, tokenise

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def words(line):
    return [token.text for token in tokenise(line)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        (" \t ", []),
        ("stop churn", ["stop", "churn"]),
        ("  stop\tchurn  ", ["stop", "churn"]),
        ("say don't rock'n'roll", ["say", "don't", "rock'n'roll"]),
        ("'two words' x", ["two words", "x"]),
        ("''", [""]),
        ('""', [""]),
        (r'"a \"b\" \\ \n é"', ['a "b" \\ \n é']),
        (r'"é\U0001f600"', ["é😀"]),
        (r"'C:\new'", [r"C:\new"]),
        ('{"a": "}", "b": [1, 2]} after', ['{"a": "}", "b": [1, 2]}', "after"]),
        (r'["\"]", {}]', [r'["\"]", {}]']),
        ("a{b c}", ["a{b", "c}"]),
        ("$name.attr $x", ["$name.attr", "$x"]),
        ("--size=Small", ["--size", "Small"]),
        ("list   # a table", ["list"]),
        ("# nothing but a comment", []),
        ("stop churn #now", ["stop", "churn"]),
        ("logs churn --grep '#1' # it's \"odd", ["logs", "churn", "--grep", "#1"]),
        ("tags churn note=#1 a#b", ["tags", "churn", "note=#1", "a#b"]),
        ("list; # quiet", ["list", ";"]),
        ('query churn {"a": "# no comment"} # one', ["query", "churn", '{"a": "# no comment"}']),
        ("--tag='a b'", ["--tag", "a b"]),
        ('--config={"a": 1} x', ["--config", '{"a": 1}', "x"]),
        ("--tag=", ["--tag", ""]),
        ("--tag= x", ["--tag", "", "x"]),
        ("key=value", ["key=value"]),
        ("list;", ["list", ";"]),
        ("list ; ", ["list", ";"]),
        ("query '{}';", ["query", "{}", ";"]),
        ("query {};", ["query", "{}", ";"]),
        ("a;b", ["a;b"]),
        ("'a;'", ["a;"]),
    ],
)
def test_a_line_falls_apart_at_white_space_outside_quotes_and_json(line, expected):
    assert words(line) == expected


def test_a_token_knows_where_it_stands_and_how_it_was_written():
    assert tokenise("a 'b c' --d=e") == [
        Token("a", 0, 1),
        Token("b c", 2, 7, quoted=True),
        Token("--d", 8, 11),
        Token("e", 12, 13, joined=True),
    ]


def test_only_bare_words_are_options_variables_and_json():
    bare = tokenise("--yes $x {} -o")
    assert [(t.is_option, t.is_variable, t.is_json) for t in bare] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (True, False, False),
    ]
    quoted = tokenise("'--yes' '$x' '{}'")
    assert not any(t.is_option or t.is_variable or t.is_json for t in quoted)


def test_a_negative_number_and_the_value_after_an_equals_sign_are_no_options():
    assert not any(token.is_option for token in [*tokenise("-5"), tokenise("--a=--b")[1]])


@pytest.mark.parametrize(
    ("line", "column", "says"),
    [
        ("stop 'churn", 5, "never closed"),
        ('stop "churn', 5, "never closed"),
        ('stop "churn\\', 5, "never closed"),
        ('stop "churn\\"', 5, "never closed"),
        ("'", 0, "never closed"),
        ('"a\\qb"', 2, r"no escape \q"),
        ('"\\u12"', 1, "4 hexadecimal digits"),
        ('"\\Uffffffff"', 1, "8 hexadecimal digits"),
        ("'a'b", 3, "space is missing"),
        ("{}x", 2, "space is missing"),
        ("q {", 2, "'}' is missing"),
        ("q [1, {]", 7, "'}' is wanted"),
        ("q {]", 3, "'}' is wanted"),
        ('q {"a', 3, "never closed"),
        ("--tag='a", 6, "never closed"),
    ],
)
def test_a_fault_is_named_and_its_place_is_told(line, column, says):
    with pytest.raises(LineError) as caught:
        tokenise(line)
    assert says in caught.value.message
    assert caught.value.column == column
    assert caught.value.line == line


@given(st.lists(st.text()))
def test_quoted_words_come_back_unchanged(texts):
    line = " ".join(quote(text) for text in texts)
    assert words(line) == texts
    assert not any(t.is_option or t.is_variable or t.is_json for t in tokenise(line))


@given(st.text())
def test_a_quoted_word_keeps_to_one_line_that_prints(text):
    assert len(quote(text).splitlines()) == 1
    assert quote(text).isprintable()


@given(st.text())
def test_a_quoted_word_is_a_value_after_an_option_too(text):
    assert tokenise(f"--tag={quote(text)} x")[1:] == [
        Token(text, 6, 6 + len(quote(text)), quoted=quote(text)[0] in "'\"", joined=True),
        Token("x", 7 + len(quote(text)), 8 + len(quote(text))),
    ]


@given(json_values.filter(lambda value: isinstance(value, dict | list)), st.booleans(), st.sampled_from([None, 2]))
def test_any_object_or_list_stays_whole_without_quotes(value, ascii_only, indent):
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    tokens = tokenise(f"query churn {text} -o x;")
    assert [token.text for token in tokens] == ["query", "churn", text, "-o", "x", ";"]
    assert json.loads(tokens[2].text) == value


@given(json_values)
def test_any_json_value_comes_through_quoted(value):
    text = json.dumps(value, ensure_ascii=False)
    assert json.loads(words(f"query {quote(text)}")[1]) == value


@given(st.text(alphabet=" '\"\\{}[];$=-ab\n"))
def test_every_line_is_either_read_or_refused_with_a_place(line):
    tokens, fault = read(line)
    if fault is not None:
        assert 0 <= fault.column <= len(line)
        assert fault.caret().endswith("^")
    spans = [(token.start, token.end) for token in tokens]
    assert spans == sorted(spans)
    assert all(start <= end <= len(line) for start, end in spans)


def read(line):
    """Return the tokens, or none and the fault."""
    try:
        return tokenise(line), None
    except LineError as error:
        return [], error
