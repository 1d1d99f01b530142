"""Where in a JSON text a value stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.openapi.check.json_positions import place_of

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


def pointers(value, pointer=""):
    """Return every value in a value with its pointer."""
    yield pointer, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from pointers(each, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from pointers(each, f"{pointer}/{number}")


@given(value=values, indent=st.sampled_from([None, 0, 2]))
def test_every_value_is_found_where_it_stands(value, indent):
    text = json.dumps(value, indent=indent)
    for pointer, each in pointers(value):
        found, _ = json.JSONDecoder().raw_decode(text, place_of(text, pointer))
        assert json.dumps(found) == json.dumps(each)


@pytest.mark.parametrize(
    ("pointer", "rest"),
    [("/a/9", "[1, 2]}"), ("/b", '{"a": [1, 2]}'), ("/a/0/x", "1, 2]}"), ("/a/x", "[1, 2]}"), ("", '{"a": [1, 2]}')],
)
def test_where_there_is_none_it_is_what_would_hold_it(pointer, rest):
    text = ' {"a": [1, 2]}'
    assert text[place_of(text, pointer) :] == rest


def test_of_a_member_that_is_there_twice_the_last_counts():
    text = '{"a": 1, "a": 2}'
    assert text[place_of(text, "/a") :] == "2}"
