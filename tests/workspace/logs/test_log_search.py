"""Searching a log in the kernel: over all kept lines, at once."""

import re
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from serving_widgets.api.errors import ConfigError
from serving_widgets.api.logs.log_lines import read_lines, without_escapes
from serving_widgets.workspace.logs.expression_literals import needed_literals
from serving_widgets.workspace.logs.line_buffer import LEVELS, Archive
from serving_widgets.workspace.logs.log_search import LogQuery, LogSearch, search

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
    "(?:ab|Ba)",
    "AB",
    "(?i:ab)",
)
PATTERNS = st.lists(st.tuples(st.sampled_from(ATOMS), st.sampled_from(["", "", "+", "*", "?", "*?"])), max_size=4)


@given(st.lists(st.text("abAB xé\x1b[m", max_size=8), max_size=12), PATTERNS, st.booleans())
@example(["xab", "x", "Ba x", "x", "x", "x"], [("(?:ab|Ba)", ""), ("x", "*")], False)
def test_an_expression_finds_what_it_finds_line_by_line(lines, atoms, exact):
    text = "".join(atom + ("" if atom in ("^", "$", r"\A", "(?=a)") else how) for atom, how in atoms) or "(?i)AB"
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


def test_many_lines_take_little_more_memory_than_their_text():
    lines = [f"[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] health probe {at} answered" for at in range(100_000)]
    tracemalloc.start()
    kept = Archive()
    for at in range(0, len(lines), 10_000):
        kept.add(read_lines([line + "" for line in lines[at : at + 10_000]]))
    search(kept, LogQuery("probe"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * sum(map(len, lines))


@pytest.mark.parametrize(
    ("expression", "needed"),
    [
        (r"(slow|failed).*\d", ("failed", "slow")),
        (r"\d+ ms", (" ms",)),
        (r"(?:time)?out of (memory|space)", ("out of ",)),
        (r"(?i)slow", ()),
        (r"a(?i:slow)", ()),
        (r"\d{3}", ()),
        (r"slow|\d", ()),
        ("(", ()),
    ],
)
def test_texts_that_a_line_has_to_contain_for_an_expression_to_match_are_known(expression, needed):
    if expression == "(":
        with pytest.raises(re.error):
            needed_literals(expression)
    else:
        assert needed_literals(expression) == needed


def test_the_nearest_line_is_known_before_all_are_and_the_search_gives_way_to_others():
    kept = Archive()
    kept.add(read_lines(f"line {at}{' needle' if at % 30_000 == 7 else ''}" for at in range(100_000)))
    under_way = LogSearch(kept, LogQuery("needle"), near=70_000)
    assert not under_way.go_on(kept, 60)
    assert (under_way.nearest, list(under_way.found)) == (60_007, [])
    while not under_way.go_on(kept, 0):
        pass
    assert (under_way.nearest, under_way.found.tolist()) == (60_007, [7, 30_007, 60_007, 90_007])


def test_lines_of_which_only_the_text_is_known_are_found_and_told_of_later():
    kept = Archive()
    kept.put(LOG)
    error = LogQuery(levels=frozenset({LEVELS.index("error")}))
    assert search(kept, LogQuery("value")).tolist() == [4]
    assert search(kept, error).tolist() == []
    kept.tell(read_lines(LOG))
    assert search(kept, error).tolist() == [1, 2, 4]
    whole = Archive()
    whole.add(read_lines(LOG))
    assert (kept.marks, kept.whose, kept.times, kept.counts) == (whole.marks, whole.whose, whole.times, whole.counts)


def test_lines_that_go_before_they_were_read_are_left_out():
    kept = Archive(most_lines=10)
    lines = read_lines(f"ERROR: {at}" for at in range(25))
    kept.put([line.text for line in lines])
    assert (kept.first, kept.told) == (16, 16)
    for at in range(16, 25, 7):
        kept.tell(lines[at : at + 7])
    assert (kept.first, kept.counts["error"], len(kept.marks)) == (16, 9, 9)
    assert search(kept, LogQuery(levels=frozenset({LEVELS.index("error")}))).tolist() == list(range(16, 25))


def test_in_two_hundred_thousand_lines_each_that_matches_is_found():
    kept = Archive()
    lines = [f"[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] health probe {at} answered" for at in range(200_000)]
    kept.add(read_lines(lines))
    for query, meant in (
        (LogQuery("x"), "x"),
        (LogQuery("PROBE 4"), "probe 4"),
        (LogQuery("probe 1[0-9]+7", regex=True), "probe 1[0-9]+7"),
    ):
        found = [at for at, line in enumerate(lines) if re.search(meant, line)]
        assert search(kept, query).tolist() == found
