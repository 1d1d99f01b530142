"""What a line of a log says besides its text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.logs import log_lines
from serving_widgets.api.logs.log_lines import read_lines, without_escapes


def one(text):
    (line,) = read_lines([text])
    return line


@pytest.mark.parametrize(
    ("text", "time", "replica", "level"),
    [
        ("[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] Booting", "2026-01-12 09:00:05+00:00", "hc4q8", "info"),
        ("[2026-01-12 09:00:05 +0100] [7] [CRITICAL] WORKER TIMEOUT", "2026-01-12 09:00:05+01:00", "", "error"),
        ("2026-01-12 09:00:05,123 WARNING root: odd", "2026-01-12 09:00:05.123000+00:00", "", "warning"),
        ("2026/01/12 09:00:05 INFO mlflow.models: ok", "2026-01-12 09:00:05+00:00", "", "info"),
        ("2026-01-12T09:00:05Z DEBUG x", "2026-01-12 09:00:05+00:00", "", "debug"),
        ("ERROR: No matching distribution found for nope==9", "None", "", "error"),
        ("\x1b[33mWARNING: pip is old\x1b[0m", "None", "", "warning"),
        ("INFO:     Application startup complete.", "None", "", "info"),
        ('127.0.0.1 - - "POST /invocations HTTP/1.1" 200 31', "None", "", "info"),
        ('127.0.0.1 - - "POST /invocations HTTP/1.1" 400 31', "None", "", "warning"),
        ('127.0.0.1 - - "POST /invocations HTTP/1.1" 500 31', "None", "", "error"),
        ("Solving environment: ...working... done", "None", "", ""),
        ("[2026-13-45 99:99:99 +0000] [7] [INFO] no such time", "None", "", "info"),
        ("", "None", "", ""),
    ],
)
def test_time_replica_and_level_are_read(text, time, replica, level):
    line = one(text)
    assert (str(line.time), line.replica, line.level, line.text) == (time, replica, level, text)


TWO_AT_ONCE = [
    "[aaaaa] [2026-01-12 09:00:06 +0000] [7] [ERROR] Exception on /invocations [POST]",
    "[aaaaa] Traceback (most recent call last):",
    "[bbbbb] [2026-01-12 09:00:06 +0000] [9] [INFO] all is well here",
    '[aaaaa]   File "a.py", line 1, in f',
    "[bbbbb]   and goes on",
    "[aaaaa] ValueError: bad",
    "[aaaaa]",
    "[aaaaa] During handling of the above exception, another exception occurred:",
    "[aaaaa]",
    "[aaaaa] Traceback (most recent call last):",
    '[aaaaa]   File "c.py", line 2, in g',
    "[aaaaa] RuntimeError: worse",
    "[aaaaa] next",
]


def test_a_traceback_is_one_thing_though_another_replica_writes_in_between():
    lines = [line for line in read_lines(TWO_AT_ONCE) if line.replica == "aaaaa"]
    assert [line.head for line in lines] == [True, *[False] * (len(lines) - 2), True]
    assert {line.level for line in lines[:-1]} == {"error"}
    assert len({line.time for line in lines[:-1]}) == 1


def test_the_other_replica_is_not_drawn_into_it():
    lines = [line for line in read_lines(TWO_AT_ONCE) if line.replica == "bbbbb"]
    assert [(line.head, line.level) for line in lines] == [(True, "info"), (False, "info")]


def test_a_traceback_without_announcement_is_an_error_of_its_own():
    lines = read_lines(["plain", "Traceback (most recent call last):", '  File "b.py"', "KeyError: 'x'", "after"])
    assert [(line.head, line.level) for line in lines] == [
        (True, ""),
        (True, "error"),
        (False, "error"),
        (False, "error"),
        (True, ""),
    ]


@given(st.lists(st.text(max_size=60), max_size=20))
def test_any_text_can_be_read_and_none_is_changed(lines):
    assert [line.text for line in read_lines(lines)] == lines


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("a\x1b[2Kb\x1b]0;title\x07c", "abc"),
        ("\x1b]8;;https://example.com\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("no escapes [31m here", "no escapes [31m here"),
    ],
)
def test_escape_sequences_are_left_out(text, plain):
    assert without_escapes(text) == plain


WORDS = st.sampled_from(
    [
        "[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] Exception on /invocations [POST]",
        "[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] Traceback (most recent call last):",
        '[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR]   File "m.py", line 3',
        "[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] KeyError: 1",
        '[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] "GET / HTTP/1.1" 500 3',
        "[x9k2a] [2026-01-12 09:00:06 +0000] [7] [WARNING] slow",
        "[x9k2a] [2026-01-12 09:00:06 +0000] [7] [INFO] \x1b[32mgreen\x1b[0m",
        "[hc4q8] Traceback (most recent call last):",
        '[hc4q8]   File "m.py", line 3',
        "[hc4q8] KeyError: 1",
        "[info5] [2026-13-12 09:00:06 +0000] [7] [INFO] no such month",
        "[error] [2026-01-12 09:00:06 +0000] [7] [INFO] no replica",
        "plain",
    ]
)


@given(st.lists(WORDS, max_size=12))
def test_most_lines_are_read_in_one_step_as_they_are_in_several(lines):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log_lines, "_SERVED", re.compile(r"(?!)"))
        expected = read_lines(lines)
    assert read_lines(lines) == expected
