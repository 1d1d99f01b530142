"""Synchronous methods have the parameters, types and words of the awaitable ones, and wait where those await."""

import asyncio
import inspect
import threading

import pytest

import serving_widgets as sw
from serving_widgets.workspace import EndpointAio, EndpointsAio
from serving_widgets.workspace.handles.endpoints import Endpoints
from serving_widgets.workspace.handles.permissions import Permissions, PermissionsAio
from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.runtime.synchronous import synchronous

PAIRS = [(sw.Endpoint, EndpointAio), (Endpoints, EndpointsAio), (Permissions, PermissionsAio)]
#: Made by hand, for it can be resumed and draws its progress.
BY_HAND = {"predict"}
CALLS = [
    (kind, twins, name)
    for kind, twins in PAIRS
    for name, twin in inspect.getmembers(twins, inspect.iscoroutinefunction)
    if not name.startswith("_") and name not in BY_HAND
]


class NumberAio:
    async def threads(self, *, of: str = "all") -> tuple[str, str]:
        """Name two threads."""
        there = await event_loop.hop(_thread)
        return await event_loop.off_loop(lambda: threading.current_thread().name), there

    async def astray(self, what: object) -> None:
        """Await what no synchronous call can wait for."""
        await asyncio.sleep(0)


class Number:
    aio = NumberAio()
    threads = synchronous(NumberAio.threads, "number")
    astray = synchronous(NumberAio.astray, "number")


async def _thread() -> str:
    return threading.current_thread().name


@pytest.mark.parametrize(("kind", "twins", "name"), CALLS, ids=lambda each: getattr(each, "__name__", each))
def test_a_method_has_its_twins_signature_types_and_words(kind, twins, name):
    method, twin = getattr(kind, name), getattr(twins, name)
    assert inspect.signature(method) == inspect.signature(twin)
    assert inspect.getdoc(method) == inspect.getdoc(twin)
    assert method.__qualname__ == twin.__qualname__.replace("Aio", "")
    assert not inspect.iscoroutinefunction(method)


def test_a_synchronous_call_runs_on_the_callers_thread_and_waits_for_the_loop_thread():
    assert Number().threads() == (threading.current_thread().name, "serving-widgets-loop")
    assert not event_loop.is_blocking()


def test_the_twin_hops_and_takes_a_thread_for_what_takes_a_while():
    here, there = asyncio.run(Number().aio.threads())
    assert here != threading.current_thread().name
    assert there == "serving-widgets-loop"


@pytest.mark.parametrize(("call", "twin"), [("threads", "await number.aio.threads()")])
def test_on_the_loop_thread_it_names_the_twin_to_await(call, twin):
    async def inside():
        return getattr(Number(), call)()

    with pytest.raises(sw.LoopThreadError, match="would wait for itself") as refused:
        event_loop.run_sync(inside, twin="x")
    assert twin in str(refused.value)


def test_awaiting_anything_else_is_an_error_and_not_a_hang():
    with pytest.raises(RuntimeError, match=r"NumberAio\.astray awaits something else than hop\(\)"):
        Number().astray(1)
    assert not event_loop.is_blocking()
