"""Following a log from snapshots."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.workspace.logs.snapshot_diff import Follower, Step, overlap, split

TRACE = ["Traceback (most recent call last):", '  File "model.py", line 3, in predict', "ValueError: bad"]


def stamped(start, stop):
    return [f"[hc4q8] [2026-01-12 09:{n // 60:02d}:{n % 60:02d} +0000] [7] [INFO] line {n}" for n in range(start, stop)]


@st.composite
def histories(draw):
    """A log whose undated lines repeat, and windows onto it that only move forward."""
    log = []
    for number in range(draw(st.integers(1, 60))):
        log += stamped(number, number + 1)
        log += draw(st.sampled_from([[], [], [""], TRACE]))
    ends = sorted(draw(st.lists(st.integers(0, len(log)), min_size=1, max_size=8)))
    size = draw(st.integers(5, 80))  # so that every window has a dated line
    return log, [(max(0, end - size), end) for end in ends]


@given(histories())
def test_followed_text_is_the_union_without_duplicates_and_every_loss_is_marked(history):
    log, windows = history
    follower, followed, gaps, seen_to = Follower(), [], [], 0
    for begin, end in windows:
        step = follower.take("\n".join(log[begin:end]) + "\n" if end > begin else "")
        if step.gap:
            gaps.append(len(followed))
        lost = begin > seen_to and seen_to > 0
        assert step.gap or not lost, "lines were lost and nothing marks the place"
        followed += step.lines
        seen_to = max(seen_to, end)
    if not gaps:
        first = next(begin for begin, end in windows if end > begin) if any(e > b for b, e in windows) else 0
        assert followed == log[first:seen_to]
    dated = [line for line in followed if "[INFO]" in line]
    assert len(dated) == len(set(dated))


@given(st.lists(st.sampled_from("ab"), max_size=12), st.lists(st.sampled_from("ab"), max_size=12))
def test_the_overlap_is_the_longest_there_is(known, window):
    if known and window:
        expected = max(n for n in range(min(len(known), len(window)) + 1) if known[len(known) - n :] == window[:n])
        assert overlap(known, window) == expected


def test_an_unchanged_window_adds_nothing():
    follower = Follower()
    text = "\n".join(stamped(0, 5))
    follower.take(text)
    assert follower.take(text) == Step()


def test_a_first_snapshot_that_is_taken_in_parts_is_known_as_a_whole():
    log = Follower()
    log.begin(["09:00:01 a"])
    log.begin(["09:00:02 b"])
    assert log.take("09:00:02 b\n09:00:03 c") == Step(("09:00:03 c",))
    assert log.take("09:00:09 g").gap


def test_an_empty_snapshot_loses_nothing():
    follower = Follower()
    follower.take("\n".join(stamped(0, 5)))
    assert follower.take("") == Step()
    assert follower.take("\n".join(stamped(3, 7))) == Step(tuple(stamped(5, 7)))


def test_a_chance_likeness_of_one_undated_line_is_marked_as_a_gap():
    follower = Follower()
    follower.take("\n".join([*stamped(0, 3), TRACE[0]]))
    step = follower.take("\n".join([TRACE[0], *stamped(50, 53)]))
    assert step.gap
    assert step.lines == tuple(stamped(50, 53))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a"]),
        ("a\r\nb\r\n", ["a", "b"]),
        ("a\x0bb\u2028c", ["a\x0bb\u2028c"]),
        ("\n", [""]),
    ],
)
def test_only_line_feeds_end_a_line(text, lines):
    assert split(text) == lines


def test_a_log_that_has_grown_has_lost_nothing_though_it_began_without_times():
    follower = Follower()
    follower.take("Starting the server\nLoading the model")
    step = follower.take("\n".join(["Starting the server", "Loading the model", *stamped(0, 2)]))
    assert step == Step(tuple(stamped(0, 2)), gap=False)
