"""When a request is sent again: the rules, by themselves."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.client.http.retry import Outcome, RetryPolicy, parse_retry_after, pause_before_next

POLICY = RetryPolicy()
SORTS = st.sampled_from(["read", "write", "query"])
OUTCOMES = st.builds(
    Outcome,
    status=st.none() | st.sampled_from([200, 400, 401, 404, 409, 429, 500, 502, 503, 504]),
    retry_after=st.none() | st.integers(0, 100).map(str) | st.text(max_size=5),
    sent=st.booleans(),
    lasting=st.booleans(),
)
DRAWS = st.floats(0, 1)


def pause(kind, attempt, outcome, *, left=1e6, jitter=0.0, wall=0.0):
    return pause_before_next(POLICY, kind, attempt, outcome, left=left, jitter=jitter, wall=wall)


@given(st.sampled_from(["write", "query"]), st.integers(1, 10), DRAWS)
def test_a_write_or_a_query_whose_answer_was_lost_is_never_sent_again(kind, attempt, jitter):
    assert pause(kind, attempt, Outcome(sent=True), jitter=jitter) is None


@given(SORTS, st.integers(1, 10), OUTCOMES, DRAWS)
def test_only_what_was_turned_away_never_went_out_or_was_a_read_is_sent_again(kind, attempt, outcome, jitter):
    if pause(kind, attempt, outcome, jitter=jitter) is not None:
        turned_away = outcome.status in {429, 503}
        unanswered = outcome.status is None and (kind == "read" or not outcome.sent)
        assert turned_away or unanswered
        assert not outcome.lasting
        assert attempt < POLICY.attempts


@given(SORTS, st.integers(1, 4), OUTCOMES, DRAWS, st.floats(0, 200))
def test_a_pause_is_at_least_what_was_asked_for_and_ends_before_the_call_has_to(kind, attempt, outcome, jitter, left):
    result = pause(kind, attempt, outcome, jitter=jitter, left=left)
    if result is not None:
        assert 0 <= result < left
        asked = parse_retry_after(outcome.retry_after, 0.0)
        if asked is not None:
            assert asked <= result <= asked + POLICY.longest


@pytest.mark.parametrize("kind", ["read", "write", "query"])
@pytest.mark.parametrize("status", [429, 503])
def test_whoever_is_turned_away_waits_longer_each_time(kind, status):
    pauses = [pause(kind, attempt, Outcome(status), jitter=1.0) for attempt in range(1, 6)]
    assert pauses == [0.5, 1.0, 2.0, 4.0, None]


def test_the_pause_never_grows_beyond_the_longest():
    assert pause_before_next(RetryPolicy(attempts=99), "read", 90, Outcome(503), left=1e6, jitter=1.0, wall=0.0) == 8.0


def test_no_connection_is_tried_for_less_long_than_an_overloaded_service():
    assert [pause("write", attempt, Outcome(sent=False)) is None for attempt in (1, 2, 3)] == [False, False, True]


def test_what_will_not_change_is_not_tried_again():
    assert pause("read", 1, Outcome(sent=False, lasting=True)) is None


def test_a_service_that_asks_for_more_time_than_there_is_gets_no_second_request():
    assert pause("read", 1, Outcome(429, "120"), left=60) is None


@given(st.integers(0, 10**6))
def test_seconds_are_read_as_seconds(seconds):
    assert parse_retry_after(f" {seconds} ", 12345.0) == seconds


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-(10**6), 10**6))
def test_a_date_is_read_as_the_time_until_then(moment, seconds):
    now = moment.replace(microsecond=0, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    assert parse_retry_after(date, now.timestamp()) == pytest.approx(max(0, seconds))


@given(st.text(max_size=40) | st.none())
def test_no_header_at_all_is_a_problem(value):
    seconds = parse_retry_after(value, 0.0)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize("value", [None, "", "soon", "nan", "inf", "1e999", "Mon, 99 Foo"])
def test_what_names_no_time_counts_as_nothing(value):
    assert parse_retry_after(value, 0.0) is None
