"""Which lines of a log are shown."""

import re

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.logs.log_filter import SEVERITY_ORDER, select_lines
from serving_widgets.api.logs.log_lines import read_lines

TRACEBACK = ["Traceback (most recent call last):", '  File "model.py", line 3, in predict', "KeyError: 'age'"]
LOG = read_lines(["INFO: up", *TRACEBACK, "WARNING: slow", "done"])
# Lines of two replicas, some of which go on with what their replica has begun.
line = st.builds(
    "[{}] {}".format,
    st.sampled_from(["aaaaa", "bbbbb"]),
    st.sampled_from(["INFO: a", "WARNING: b", "ERROR: c", "plain", "  indented", *TRACEBACK]),
)
logs = st.lists(line, max_size=30).map(read_lines)


def test_the_last_lines_are_shown_and_a_traceback_is_never_cut():
    assert select_lines(LOG, last=2).numbers == (4, 5)
    assert select_lines(LOG, last=3).numbers == (1, 2, 3, 4, 5)
    assert select_lines(LOG, last=3).found == 6


def test_a_level_takes_what_is_as_high_or_higher():
    assert select_lines(LOG, level="error").numbers == (1, 2, 3)
    assert select_lines(LOG, level="warning").numbers == (1, 2, 3, 4)
    assert select_lines(LOG, level="debug").numbers == (0, 1, 2, 3, 4)


def test_what_is_found_in_a_line_of_a_traceback_brings_all_of_it_and_marks_the_line():
    found = select_lines(LOG, pattern=re.compile("age"))
    assert (found.numbers, found.matching) == ((1, 2, 3), {3})


def test_a_pattern_is_looked_for_in_what_is_shown_and_not_in_escape_sequences():
    coloured = read_lines(["\x1b[31mred\x1b[0m alert"])
    assert select_lines(coloured, pattern=re.compile("^red alert$")).numbers == (0,)
    assert select_lines(coloured, pattern=re.compile("31m")).numbers == ()


def test_what_is_around_comes_along():
    assert select_lines(LOG, pattern=re.compile("slow"), context=1).numbers == (3, 4, 5)


def test_a_traceback_stays_whole_while_another_replica_writes():
    lines = read_lines([f"[{replica}] {text}" for text in TRACEBACK for replica in ("aaaaa", "bbbbb")])
    assert select_lines(lines, last=1).numbers == (1, 3, 5)


def test_an_empty_log_has_nothing_to_show():
    assert select_lines([], level="error", pattern=re.compile("x"), context=3, last=5).numbers == ()


@given(logs, st.sampled_from(SEVERITY_ORDER), st.sampled_from([None, "a", "File", "zzz"]), st.integers(1, 10))
def test_every_unit_is_shown_whole_or_not_at_all(lines, level, text, last):
    pattern = None if text is None else re.compile(text)
    shown = set(select_lines(lines, level=level, pattern=pattern, last=last).numbers)
    units, begun = {}, {}
    for number, each in enumerate(lines):
        if each.head or each.replica not in begun:
            begun[each.replica] = number
        units.setdefault(begun[each.replica], []).append(number)
    fitting = [
        members
        for members in units.values()
        if any(SEVERITY_ORDER.index(lines[each].level) >= SEVERITY_ORDER.index(level) for each in members)
        and (pattern is None or any(pattern.search(lines[each].text) for each in members))
    ]
    for members in units.values():
        assert len(shown & set(members)) in (0, len(members))
        assert not shown & set(members) or members in fitting
    # All are shown that have one of the last lines, and no others.
    ends = sorted(number for members in fitting for number in members)[-last:]
    assert shown == {number for members in fitting if set(members) & set(ends) for number in members}
