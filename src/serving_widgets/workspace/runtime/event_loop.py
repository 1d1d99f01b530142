"""The loop thread: all HTTP, all timers and all publishing of this process run on it.

The kernel's own event loop stops whenever a cell computes, so nothing that must stay alive may run there. One daemon
thread with a private loop serves every workspace and every widget. Synchronous calls are a facade over it: submit,
then wait in short slices so that Ctrl-C is heard.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextvars import ContextVar
from typing import Any, NoReturn, TypeVar

from serving_widgets.api.errors import ConfigError, LoopThreadError, OutcomeUnknown

from .daemon_executor import DaemonExecutor

T = TypeVar("T")

#: Seconds between two looks for Ctrl-C while a synchronous call waits.
SLICE = 0.05
#: Seconds that an interrupted write may still take to tell how it ended.
WRITE_GRACE = 2.0
#: Seconds in which everything has to end when the process exits.
EXIT_BOUND = 1.5

_lock = threading.Lock()
_current: _LoopThread | None = None
_generation = 0
_mark: ContextVar[Callable[[], bool] | None] = ContextVar("serving_widgets_sent_mark", default=None)
_at_exit: list[Callable[[], Awaitable[None]]] = []
#: The synchronous call that each thread is in, by the name of its awaitable twin.
_waiting = threading.local()


class _LoopThread:
    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.loop.set_default_executor(DaemonExecutor())
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._run, name="serving-widgets-loop", daemon=True)
        self.thread.start()
        self.started.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        self.loop.call_soon(self.started.set)
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()


def loop() -> asyncio.AbstractEventLoop:
    """Return the loop thread's event loop, started on first use and again after a fork."""
    return _thread().loop


def generation() -> int:
    """Return a number that changes whenever a fork has made the old loop unusable."""
    return _generation


def on_loop_thread() -> bool:
    """Tell whether the caller runs on the loop thread, where waiting for the loop would wait for ever."""
    return _current is not None and threading.current_thread() is _current.thread


def call(fn: Callable[..., object], *args: object) -> None:
    """Run ``fn(*args)`` on the loop thread soon; from any thread, without waiting. At the process's end do nothing."""
    with contextlib.suppress(RuntimeError):
        loop().call_soon_threadsafe(fn, *args)


def submit(coroutine: Coroutine[Any, Any, T]) -> concurrent.futures.Future[T]:
    """Start a coroutine on the loop thread and return its future."""
    return asyncio.run_coroutine_threadsafe(coroutine, loop())


async def elsewhere(fn: Callable[..., T], *args: Any) -> T:
    """Run a function that may take longer than the loop thread can spare on the loop's executor."""
    return await asyncio.get_running_loop().run_in_executor(None, fn, *args)


async def off_loop(fn: Callable[..., T], *args: Any) -> T:
    """Run a function of the caller's that takes a while: on a thread, or at once where the caller waits anyway."""
    return fn(*args) if is_blocking() else await asyncio.to_thread(fn, *args)


class SentMark:
    """Tells one call whether the write that it asked for has begun to go out; calling it returns that."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False

    def __call__(self) -> bool:
        return self.sent


def mark_of_this_call() -> SentMark | None:
    """Return the mark of the call that the running coroutine was started for, None where it has none."""
    mark = _mark.get()
    return mark if isinstance(mark, SentMark) else None


async def hop(
    start: Callable[[], Coroutine[Any, Any, T]],
    *,
    write: str = "",
    sent: Callable[[], bool] = lambda: True,
    meanwhile: Callable[[], None] | None = None,
) -> T:
    """Await a coroutine of the loop thread from whatever loop the caller runs on, or wait in a synchronous call.

    The parameters by name are those of :func:`run_sync`, for synchronous calls.
    """
    if is_blocking():
        return run_sync(start, twin=_waiting.twin, write=write, sent=sent, meanwhile=meanwhile)
    if on_loop_thread():
        return await start()
    future = _begun(start, sent)
    try:
        return await asyncio.wrap_future(future)
    except asyncio.CancelledError:
        caller = asyncio.current_task()
        if future.cancelled() and caller is not None and not caller.cancelling():
            raise closed_meanwhile(write if write and sent() else "") from None
        future.cancel()
        raise


@contextlib.contextmanager
def blocking(twin: str) -> Iterator[None]:
    """Have :func:`hop` wait on this thread instead of awaiting, while the ``with`` block runs."""
    before = getattr(_waiting, "twin", "")
    _waiting.twin = twin
    try:
        yield
    finally:
        _waiting.twin = before


def is_blocking() -> bool:
    """Tell whether this thread is within a synchronous call."""
    return bool(getattr(_waiting, "twin", ""))


def run_sync(
    start: Callable[[], Coroutine[Any, Any, T]],
    *,
    twin: str,
    write: str = "",
    sent: Callable[[], bool] = lambda: True,
    meanwhile: Callable[[], None] | None = None,
) -> T:
    """Run a coroutine on the loop thread and wait for it, so that Ctrl-C works.

    Parameters
    ----------
    start
        Makes the coroutine; not called where waiting would be a deadlock.
    twin
        What to await instead, for the message: ``"ep.aio.stop()"``.
    write
        What a write does, as in ``"stop churn"``. An interrupted read is cancelled, and so is a write that has not been
        sent; one that has gets a moment to tell how it ended.
    sent
        Tells whether the write has been sent.
    meanwhile
        Called on the waiting thread every now and then, as to draw how far it is.

    Raises
    ------
    LoopThreadError
        On the loop thread, at once.
    OutcomeUnknown
        When a write was interrupted and did not tell in time how it ended.
    """
    if on_loop_thread():
        raise LoopThreadError(
            f"A synchronous call on the loop thread would wait for itself. Await its twin: await {twin}.",
            hint="Callbacks that run on the loop thread may only await; observers of a widget's traits may call both.",
        )
    future = _begun(start, sent)
    try:
        while True:
            try:
                return future.result(timeout=SLICE)
            except concurrent.futures.TimeoutError:
                if future.done():
                    return future.result()
                if meanwhile is not None:
                    meanwhile()
    except concurrent.futures.CancelledError:
        raise closed_meanwhile(write if write and sent() else "") from None
    except KeyboardInterrupt as interrupt:
        if write and sent():
            _settle_interrupted_write(future, write, interrupt)
        future.cancel()
        if write and _sent_after_all(sent):
            raise _unknown(write) from interrupt
        raise


async def joined(task: asyncio.Task[T]) -> T:
    """Return what a task returns that others await, too: whoever gives up waiting does not cancel it.

    Unlike ``asyncio.shield``, it does not report an error of the task that its other waiters have been told of.
    """
    await asyncio.wait([task])
    return task.result()


def at_exit(coroutine_function: Callable[[], Awaitable[None]]) -> None:
    """Have a coroutine function awaited on the loop thread before the process ends."""
    _at_exit.append(coroutine_function)


def forget_at_exit(coroutine_function: Callable[[], Awaitable[None]]) -> None:
    """Take back :func:`at_exit`."""
    with contextlib.suppress(ValueError):
        _at_exit.remove(coroutine_function)


def _begun(start: Callable[[], Coroutine[Any, Any, T]], sent: Callable[[], bool]) -> concurrent.futures.Future[T]:
    """Start a coroutine on the loop thread, in a context that tells its writes whom to mark."""
    token = _mark.set(sent)
    try:
        return submit(start())
    finally:
        _mark.reset(token)


def _settle_interrupted_write(
    future: concurrent.futures.Future[Any], write: str, interrupt: KeyboardInterrupt
) -> NoReturn:
    try:
        future.result(timeout=WRITE_GRACE)
    except (concurrent.futures.TimeoutError, concurrent.futures.CancelledError, KeyboardInterrupt):
        future.cancel()
        raise _unknown(write) from interrupt
    except OutcomeUnknown as error:
        raise error from interrupt
    except Exception as error:
        interrupt.add_note(f"{write} was sent and failed: {error}")
    else:
        interrupt.add_note(f"{write} was sent and carried out before the interrupt.")
    raise interrupt


def _sent_after_all(sent: Callable[[], bool]) -> bool:
    """Whether a write went out between the last look and its cancellation, which the loop thread has seen by then."""

    async def look() -> bool:
        return sent()

    try:
        return submit(look()).result(timeout=WRITE_GRACE)
    except Exception:
        # Where it can't be told, the caller must not believe that nothing went out.
        return True


def _unknown(write: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"Interrupted: {write} was sent, its outcome is unknown.",
        hint="Look before you send it again: ep.refresh(), or %serving status NAME.",
    )


def closed_meanwhile(write: str) -> ConfigError | OutcomeUnknown:
    """Return the error for what was under way when its connection was closed; ``write`` names a write that was sent."""
    if write:
        return OutcomeUnknown(
            f"The connection was closed while {write} was under way; its outcome is unknown.",
            hint="Look before you send it again: ep.refresh(), or %serving status NAME.",
        )
    return ConfigError(
        "The connection was closed while this was under way.",
        hint="Do it again on the connection that is active now.",
    )


def _thread() -> _LoopThread:
    global _current
    with _lock:
        if _current is None:
            _current = _LoopThread()
        return _current


def _shut_down() -> None:
    current = _current
    if current is None or not current.thread.is_alive():
        return

    async def end() -> None:
        await asyncio.gather(*(fn() for fn in list(_at_exit)), return_exceptions=True)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    future = asyncio.run_coroutine_threadsafe(end(), current.loop)
    with contextlib.suppress(Exception):
        future.result(timeout=EXIT_BOUND)
    current.loop.call_soon_threadsafe(current.loop.stop)
    current.thread.join(timeout=0.3)


def _drop_after_fork() -> None:
    global _current, _generation, _lock
    _lock = threading.Lock()
    _current = None
    _generation += 1
    _at_exit.clear()


atexit.register(_shut_down)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_drop_after_fork)
