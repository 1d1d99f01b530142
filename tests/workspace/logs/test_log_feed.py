"""Feeds: following a log for views, from windows that roll."""

import asyncio
import itertools
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from patience import until

import serving_widgets as sw
from serving_widgets.api.errors import InvalidParameterValue
from serving_widgets.api.logs.log_lines import read_lines
from serving_widgets.workspace.logs.line_buffer import LONGEST, MOST_REPLICAS, PART, Archive
from serving_widgets.workspace.logs.log_feed import KEPT, LogFeed, LogSource, log_feed
from serving_widgets.workspace.logs.log_search import LogQuery, search
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.watch.poll_intervals import Pace

E = "example-endpoint"
ENTITY = "vanilla_simple_model-2"
QUICK = Pace(moving=0.03, settled=0.03, slowest=0.06, failing=0.1)


@pytest.fixture
def source():
    return LogSource(E, ENTITY, "server")


@pytest.fixture
def look(on_loop):
    """Have a feed look once."""

    def once(ws, source):
        def made():
            return log_feed(ws, source)

        found = on_loop(made)
        on_loop(found.read)
        return found

    return once


def everything(found):
    """Return the kept lines and, by number, where lines are missing."""
    parts = event_loop.run_sync(lambda: found.ask(lambda archive: list(archive.parts(0, archive.total))), twin="x")
    lines = list(itertools.chain.from_iterable(part.text.split("\n") for part in parts))
    marks = "".join(part.marks for part in parts)
    return lines, [number for number, mark in enumerate(marks) if (ord(mark) - 48) & 16]


@pytest.fixture(scope="module")
def rolling():
    """Return a workspace for many rounds of writing and looking."""
    opened = sw.connect("mock", clock="manual")
    yield opened
    opened.close()


@given(
    rounds=st.lists(st.tuples(st.integers(0, 25), st.booleans()), min_size=1, max_size=10),
    window=st.integers(3, 40),
)
@settings(max_examples=settings().max_examples // 5)
def test_what_was_followed_is_the_union_of_the_windows_and_every_loss_is_marked(rolling, rounds, window):
    ws = rolling
    ws.mock.reset()
    ws.mock.roll_log(E, window, quiet=True)

    async def made():
        return LogFeed(ws, LogSource(E, ENTITY, "server"))

    followed = event_loop.run_sync(made, twin="x")
    event_loop.run_sync(followed.read, twin="x")
    written, looks = 0, [0]
    for number, (count, undated) in enumerate(rounds):
        for at in range(count):
            stamp = f"2026-01-12 {10 + number}:{at // 60:02d}:{at % 60:02d} +0000"
            ws.mock.write_log(E, f"[hc4q8] [{stamp}] [7] [INFO] line {number}/{at}")
            written += 1
            if undated:
                ws.mock.write_log(E, f"[hc4q8]   detail {number}/{at}")
                written += 1
        event_loop.run_sync(followed.read, twin="x")
        looks.append(written)
    # Everything there ever was, as nobody who follows gets to see it.
    ws.mock.roll_log(E, written + window, quiet=True)
    log = ws.endpoints.get(E).logs().split("\n")[:-1]
    before = len(log) - written
    expected, lost, seen_to = [], [], None
    for end in (before + look for look in looks):
        begin = max(end - window, 0)
        if seen_to is not None and begin > seen_to:
            lost.append(len(expected))
        expected += log[max(begin, seen_to or 0) : end]
        seen_to = end
    lines, gaps = everything(followed)
    assert lines == expected
    assert set(lost) <= set(gaps), "lines were lost and nothing marks the place"
    assert followed.state.gaps == len(gaps)


def test_a_feed_tells_what_there_is_to_see_of_its_log(ws, look, source):
    ws.mock.roll_log(E, 10, quiet=True)
    ws.mock.write_log(
        E,
        "\n".join(
            [
                "[hc4q8] [2026-01-12 09:00:06 +0000] [7] [ERROR] Exception on /invocations [POST]",
                "[hc4q8] Traceback (most recent call last):",
                '[hc4q8]   File "model.py", line 3, in predict',
                "[hc4q8] ModuleNotFoundError: No module named 'lightgbm'",
            ]
        ),
    )
    found = look(ws, source)
    assert found.state.total == 10
    assert found.state.counts["error"] == 1
    assert "hc4q8" in found.state.replicas
    assert found.findings[0].code == "missing_module"
    assert found.findings[0].number == 9
    assert found.state.tail.text.endswith("No module named 'lightgbm'")


def test_a_finding_that_occurs_again_is_shown_where_it_occurred_last(ws, look, source):
    ws.mock.roll_log(E, 10, quiet=True)
    ws.mock.write_log(E, "[hc4q8] MemoryError")
    found = look(ws, source)
    first = found.findings[0].number
    ws.mock.write_log(E, "[hc4q8] [2026-01-12 09:00:09 +0000] [7] [INFO] go on\n[hc4q8] MemoryError")
    look(ws, source)
    assert [finding.number for finding in found.findings] == [first + 2]


def test_views_of_one_log_share_a_feed_and_what_it_saw_outlives_them(ws, look, source):
    found = look(ws, source)
    before = found.archive.total
    assert look(ws, source) is found
    assert before > 0
    ws.mock.roll_log(E, 1, quiet=True)
    assert look(ws, source).archive.total == before


def test_logs_that_nobody_looks_at_are_forgotten_by_and_by(ws, on_loop, source):
    first = on_loop(log_feed, ws, source)
    for version in range(KEPT + 2):
        on_loop(log_feed, ws, LogSource(E, ENTITY, "build", version))
    assert on_loop(log_feed, ws, source) is not first


def test_a_log_that_somebody_looks_at_is_not_forgotten(ws, on_loop, source):
    first = on_loop(log_feed, ws, source)
    first.subscribe(lambda: None)
    for version in range(KEPT + 2):
        on_loop(log_feed, ws, LogSource(E, ENTITY, "build", version))
    assert on_loop(log_feed, ws, source) is first


def requests(ws):
    return sum(entry["path"].endswith("/logs") for entry in ws.mock.journal())


def test_a_feed_asks_while_a_lease_is_held_and_stops_when_it_is_given_back(ws, on_loop, source):
    ws.watcher.pace = QUICK
    found = on_loop(log_feed, ws, source)
    on_loop(found.follow, "view")
    time.sleep(0.2)
    assert requests(ws) == 0, "nobody holds the lease"
    on_loop(ws.watcher.hold, "view", [E])
    on_loop(found.wake)
    assert until(lambda: requests(ws) >= 3)
    ws.mock.write_log(E, "[hc4q8] [2026-01-12 09:10:06 +0000] [7] [INFO] news")
    assert until(lambda: found.state.tail is not None and "news" in found.state.tail.text)
    on_loop(found.unfollow, "view")
    on_loop(ws.watcher.drop, "view")
    time.sleep(0.2)
    asked = requests(ws)
    time.sleep(0.3)
    assert requests(ws) == asked


def test_the_less_there_is_to_see_the_less_is_asked(ws, on_loop, source):
    ws.mock.roll_log(E, 5, quiet=True)
    ws.watcher.pace = Pace(moving=0.05, settled=0.05, slowest=5.0)
    found = on_loop(log_feed, ws, source)
    on_loop(ws.watcher.hold, "view", [E])
    on_loop(found.follow, "view")
    time.sleep(1.5)
    assert requests(ws) <= 10
    assert until(lambda: requests(ws) >= 3)
    on_loop(found.unfollow, "view")
    on_loop(ws.watcher.drop, "view")


def test_a_service_that_says_when_to_come_again_is_not_asked_before(ws, on_loop, source):
    ws.watcher.pace = QUICK
    ws.mock.faults([{"path": "*/logs", "status": 429, "retry_after": 30}])
    found = on_loop(log_feed, ws, source)
    on_loop(ws.watcher.hold, "view", [E])
    on_loop(found.follow, "view")
    assert until(lambda: found.state.state == "error")
    time.sleep(0.5)
    assert requests(ws) == 1
    on_loop(found.unfollow, "view")
    on_loop(ws.watcher.drop, "view")


def test_a_look_that_fails_leaves_the_lines_and_says_why(ws, look, on_loop, source):
    found = look(ws, source)
    total = found.archive.total
    ws.mock.faults(
        [{"path": "*/logs", "status": 400, "body": {"error_code": "INVALID_PARAMETER_VALUE", "message": "no"}}]
    )
    with pytest.raises(InvalidParameterValue):
        on_loop(found.read)
    assert (found.state.state, found.archive.total) == ("stale", total)
    ws.mock.faults([])
    on_loop(found.read)
    assert (found.state.state, found.state.problem) == ("live", None)


def test_callers_at_the_same_time_share_one_request(ws, on_loop, source):
    import asyncio

    found = on_loop(log_feed, ws, source)

    async def twice():
        await asyncio.gather(found.read(), found.read(), found.read())

    on_loop(twice)
    assert requests(ws) == 1


def test_the_end_of_a_long_log_is_told_before_all_of_it_is_read(ws, on_loop, source):
    ws.mock.roll_log(E, 30_000, quiet=True)
    ws.mock.fill_log(E, 30_000)
    found = on_loop(log_feed, ws, source)
    told = []
    found.subscribe(lambda: told.append((found.state.reading, found.state.total, found.state.tail.text[-20:])))
    on_loop(found.read)
    lines, _ = everything(found)
    assert told[0] == (True, 30_000, "\n".join(lines)[-20:])
    assert told[-1] == (False, 30_000, "\n".join(lines)[-20:])
    assert sum(found.state.counts.values()) == sum(line.head for line in read_lines(lines))


def test_questions_are_answered_while_a_long_log_is_being_read(ws, on_loop, source, monkeypatch):
    ws.mock.roll_log(E, 30_000, quiet=True)
    ws.mock.fill_log(E, 30_000)
    found = on_loop(log_feed, ws, source)
    order, read_on = [], LogFeed._read_on

    async def question():
        hits, told = await found.ask(lambda archive: (len(search(archive, LogQuery("health"))), archive.counts["info"]))
        order.append(("answer", hits, told))

    def noted(feed, archive):
        if not order:
            event_loop.call(lambda: order.append(asyncio.ensure_future(question())))
            while not order:
                time.sleep(0.001)
        order.append("piece")
        read_on(feed, archive)

    monkeypatch.setattr(LogFeed, "_read_on", noted)
    on_loop(found.read)
    _, first, (_, hits, told), *rest = order
    assert (first, rest) == ("piece", ["piece"] * 5)
    # All lines are searched, although not all are read.
    assert hits == on_loop(found.ask, lambda archive: len(search(archive, LogQuery("health"))))
    assert 0 < told < found.state.counts["info"]


def test_a_question_that_was_given_up_keeps_the_archive_until_its_thread_has_ended(ws, look, on_loop, source):
    ws.mock.roll_log(E, 10, quiet=True)
    found = look(ws, source)
    total, asked, answer = found.archive.total, threading.Event(), threading.Event()

    def slow(archive):
        with memoryview(archive.marks):
            asked.set()
            assert answer.wait(20)

    async def read_after_a_question_given_up():
        question = asyncio.ensure_future(found.ask(slow))
        await event_loop.elsewhere(asked.wait)
        question.cancel()
        await asyncio.wait([question])
        assert found._turn.locked()
        ws.mock.write_log(E, "[hc4q8] [2026-01-12 09:10:06 +0000] [7] [INFO] news")
        reading = asyncio.ensure_future(found.read())
        answer.set()
        await reading

    on_loop(read_after_a_question_given_up)
    assert (found.archive.total, found.state.gaps) == (total + 1, 0)
    assert not found._turn.locked()


# What is kept --------------------------------------------------------------------------------------------------------


def parts_of(archive):
    return list(archive.parts(0, archive.total))


def test_an_archive_keeps_the_newest_lines_by_their_numbers():
    archive = Archive(most_lines=100)
    for number in range(1000):
        archive.add(read_lines([f"line {number}"]))
    assert archive.total == 1000
    assert 900 <= archive.first <= 910
    assert archive.lines(0, 10_000) == [f"line {number}" for number in range(archive.first, 1000)]
    assert archive.counts[""] == 1000 - archive.first


def test_an_archive_is_bounded_in_characters_and_keeps_the_last_line_whatever_it_weighs():
    archive = Archive(most_characters=1000)
    for number in range(100):
        archive.add(read_lines(["x" * (number * 10)]))
    assert sum(map(len, archive.lines(0, 100))) <= 1000
    archive.add(read_lines(["y" * 5000]))
    assert archive.lines(100, 101) == ["y" * 5000]


def test_what_went_on_with_a_line_that_is_gone_stands_for_itself():
    archive = Archive(most_lines=10)
    archive.add(read_lines(["Traceback (most recent call last):", *["  File"] * 10]))
    assert archive.counts["error"] == 1
    assert archive.first > 0


def test_no_part_is_larger_than_a_message_and_together_they_are_the_log():
    archive = Archive()
    lines = [f'{number} "quoted" \x1b[31m red \\ {"ü" * (number % 50)}' for number in range(20_000)]
    archive.add(read_lines(lines))
    parts = parts_of(archive)
    assert len(parts) > 3
    assert max(len(part.text.encode()) for part in parts) < 1.1 * PART
    assert "\n".join(part.text for part in parts).split("\n") == lines
    assert all(len(part.marks) == len(part.replicas) == part.text.count("\n") + 1 for part in parts)


def test_a_line_of_many_megabytes_is_shortened_for_the_page_and_whole_in_what_is_saved():
    archive = Archive()
    archive.add(read_lines(["a", "x" * 3_000_000, "b"]))
    sent = "\n".join(part.text for part in parts_of(archive)).split("\n")
    assert [len(line) < LONGEST + 100 for line in sent] == [True, True, True]
    assert "2,980,000 more characters" in sent[1]
    pieces = list(archive.plain())
    assert "".join(pieces) == f"a\n{'x' * 3_000_000}\nb\n"
    assert max(map(len, pieces)) <= 2 * PART


def test_what_is_saved_has_no_escape_sequences_and_says_where_lines_are_missing():
    archive = Archive()
    archive.add(read_lines(["\x1b[31mred\x1b[0m"]))
    archive.add(read_lines(["later"]), gap=True)
    assert "".join(archive.plain()) == "red\n… lines may be missing here …\nlater\n"


def test_more_replicas_than_can_be_told_apart_share_the_last_number():
    archive = Archive()
    archive.add(read_lines([f"[{number:05d}] hello" for number in range(200)]))
    assert len(archive.replicas) == MOST_REPLICAS
    assert ord(parts_of(archive)[0].replicas[-1]) - 48 == MOST_REPLICAS - 1
