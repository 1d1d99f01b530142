"""Synchronous methods, made from the awaitable ones that do the work, with their parameters, types and docstrings."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

from .event_loop import blocking, is_blocking
from .progress_bar import Progress, Unseen, progress

P = ParamSpec("P")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Method(Protocol[P, T_co]):
    """A method as type checkers see it."""

    @overload
    def __get__(self, instance: None, owner: type) -> Callable[Concatenate[Any, P], T_co]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Callable[P, T_co]: ...


def waited(coroutine: Coroutine[Any, Any, T], called: str) -> T:
    """Run a coroutine that awaits nothing but ``hop`` and ``off_loop`` on this thread; ``called`` is its twin."""
    with blocking(called):
        try:
            coroutine.send(None)
        except StopIteration as end:
            return cast("T", end.value)
        finally:
            coroutine.close()
    named: Any = coroutine
    raise RuntimeError(f"{named.__qualname__} awaits something else than hop().")


def synchronous(twin: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]], handle: str) -> Method[P, T]:
    """Make the synchronous method of an awaitable one, which its object has under ``aio``.

    The coroutine runs on the caller's thread, where what it displays belongs to the cell; where it awaits
    :func:`~serving_widgets.workspace.runtime.event_loop.hop`, the thread waits for the loop thread.

    Parameters
    ----------
    twin
        The awaitable method. It awaits nothing but ``hop`` and ``off_loop``.
    handle
        What the object is called in messages, such as ``"ep"``.

    Examples
    --------
    >>> class TextAio:
    ...     async def text(self, number: int) -> str:
    ...         return str(number)
    >>> class Text:
    ...     aio = TextAio()
    ...     text = synchronous(TextAio.text, "it")
    >>> Text().text(5)
    '5'
    """
    name = twin.__name__
    _, *parameters = inspect.signature(twin).parameters.values()
    needed = any(each.default is each.empty and each.kind is not each.VAR_KEYWORD for each in parameters)
    called = f"{handle}.aio.{name}({'…' if needed else ''})"

    @functools.wraps(twin)
    def method(self: Any, *args: P.args, **kwargs: P.kwargs) -> T:
        coroutine: Coroutine[Any, Any, T] = getattr(self.aio, name)(*args, **kwargs)
        return waited(coroutine, called)

    method.__qualname__ = twin.__qualname__.replace("Aio.", ".")
    return cast("Method[P, T]", method)


def call_progress(title: str, *, unit: str = "rows") -> AbstractContextManager[Progress]:
    """Return a progress bar where the caller waits in a synchronous call; elsewhere none is shown."""
    return progress(title, unit=unit) if is_blocking() else nullcontext(Unseen())
