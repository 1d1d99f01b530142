"""The line between a widget and its page: intents in, acknowledged at once; pictures out, in the right context.

Handlers run on whatever thread the kernel picks. ipykernel 7.4 routes a message from the page to the shell that last
published on the comm, so what the loop thread publishes runs in a copy of the context of the last message from the
page: then clicks are answered while a cell computes. Without that they queue behind the cell.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol, TypeVar

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.workspace.runtime import event_loop

from .contract import ErrorFields, Reply

log = logging.getLogger(__name__)

T = TypeVar("T")
Args = Mapping[str, Any]
Progress = Callable[[Any], None]
#: An operation of a widget: its arguments and a way to report progress in, the result out. Runs on the loop thread.
Op = Callable[[Args, Progress], Awaitable[Any]]


class Port(Protocol):
    """What the channel needs of a widget."""

    def send(self, content: Any) -> None: ...

    def send_state(self, key: str) -> None: ...


class Channel:
    """One widget's line to its page.

    Parameters
    ----------
    port
        The widget.
    ops
        The operations that the page may ask for, by name.
    """

    def __init__(self, port: Port, ops: Mapping[str, Op]) -> None:
        self._port = port
        self._ops = ops
        self._lock = threading.Lock()
        self._context: contextvars.Context | None = None
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closed = False

    def receive(self, content: Any) -> None:
        """Take a message from the page: remember its context, acknowledge, hand over. Any thread; returns at once."""
        if not isinstance(content, Mapping):
            return
        request, op, args = content.get("id"), content.get("op"), content.get("args")
        if not isinstance(request, str) or not isinstance(op, str):
            return
        self._context = contextvars.copy_context()
        self._reply({"id": request, "type": "ack"}, aimed=False)
        event_loop.call(self._begin, request, op, args if isinstance(args, Mapping) else {})

    def publish_state(self) -> None:
        """Send the widget's snapshot."""
        self._in_context(lambda: self._port.send_state("state"))

    def publish(self, content: Mapping[str, object]) -> None:
        """Send a message that was not asked for."""
        self._send(content, aimed=True)

    def within(self, make: Callable[[], T]) -> T:
        """Run what talks to the page by itself, as making a widget does, in the context of the last message."""
        return make() if self._context is None else self._context.copy().run(make)

    def close(self) -> None:
        """Say nothing more and end what runs."""
        self._closed = True
        event_loop.call(self._cancel_all)

    def _begin(self, request: str, op: str, args: Args) -> None:
        if self._closed or request in self._running:
            return
        if op == "cancel":
            running = self._running.get(str(args.get("id")))
            if running is not None:
                running.cancel()
            self._reply({"id": request, "type": "result", "data": None})
            return
        task = asyncio.get_running_loop().create_task(self._run(request, op, args))
        self._running[request] = task
        task.add_done_callback(lambda _: self._running.pop(request, None))

    async def _run(self, request: str, op: str, args: Args) -> None:
        def progress(data: Any) -> None:
            self._reply({"id": request, "type": "progress", "data": data})

        try:
            if op not in self._ops:
                raise ServingError(
                    f"This kernel does not know the operation {op!r}.",
                    hint="The page and the kernel have different versions: save the notebook and reload the page.",
                    code="unknown_op",
                )
            data = await self._ops[op](args, progress)
        except asyncio.CancelledError:
            self._fail(request, {"code": "cancelled", "message": "Canceled.", "hint": ""})
            raise
        except ServingError as error:
            self._fail(request, error.problem())
        except Exception as error:
            log.exception("Operation %s failed", op)
            self._fail(
                request,
                {
                    "code": "internal",
                    "message": f"{op} failed in the kernel: {type(error).__name__}.",
                    "hint": "This is a bug in serving_widgets. The kernel's log has the details.",
                },
            )
        else:
            self._reply({"id": request, "type": "result", "data": data})

    def _fail(self, request: str, problem: ErrorFields) -> None:
        self._reply({"id": request, "type": "error", "error": problem})

    def _cancel_all(self) -> None:
        for task in list(self._running.values()):
            task.cancel()

    def _reply(self, content: Reply, *, aimed: bool = True) -> None:
        self._send(content, aimed=aimed)

    def _send(self, content: Mapping[str, object], *, aimed: bool = False) -> None:
        if aimed:
            self._in_context(lambda: self._port.send(dict(content)))
        elif not self._closed:
            with self._lock:
                self._port.send(dict(content))

    def _in_context(self, publish: Callable[[], None]) -> None:
        if self._closed:
            return
        context = self._context
        with self._lock:
            if context is None:
                publish()
            else:
                # A context can't be entered twice at once, a copy of it can.
                context.copy().run(publish)


def text_of(args: Args, key: str) -> str:
    """Return a text that the page has to send.

    Raises
    ------
    ConfigError
        When it did not.
    """
    value = args.get(key)
    if not isinstance(value, str) or not value:
        raise ConfigError(f"The page sent no {key}.", hint="Reload the page.", code="bad_request")
    return value
