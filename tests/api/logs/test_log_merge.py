"""Logs of several entities in one order of time."""

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.api.logs.log_lines import read_lines
from serving_widgets.api.logs.log_merge import merge_logs

CHAMPION = """\
[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] Exception on /invocations [POST]
[hc4q8] Traceback (most recent call last):
[hc4q8] ValueError: bad
[hc4q8] [2026-01-12 09:00:09 +0000] [7] [INFO] fine
"""
CHALLENGER = "[x9k2a] [2026-01-12 09:00:07 +0000] [7] [INFO] up\n"


def test_lines_come_by_time_with_their_entity_and_tracebacks_stay_whole():
    merged = merge_logs({"old-7": CHAMPION, "challenger-2": CHALLENGER}).split("\n")
    assert [line.partition(" │ ")[0].strip() for line in merged] == ["old-7"] * 3 + ["challenger-2", "old-7"]
    lines = read_lines(merged)
    assert [line.replica for line in lines] == ["old-7"] * 3 + ["challenger-2", "old-7"]
    assert [line.level for line in lines] == ["error"] * 3 + ["info"] * 2


def test_it_is_diagnosed_as_each_alone():
    (finding,) = diagnose(merge_logs({"old-7": CHAMPION, "challenger-2": CHALLENGER}))
    assert finding.code == "model_error"
    assert "ValueError: bad" in finding.meaning


@given(st.lists(st.integers(0, 59), max_size=8), st.lists(st.integers(0, 59), max_size=8))
def test_no_line_is_lost_and_each_log_keeps_its_order(one, other):
    def log(seconds):
        return "".join(f"2026-01-12 09:00:{each:02} INFO {at}\n" for at, each in enumerate(seconds))

    merged = merge_logs({"a": log(one), "b": log(other)})
    lines = merged.split("\n") if merged else []
    for name, seconds in (("a", one), ("b", other)):
        mark = f"{name} │ "
        own = [line.removeprefix(mark) for line in lines if line.startswith(mark)]
        assert own == log(seconds).split("\n")[:-1]
