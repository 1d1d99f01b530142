"""Searching a log in the kernel: over all kept lines, at once."""

import re
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.logs.log_lines import read_lines, without_escapes
from serving_widgets.workspace.logs.line_buffer import LEVELS, Archive
from serving_widgets.workspace.logs.log_search import LogQuery, search

LOG = [
    "[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] up",
    "[hc4q8] [2026-01-12 09:00:06 +0000] [7] [ERROR] Exception on /invocations [POST]",
    "[hc4q8] Traceback (most recent call last):",
    "[x9k2a] [2026-01-12 09:00:06 +0000] [9] [INFO] all is \x1b[32mwell\x1b[0m",
    "[hc4q8] ValueError: bad",
    "[hc4q8] [2026-01-12 09:05:00 +0000] [7] [WARNING] slow",
]


@pytest.fixture
def archive():
    kept = Archive()
    kept.add(read_lines(LOG))
    return kept


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (LogQuery(), [0, 1, 2, 3, 4, 5]),
        (LogQuery("VALUE"), [4]),
        (LogQuery("VALUE", exact=True), []),
        (LogQuery("all is well"), [3]),
        (LogQuery(r"^\[hc4q8\] \w+Error", regex=True), [4]),
        (LogQuery(replica="x9k2a"), [3]),
        (LogQuery(replica="no such"), []),
        (LogQuery(levels=frozenset({LEVELS.index("error")})), [1, 2, 4]),
        (LogQuery("bad", levels=frozenset({LEVELS.index("info")})), []),
        (LogQuery(since=1768208700.0), [5]),
        (LogQuery(until=1768208405.0), [0]),
    ],
)
def test_lines_are_found_by_text_level_replica_and_time(archive, query, numbers):
    assert search(archive, query).tolist() == numbers


def test_a_traceback_has_the_level_of_what_it_belongs_to(archive):
    found = search(archive, LogQuery("traceback", levels=frozenset({LEVELS.index("error")})))
    assert found.tolist() == [2]


def test_numbers_stay_those_of_the_whole_log_when_old_lines_go():
    kept = Archive(most_lines=10)
    kept.add(read_lines([f"line {number}" for number in range(25)]))
    assert search(kept, LogQuery("line 24")).tolist() == [24]
    assert len(kept.times) == len(kept.texts) == len(kept.marks)


def test_what_is_no_expression_is_told(archive):
    with pytest.raises(ConfigError, match="Invalid regular expression"):
        search(archive, LogQuery("(", regex=True))


@given(st.lists(st.text("ab ", max_size=8), max_size=12), st.text("abAB", max_size=2))
def test_it_finds_what_a_look_at_each_line_finds(lines, text):
    kept = Archive()
    kept.add(read_lines(lines))
    assert search(kept, LogQuery(text)).tolist() == [at for at, line in enumerate(lines) if text.lower() in line]


ATOMS = (
    "a",
    "B",
    ".",
    r"\s",
    "[ab]",
    "[^a]",
    r"\w",
    "^",
    "$",
    r"\b",
    "(?:a|b)",
    "(b| )",
    r"\S",
    "é",
    r"\A",
    "(?=a)",
    "x",
    "A-",
)
PATTERNS = st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(["", "", "+", "*", "?", "*?"])), max_size=4)


@given(st.lists(st.text("abAB xé\x1b[m", max_size=8), max_size=12), PATTERNS, st.booleans())
def test_an_expression_finds_what_it_finds_line_by_line(lines, atoms, exact):
    text = "".join(atom + ("" if atom in ("^", "$", r"\A", "(?=a)") else how) for atom, how in atoms) or "a"
    kept = Archive()
    kept.add(read_lines(lines))
    try:
        pattern = re.compile(text, 0 if exact else re.IGNORECASE)
    except re.error:
        return
    expected = [at for at, line in enumerate(lines) if pattern.search(without_escapes(line))]
    assert search(kept, LogQuery(text, regex=True, exact=exact)).tolist() == expected


def test_context_is_counted_among_the_lines_that_are_let_through(archive):
    found = search(archive, LogQuery("slow", replica="hc4q8", context=2))
    assert found.tolist() == [2, 4, 5]
    assert search(archive, LogQuery("slow", context=1)).tolist() == [4, 5]


def test_a_million_lines_take_little_more_memory_than_their_text():
    lines = [f"[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] health probe {at} answered" for at in range(100_000)]
    tracemalloc.start()
    kept = Archive()
    for at in range(0, len(lines), 10_000):
        kept.add(read_lines([line + "" for line in lines[at : at + 10_000]]))
    search(kept, LogQuery("probe"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * sum(map(len, lines))


def test_two_hundred_thousand_lines_are_searched_in_a_moment():
    kept = Archive()
    lines = [f"[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] health probe {at} answered" for at in range(200_000)]
    kept.add(read_lines(lines))
    took = {}
    for query in (LogQuery("x"), LogQuery("PROBE 4"), LogQuery("probe 1[0-9]+7", regex=True)):
        began = time.perf_counter()
        search(kept, query)
        took[query.text] = time.perf_counter() - began
    print({text: f"{1000 * each:.0f} ms" for text, each in took.items()})
