"""The loop thread and the user lane."""

import asyncio
import threading
import time

import pytest
from patience import drain

from serving_widgets.api.errors import LoopThreadError, OutcomeUnknown
from serving_widgets.widgets.core import observer_thread
from serving_widgets.workspace.runtime import event_loop


async def _thread_name():
    return threading.current_thread().name


def test_coroutines_run_on_one_daemon_thread_of_their_own():
    names = {event_loop.run_sync(_thread_name, twin="x") for _ in range(3)}
    assert names == {"serving-widgets-loop"}
    assert next(t for t in threading.enumerate() if t.name == "serving-widgets-loop").daemon


def test_a_synchronous_call_on_the_loop_thread_raises_at_once_and_names_the_twin():
    async def inside():
        return event_loop.run_sync(_thread_name, twin="ep.aio.stop()")

    with pytest.raises(LoopThreadError, match=r"await ep\.aio\.stop\(\)"):
        event_loop.run_sync(inside, twin="y")


def test_a_synchronous_call_works_inside_a_running_event_loop():
    async def cell():
        return event_loop.run_sync(_thread_name, twin="x")

    assert asyncio.run(cell()) == "serving-widgets-loop"


def test_a_twin_can_be_awaited_on_any_loop():
    assert asyncio.run(event_loop.hop(_thread_name)) == "serving-widgets-loop"
    assert event_loop.run_sync(lambda: event_loop.hop(_thread_name), twin="x") == "serving-widgets-loop"


def test_cancelling_an_awaited_twin_cancels_the_work_on_the_loop_thread():
    ended = threading.Event()

    async def endless():
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def cell():
        task = asyncio.ensure_future(event_loop.hop(endless))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cell())
    assert ended.wait(60)


def _interrupt_after(seconds):
    import _thread

    timer = threading.Timer(seconds, _thread.interrupt_main)
    timer.start()
    return timer


def test_ctrl_c_cancels_a_read_at_once():
    cancelled = threading.Event()

    async def slow():
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    _interrupt_after(0.2)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        event_loop.run_sync(slow, twin="x")
    assert time.monotonic() - started < 20
    assert cancelled.wait(60)


def test_ctrl_c_in_a_write_tells_that_it_was_carried_out():
    async def write():
        await asyncio.sleep(0.6)

    _interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt) as caught:
        event_loop.run_sync(write, twin="x", write="stop churn")
    assert "stop churn was sent and carried out" in "".join(caught.value.__notes__)


def test_ctrl_c_in_a_write_that_does_not_end_says_that_its_outcome_is_unknown(monkeypatch):
    monkeypatch.setattr(event_loop, "WRITE_GRACE", 0.2)

    async def write():
        await asyncio.sleep(30)

    _interrupt_after(0.2)
    with pytest.raises(OutcomeUnknown, match="stop churn was sent, its outcome is unknown"):
        event_loop.run_sync(write, twin="x", write="stop churn")


def test_the_lane_runs_jobs_in_order_on_one_thread_that_is_not_the_loop():
    seen = []
    for number in range(5):
        observer_thread.post(lambda number=number: seen.append((number, threading.current_thread().name)))
    assert drain()
    assert seen == [(number, "serving-widgets-user-lane") for number in range(5)]


def test_a_job_that_fails_is_reported_and_does_not_end_the_lane(monkeypatch):
    reported = []
    monkeypatch.setattr(threading, "excepthook", reported.append)
    observer_thread.post(lambda: 1 / 0)
    done = threading.Event()
    observer_thread.post(done.set)
    assert done.wait(60)
    assert [each.exc_type for each in reported] == [ZeroDivisionError]


def test_a_job_on_the_lane_may_call_the_synchronous_facade():
    answers = []
    observer_thread.post(lambda: answers.append(event_loop.run_sync(_thread_name, twin="x")))
    assert drain()
    assert answers == ["serving-widgets-loop"]


def test_a_forked_child_gets_a_loop_of_its_own(tmp_path):
    import os

    if not hasattr(os, "fork"):
        pytest.skip("this system cannot fork")
    event_loop.run_sync(_thread_name, twin="x")
    before = event_loop.generation()
    out = tmp_path / "child"
    pid = os.fork()
    if pid == 0:
        try:
            out.write_text(f"{event_loop.run_sync(_thread_name, twin='x')} {event_loop.generation() - before}")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert out.read_text() == "serving-widgets-loop 1"


ENDS = """
import sys, threading, time
import serving_widgets as sw
from serving_widgets.workspace.runtime import event_loop
ws = sw.connect("mock", clock="scaled", speed=1)
{what}
time.sleep(0.5)
print("end", flush=True)
"""


@pytest.mark.parametrize(
    "what",
    [
        "event_loop.submit(event_loop.elsewhere(time.sleep, 30))",
        "threading.Thread(target=ws.endpoints.get('fraud-detector').wait, daemon=True).start()",
        "sw.StatusBadge('churn'); event_loop.call(lambda: ws.watcher.hold('view', ['churn']))",
    ],
)
def test_a_process_ends_whatever_runs(what):
    import subprocess
    import sys

    process = subprocess.Popen(
        [sys.executable, "-c", ENDS.format(what=what)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout.readline() == "end\n"
    assert process.wait(timeout=20) == 0  # what runs would go on for longer


def test_an_observer_that_exits_does_not_end_the_lane(monkeypatch):
    monkeypatch.setattr(threading, "excepthook", lambda args: None)
    observer_thread.post(lambda: (_ for _ in ()).throw(SystemExit))
    assert drain()


def test_a_forked_child_looks_for_itself(tmp_path):
    import os

    import serving_widgets as sw

    ws = sw.connect("mock", clock="manual")
    ws.endpoints.list()
    out = tmp_path / "child"
    pid = os.fork()
    if pid == 0:
        try:
            out.write_text(ws.endpoints.get("pricing").label)
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert out.read_text() == "Not ready (Stopped)"
    ws.close()


def test_an_error_of_a_task_whose_waiter_gave_up_is_reported_to_none_but_the_others():
    async def main():
        reported, ready = [], asyncio.Event()
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context))

        async def fail():
            await ready.wait()
            raise ValueError("no")

        task = asyncio.create_task(fail())
        gone, stays = (asyncio.create_task(event_loop.joined(task)) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.wait([gone])
        assert not task.done()
        ready.set()
        with pytest.raises(ValueError, match="no"):
            await stays
        return reported

    assert asyncio.run(main()) == []
