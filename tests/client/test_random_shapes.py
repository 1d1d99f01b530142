"""Answers of any shape to every route: the call gives something that can be used, or ends with an error of ours."""

import asyncio
import functools
import time

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_shapes import RANDOM_ANSWERS, real_answer, real_answers

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.errors import ServingError
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.timing import HostClock

CONFIG = {"served_entities": [{"entity_name": "main.ml.m", "entity_version": "1"}]}
GRANTS = {Principal("user", "ada@example.com"): "CAN_VIEW"}
CALLS = {
    "list_endpoints": (),
    "get_endpoint": ("churn",),
    "create_endpoint": ({"name": "churn", "config": CONFIG},),
    "update_config": ("churn", CONFIG),
    "delete_endpoint": ("churn",),
    "stop_endpoint": ("churn",),
    "start_endpoint": ("churn",),
    "query_endpoint": ("churn", {"inputs": [1]}),
    "stream_chat": ("chat", {"messages": []}),
    "patch_tags": ("churn", {"team": "risk"}),
    "build_logs": ("churn", "churn_model-4"),
    "server_logs": ("churn", "churn_model-3"),
    "get_openapi": ("churn",),
    "get_metrics": ("churn",),
    "get_permissions": ("0a1b",),
    "set_permissions": ("0a1b", GRANTS),
    "update_permissions": ("0a1b", GRANTS),
    "get_permission_levels": ("0a1b",),
    "list_models": (),
    "get_model": ("main.risk.m",),
    "list_versions": ("main.risk.m",),
    "find_principals": ("group", "displayName", "analysts"),
    "get_principal": ("group", "0a1b"),
    "me": (),
}
#: Seconds of the caller's that a call may take; nothing here ever waits.
LIMIT = 5.0


@functools.cache
def real():
    return real_answers()


def test_every_call_of_the_client_is_among_those_that_are_tried():
    public = {name for name in dir(Client) if not name.startswith("_") and callable(getattr(Client, name))}
    assert public - {"without_retries", "aclose"} == set(CALLS)


def used(result):
    """What whoever called would do with a result: show it, and ask for its status."""
    infos = result if isinstance(result, list) else [result]
    said = repr(result)
    for info in infos:
        if isinstance(info, EndpointInfo):
            said += status_of(info).label + info.kind + repr(info.entities) + repr(info.tags)
    return said


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(sorted(CALLS)), st.lists(RANDOM_ANSWERS, min_size=1, max_size=3))
def test_a_call_ends_with_a_result_that_can_be_used_or_with_an_error_of_ours(method, answers):
    asked = []

    async def handler(request):
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        status, headers, body = answer.to(real_answer(real(), request.url.path))
        return httpx.Response(status, headers=headers, content=body)

    async def main():
        pause = HostClock(sleep=lambda seconds: asyncio.sleep(0))
        client = Client(
            "https://w.example.com", Credential("canary-0123"), transport=httpx.MockTransport(handler), clock=pause
        )
        try:
            result = getattr(client, method)(*CALLS[method])
            result = [chunk async for chunk in result] if hasattr(result, "__aiter__") else await result
            return used(result)
        except ServingError as error:
            return str(error)
        finally:
            await client.aclose()

    began = time.process_time()
    said = asyncio.run(asyncio.wait_for(main(), 12 * LIMIT))
    # Of this process, not of the clock: the machine may be busy with something else.
    assert time.process_time() - began < LIMIT
    assert "canary-0123" not in said
    # Whatever comes, a write goes out once, unless it was turned away.
    turned_away = sum(answer.status in (429, 503) for answer in answers)
    writes = [request for request in asked if request.method in ("PUT", "POST", "PATCH", "DELETE")]
    assert method.startswith(("query", "stream")) or turned_away or len(writes) <= 1
