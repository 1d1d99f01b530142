"""Event streams: the same events however the bytes are cut, and whatever stands between them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.client.query_plane.sse import EventStreamParser, MalformedError

OBJECTS = st.dictionaries(st.text(max_size=4), st.integers(-(2**63), 2**63) | st.text(max_size=8), max_size=3)
NOISE = st.sampled_from([": a comment", "event: chunk", "id: 7", "retry: 100", "whatever", "data", ""])


def read(data, cuts=(), longest=1000):
    events, values, start = EventStreamParser(longest), [], 0
    for cut in [*sorted(cut % (len(data) + 1) for cut in cuts), len(data)]:
        values += events.feed(data[start:cut])
        start = cut
    values += events.end()
    return values, events.done


@given(
    st.lists(OBJECTS, max_size=5),
    st.lists(NOISE, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.integers(0), max_size=8),
    st.booleans(),
)
def test_cuts_line_ends_comments_and_other_fields_make_no_difference(objects, noise, newline, cuts, escape):
    lines = []
    for position, each in enumerate(objects):
        lines += [*noise[position : position + 1], f"data: {json.dumps(each, ensure_ascii=escape)}", ""]
    lines += [*noise, "data: [DONE]", ""]
    data = newline.join(lines).encode()
    assert read(data, cuts) == (objects, True)
    assert read(data, range(len(data))) == (objects, True)


def test_an_event_counts_as_soon_as_its_line_is_there():
    events = EventStreamParser()
    assert list(events.feed(b'data: {"a": 1}\n')) == [{"a": 1}]
    assert list(events.feed(b'data:{"a": 2}\r')) == [{"a": 2}]
    assert list(events.feed(b"\n")) == []


def test_an_event_may_have_several_lines():
    assert read(b'data: {"a":\ndata: 1}\n\ndata: {"a": 2}\n\n') == ([{"a": 1}, {"a": 2}], False)


def test_the_last_event_needs_no_line_end():
    assert read(b'data: {"a": 1}') == ([{"a": 1}], False)
    assert read(b'data: {"a":\ndata: 1}') == ([{"a": 1}], False)


def test_nothing_comes_after_the_end():
    assert read(b'data: [DONE]\n\ndata: {"late": 1}\n\n') == ([], True)


def test_a_byte_order_mark_is_passed_over():
    assert read(b'\xef\xbb\xbfdata: {"a": 1}\n\n') == ([{"a": 1}], False)


@pytest.mark.parametrize("data", [b"data: {oops\n\n", b'data: {"a":\ndata: oops}\n\n', b"data: {oops"])
def test_what_is_no_json_is_told(data):
    with pytest.raises(MalformedError, match="not JSON"):
        read(data)


@pytest.mark.parametrize("data", [b"data: " + b"a" * 100, b"data: {\n" + b"data: 1,\n" * 20, b": " + b"x" * 100])
def test_a_line_and_an_event_have_a_longest_size(data):
    with pytest.raises(MalformedError, match="more than 50 bytes"):
        read(data, range(0, len(data), 7), longest=50)
