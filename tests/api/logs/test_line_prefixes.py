"""What collectors write before a line is kept as columns, and what stands behind it is read as if it were alone."""

import pytest

from serving_widgets.api.logs.line_prefixes import PREFIXES, read_prefixes
from serving_widgets.api.logs.log_lines import read_lines, without_prefixes


@pytest.mark.parametrize("prefix", PREFIXES, ids=lambda prefix: prefix.name)
def test_each_prefix_is_known_by_its_example(prefix):
    match = prefix.pattern.match(prefix.example)
    assert match is not None
    assert prefix.example[0] in prefix.begins
    assert read_prefixes(prefix.example).end == match.end()


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("#23 0.267 - numpy==2.1.0", "step", 23),
        ("#23 0.267 - numpy==2.1.0", "seconds", 0.267),
        ("[hc4q8] x", "replica", "hc4q8"),
        ("(churn-7d9f4-x2k9p) x", "replica", "churn-7d9f4-x2k9p"),
        ("<churn-7d9f4-x2k9p> x", "replica", "churn-7d9f4-x2k9p"),
        ("[pod/churn-7d9f-x2k9p/server] x", "replica", "churn-7d9f-x2k9p/server"),
        ("2026-03-02T08:15:01.123456789Z stderr F [hc4q8] x", "replica", "hc4q8"),
        ("(EngineCore pid=104) x", "replica", "EngineCore pid=104"),
        ("webserver_1  | x", "replica", "webserver_1"),
    ],
)
def test_what_it_says_is_kept_as_a_column(line, column, value):
    assert getattr(read_prefixes(line), column) == value
    assert without_prefixes(line) in ("x", "- numpy==2.1.0")


@pytest.mark.parametrize(
    "line",
    [
        "[error] no",
        "[notice] a new release",
        "[INFO] up",
        "#9 DONE 0.4s",
        "(see the documentation) x",
        "a | b",
        "3.14 x",
    ],
)
def test_a_line_without_one_is_left_alone(line):
    assert read_prefixes(line).end == 0


def test_a_line_of_a_build_is_as_grave_as_what_stands_behind_its_prefix():
    (line,) = read_lines(["#23 4.120 ERROR: ResolutionImpossible: for help"])
    assert (line.level, line.step, line.seconds) == ("error", 23, 4.12)


def test_the_time_of_a_collector_counts_where_the_program_says_none():
    (line,) = read_lines(["2026-03-02T08:15:01.123456789Z stderr F out of luck"])
    assert str(line.time) == "2026-03-02 08:15:01.123456+00:00"


def test_a_traceback_of_which_each_line_has_a_stamp_is_one_thing():
    stamp = "(EngineCore pid=104) ERROR 04-09 05:39:54 [core.py:390] "
    said = ["EngineCore failed", "Traceback (most recent call last):", '  File "a.py", line 1, in f', "ValueError: no"]
    lines = read_lines([stamp + each for each in said])
    assert [line.head for line in lines] == [True, True, False, False]
    assert {line.level for line in lines} == {"error"}
