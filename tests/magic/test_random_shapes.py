"""Lines on a service that answers in any shape: each gives a result or an error of ours, and soon."""

import asyncio
import functools
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from public_calls import LINES
from random_shapes import RANDOM_ANSWERS, Faults, real_answer, real_answers
from scripted_service import ScriptedService

import serving_widgets as sw
from serving_widgets.client.http.timing import HostClock

TOKEN = "canary-0123456789"
#: Commands of connections, and those of the embedded workspace alone.
ELSEWHERE = {"connect", "mock", "close", "wait", "diagnose"}
SHOWN = [line for name, lines in LINES.items() if name not in ELSEWHERE for line in lines]
CHANGING = [
    "wait churn --timeout 1",
    "stop churn",
    "start pricing",
    "create ads --entity main.ml.ads --version 1",
    "update churn --version 2",
    "delete churn --yes",
    "tags churn team=risk",
    "grant churn vera@example.com CAN_QUERY",
    "revoke churn analysts",
]
#: Seconds that a line may take where every answer comes at once: a displayed widget waits for its first picture.
LIMIT = 15.0


@functools.cache
def real():
    return real_answers()


@pytest.fixture(scope="module")
def service():
    with ScriptedService() as scripted:
        yield scripted


@pytest.fixture(scope="module")
def ws(service):
    opened = sw.connect(host=service.host, token=TOKEN, name="random")
    # Whoever waits between two tries does so in no time.
    opened._new_client = functools.partial(opened._new_client, clock=HostClock(sleep=lambda seconds: asyncio.sleep(0)))
    yield opened
    opened.close()


@settings(
    max_examples=max(20, settings.default.max_examples // 4),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.sampled_from(SHOWN + CHANGING), RANDOM_ANSWERS)
def test_a_line_ends_with_a_result_or_with_an_error_of_ours(run, ws, service, line, answer):
    service.rule = lambda method, path: answer.to(real_answer(real(), path.partition("?")[0]))
    ws.watcher.store.forget()
    began, worked = time.monotonic(), time.process_time()
    with Faults() as faults:
        outcome = run(f"%serving {line} --workspace random")
    assert outcome.error is None or isinstance(outcome.error, sw.ServingError), line
    # The machine may be busy with something else: of work there is little, and no wait is without an end.
    assert time.process_time() - worked < LIMIT, line
    assert time.monotonic() - began < 6 * LIMIT, line
    assert TOKEN not in f"{outcome.text}{outcome.error}"
    assert faults.said == []
