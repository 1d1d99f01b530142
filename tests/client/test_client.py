"""The client against scripted answers: what is sent, what is sent again, and what comes out."""

import asyncio
import json
import threading

import httpx
import pytest
import virtual_time

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client import Client, Credential, Timeouts
from serving_widgets.client.http import json_codec

RETRY_1 = httpx.Response(429, headers={"Retry-After": "7"}, json={"error_code": "REQUEST_LIMIT_EXCEEDED"})
GONE = httpx.Response(404, json={"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Not here."})
STOPPED = {"ready": "NOT_READY", "suspend": "SUSPENDED"}
BODY = {"served_entities": [{"entity_name": "main.ml.m", "entity_version": "4"}]}


def updated(make_endpoint, version):
    raw = make_endpoint(version=version)
    raw["config"]["served_entities"] = [{"name": "m-4", **BODY["served_entities"][0]}]
    return raw


def test_a_request_is_signed_introduces_itself_and_asks_for_json(ask, make_endpoint, token):
    info, service = ask("get_endpoint", "churn", script=[make_endpoint()])
    request = service.requests[0]
    assert (info.name, info.state.ready) == ("churn", "READY")
    assert str(request.url) == "https://workspace.example.com/api/2.0/serving-endpoints/churn"
    assert service.signed == [f"Bearer {token}"]
    assert request.headers["user-agent"].startswith("serving-widgets/")
    assert request.headers["accept"] == "application/json"


def test_the_list_takes_known_objects_over_and_an_empty_reply_for_none(ask, make_endpoint):
    known = {"churn": EndpointInfo.read(make_endpoint())}
    infos, _ = ask("list_endpoints", known, script=[{"endpoints": [make_endpoint(), make_endpoint("new")]}])
    assert infos[0] is known["churn"]
    assert [info.name for info in infos] == ["churn", "new"]
    assert ask("list_endpoints", script=[{}])[0] == []


@pytest.mark.parametrize("action", ["stop", "start"])
@pytest.mark.parametrize("yes", [{}, httpx.Response(200), httpx.Response(204)])
def test_a_yes_without_the_endpoint_is_followed_by_a_look_at_it(ask, make_endpoint, action, yes):
    info, service = ask(f"{action}_endpoint", "churn", script=[yes, make_endpoint()])
    assert service.seen == [("POST", f"config:{action}"), ("GET", "churn")]
    assert info.name == "churn"


def test_a_yes_with_the_endpoint_costs_one_request(ask, make_endpoint):
    info, service = ask("stop_endpoint", "churn", script=[make_endpoint(**STOPPED)])
    assert service.seen == [("POST", "config:stop")]
    assert info.state.suspend == "SUSPENDED"


def test_a_reply_that_leaves_out_the_name_is_about_the_endpoint_that_was_asked_for(ask, make_endpoint):
    raw = make_endpoint()
    del raw["name"]
    assert ask("get_endpoint", "churn", script=[raw])[0].name == "churn"


def test_creating_sends_the_body_as_it_is(ask, make_endpoint):
    body = {"name": "churn", "config": BODY, "tags": [{"key": "team", "value": "är"}]}
    _, service = ask("create_endpoint", body, script=[make_endpoint()])
    assert json.loads(service.bodies[0]) == body
    assert service.requests[0].headers["content-type"] == "application/json"


def test_updating_looks_first_unless_told_what_was_before(ask, make_endpoint):
    before = EndpointInfo.read(make_endpoint())
    after = updated(make_endpoint, 2)
    assert ask("update_config", "churn", BODY, script=[make_endpoint(), after])[1].seen == [
        ("GET", "churn"),
        ("PUT", "config"),
    ]
    assert ask("update_config", "churn", BODY, before=before, script=[after])[1].seen == [("PUT", "config")]
    summary = EndpointInfo.read({"name": "churn", "config": {"served_entities": []}})
    assert ask("update_config", "churn", BODY, before=summary, script=[make_endpoint(), after])[1].seen[0][0] == "GET"


@pytest.mark.parametrize("payload", ['{"inputs": [1]}', b'{"inputs": [1]}', {"inputs": [1]}])
def test_a_query_takes_text_bytes_or_a_mapping(ask, payload):
    answer = httpx.Response(200, json={"predictions": [2]}, headers={"served-model-name": "m-3", "x-request-id": "r1"})
    reply, service = ask("query_endpoint", "churn", payload, script=[answer])
    assert json.loads(service.bodies[0]) == {"inputs": [1]}
    assert (reply.json, reply.served_model, reply.request_id) == ({"predictions": [2]}, "m-3", "r1")
    assert json.loads(reply.text) == reply.json
    assert reply.seconds >= 0
    assert "predictions" not in repr(reply)


def test_a_query_of_one_entity_goes_past_the_sharing_out_of_traffic(ask):
    _, service = ask("query_endpoint", "churn", "{}", "m-3", script=[{}])
    assert service.requests[0].url.path == "/serving-endpoints/churn/served-models/m-3/invocations"


def test_a_query_may_answer_with_an_event_stream(ask):
    stream = httpx.Response(200, text="data: {}\n\ndata: [DONE]\n\n", headers={"content-type": "text/event-stream"})
    reply, _ = ask("query_endpoint", "chat", '{"stream": true}', script=[stream])
    assert reply.json is None
    assert reply.text.endswith("[DONE]\n\n")


def test_a_payload_that_is_no_json_is_refused_before_anything_is_sent(ask):
    error, service = ask("query_endpoint", "churn", {"inputs": object()}, script=[{}])
    assert isinstance(error, errors.ActionRefused)
    assert "a value of type object" in error.message
    assert service.requests == []


@pytest.mark.parametrize("payload", ['{"inputs": ["\ud800"]}', {"inputs": ["\ud800"]}])
def test_half_a_surrogate_pair_is_refused_before_anything_is_sent(ask, payload):
    error, service = ask("query_endpoint", "churn", payload, script=[{}])
    assert isinstance(error, errors.ActionRefused)
    assert "surrogate" in error.message
    assert not service.requests


# ---- sent again, or not


@pytest.mark.parametrize("method", ["get_endpoint", "stop_endpoint"])
def test_whoever_is_told_to_come_back_later_does_so(ask, make_endpoint, time, method):
    info, service = ask(method, "churn", script=[RETRY_1, RETRY_1, make_endpoint()])
    assert info.name == "churn"
    assert len(service.requests) == 3
    assert time.slept == [7.0, 7.0]


def test_a_service_that_stays_overloaded_is_reported_as_it_is(ask):
    error, service = ask("get_endpoint", "churn", script=[httpx.Response(503, headers={"x-request-id": "r1"})])
    assert isinstance(error, errors.TemporarilyUnavailable)
    assert len(service.requests) == 5
    assert error.message == "Couldn't read churn: Service Unavailable. (503, request r1, tried 5 times in 3.8 s)"
    assert (error.attempts, error.waited) == (5, 3.75)


def test_the_callers_limit_ends_the_waiting(ask, time):
    error, service = ask("get_endpoint", "churn", timeout=20, script=[RETRY_1])
    assert isinstance(error, errors.TooManyRequests)
    assert len(service.requests) == 3
    assert sum(time.slept) < 20


@pytest.mark.parametrize("loss", [httpx.ReadTimeout, httpx.ReadError, httpx.RemoteProtocolError])
def test_a_read_whose_answer_was_lost_is_asked_again(ask, make_endpoint, loss):
    info, service = ask("get_endpoint", "churn", script=[loss, make_endpoint()])
    assert info.name == "churn"
    assert len(service.requests) == 2


@pytest.mark.parametrize("refused", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout])
@pytest.mark.parametrize("method", ["get_endpoint", "stop_endpoint", "delete_endpoint"])
def test_a_request_that_never_went_out_is_tried_again_three_times_in_all(ask, refused, method):
    error, service = ask(method, "churn", script=[refused])
    assert isinstance(error, errors.ConnectionFailed)
    assert error.host == "workspace.example.com"
    assert "workspace.example.com" in error.message
    assert len(service.requests) == 3


@pytest.mark.parametrize("loss", [httpx.ReadTimeout, httpx.RemoteProtocolError, 502, 504])
def test_a_write_whose_answer_was_lost_is_looked_after_and_returned_when_it_was_done(ask, make_endpoint, loss):
    info, service = ask("stop_endpoint", "churn", script=[loss, make_endpoint(**STOPPED)])
    assert service.seen == [("POST", "config:stop"), ("GET", "churn")]
    assert info.state.suspend == "SUSPENDED"


@pytest.mark.parametrize("loss", [httpx.ReadTimeout, httpx.RemoteProtocolError, httpx.WriteError, 502, 504])
def test_a_write_that_does_not_show_is_never_sent_again(ask, make_endpoint, loss):
    error, service = ask("stop_endpoint", "churn", script=[loss, make_endpoint(version=3)])
    assert isinstance(error, errors.OutcomeUnknown)
    assert [method for method, _ in service.seen].count("POST") == 1
    assert [method for method, _ in service.seen].count("GET") == 3
    assert "churn is Ready, configuration 3" in error.message
    assert (error.action, error.endpoint) == ("stop", "churn")
    assert "%serving status churn" in error.hint


def test_a_write_that_shows_only_at_the_second_look_counts_as_done(ask, make_endpoint):
    script = [httpx.ReadError, make_endpoint(), make_endpoint(**STOPPED)]
    info, _ = ask("stop_endpoint", "churn", script=script)
    assert info.state.suspend == "SUSPENDED"


def test_a_lost_deletion_is_done_when_the_endpoint_is_gone(ask):
    result, service = ask("delete_endpoint", "churn", script=[httpx.ReadError, GONE])
    assert result is None
    assert service.seen == [("DELETE", "churn"), ("GET", "churn")]


def test_a_lost_update_is_done_when_its_entities_stand_in_a_newer_configuration(ask, make_endpoint):
    script = [make_endpoint(version=1), httpx.ReadError, updated(make_endpoint, 2)]
    info, service = ask("update_config", "churn", BODY, script=script)
    assert info.config.config_version == 2
    assert [method for method, _ in service.seen] == ["GET", "PUT", "GET"]


def test_an_update_that_somebody_else_made_before_is_not_taken_for_a_lost_one(ask, make_endpoint):
    error, _ = ask(
        "update_config", "churn", BODY, script=[updated(make_endpoint, 2), httpx.ReadError, updated(make_endpoint, 2)]
    )
    assert isinstance(error, errors.OutcomeUnknown)


def test_a_lost_write_that_can_not_be_looked_after_says_so(ask):
    error, service = ask("stop_endpoint", "churn", script=[httpx.ReadError, 403])
    assert isinstance(error, errors.OutcomeUnknown)
    assert "that failed, too" in error.message
    assert [method for method, _ in service.seen].count("POST") == 1


def test_a_write_that_was_turned_away_is_looked_after_before_it_is_sent_again(ask, make_endpoint):
    done, service = ask("stop_endpoint", "churn", script=[503, make_endpoint(**STOPPED)])
    assert service.seen == [("POST", "config:stop"), ("GET", "churn")]
    assert done.state.suspend == "SUSPENDED"
    again = [503, make_endpoint(), make_endpoint(**STOPPED)]
    _, service = ask("stop_endpoint", "churn", script=again)
    assert service.seen == [("POST", "config:stop"), ("GET", "churn"), ("POST", "config:stop")]


def test_a_write_that_was_turned_away_for_long_is_looked_after_before_that_is_said(ask, make_endpoint):
    later = httpx.Response(503, headers={"retry-after": "3600"})
    done, service = ask("stop_endpoint", "churn", script=[later, make_endpoint(**STOPPED)])
    assert service.seen == [("POST", "config:stop"), ("GET", "churn")]
    assert done.state.suspend == "SUSPENDED"
    error, service = ask("stop_endpoint", "churn", script=[later, make_endpoint()])
    assert isinstance(error, errors.TemporarilyUnavailable)
    assert [method for method, _ in service.seen] == ["POST", "GET"]


def test_what_became_of_a_write_is_unknown_where_it_was_turned_away_and_nobody_can_look(ask):
    later = httpx.Response(503, headers={"retry-after": "3600"})
    error, service = ask("stop_endpoint", "churn", script=[later, *[403] * 9])
    assert isinstance(error, errors.OutcomeUnknown)
    assert [method for method, _ in service.seen].count("POST") == 1


@pytest.mark.parametrize("loss", [httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_query_whose_answer_was_lost_is_not_sent_again(ask, loss):
    error, service = ask("query_endpoint", "churn", "{}", script=[loss, {}])
    assert isinstance(error, errors.RequestTimeout | errors.ConnectionFailed)
    assert len(service.requests) == 1


def test_a_query_that_was_turned_away_is(ask):
    reply, service = ask("query_endpoint", "churn", "{}", script=[503, 429, {"predictions": []}])
    assert reply.json == {"predictions": []}
    assert len(service.requests) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 500, 501])
@pytest.mark.parametrize("method", ["get_endpoint", "stop_endpoint", "delete_endpoint"])
def test_a_plain_no_is_final(ask, status, method):
    error, service = ask(method, "churn", script=[status])
    assert isinstance(error, errors.ApiError)
    assert (error.status, error.endpoint) == (status, "churn")
    assert error.message.startswith("Couldn't ")
    assert [each for each, _ in service.seen if each != "GET" or method == "get_endpoint"] == [service.seen[0][0]]


# ---- redirects and answers that can't be read


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_refused_and_never_followed(ask, status):
    away = httpx.Response(status, headers={"location": "https://login.example.net/?next=secret-code"})
    error, service = ask("get_endpoint", "churn", script=[away])
    assert isinstance(error, errors.RedirectRefused)
    assert "redirects to login.example.net" in error.message
    assert "secret-code" not in str(error)
    assert len(service.requests) == 1


def test_a_redirect_within_the_host_is_not_followed_either(ask):
    error, service = ask("get_endpoint", "churn", script=[httpx.Response(307, headers={"location": "/elsewhere"})])
    assert isinstance(error, errors.RedirectRefused)
    assert "another address of its own" in error.message
    assert len(service.requests) == 1


PAGE = httpx.Response(200, html="<html>Log in</html>", headers={"x-request-id": "r9"})


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("list_endpoints", ()),
        ("get_endpoint", ("churn",)),
        ("query_endpoint", ("churn", "{}")),
        ("create_endpoint", ({"name": "churn"},)),
        ("delete_endpoint", ("churn",)),
        ("stop_endpoint", ("churn",)),
    ],
)
def test_a_web_page_in_place_of_json_is_told_apart(ask, method, args):
    error, service = ask(method, *args, script=[PAGE])
    assert isinstance(error, errors.UnreadableReply)
    assert "r9" in error.message
    assert "churn" in error.message or method == "list_endpoints"
    assert "<html>Log in</html>" in error.message
    assert [method for method, _ in service.seen if method not in {"GET"}][1:] == []


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"3", b"null"])
def test_json_of_another_shape_is_told_apart(ask, body):
    for method, args in [("list_endpoints", ()), ("get_endpoint", ("churn",))]:
        error, _ = ask(method, *args, script=[httpx.Response(200, content=body)])
        assert isinstance(error, errors.UnreadableReply)


@pytest.mark.parametrize(
    ("method", "reply"),
    [
        ("list_endpoints", httpx.Response(200)),
        ("list_endpoints", {"endpoints": {}}),
        ("get_endpoint", {}),
        ("get_endpoint", httpx.Response(200)),
    ],
)
def test_a_reply_without_what_was_asked_for_is_told_apart(ask, method, reply):
    error, _ = ask(method, *(("churn",) if method == "get_endpoint" else ()), script=[reply])
    assert isinstance(error, errors.UnreadableReply)


def test_a_write_with_an_unreadable_yes_counts_as_done_when_it_shows(ask, make_endpoint):
    info, _ = ask("stop_endpoint", "churn", script=[PAGE, make_endpoint(**STOPPED)])
    assert info.state.suspend == "SUSPENDED"
    assert ask("delete_endpoint", "churn", script=[PAGE, GONE])[0] is None


def test_fields_that_nobody_knows_come_through(ask, make_endpoint):
    info, _ = ask(
        "get_endpoint", "churn", script=[{**make_endpoint(), "brand_new": [1], "state": {"ready": "GLOWING"}}]
    )
    assert info.raw["brand_new"] == [1]
    assert info.state.ready == "GLOWING"


# ---- time and threads


def hanging(client_timeouts=None):
    """Return a client whose service never answers, and events that tell when it was asked and when it was left."""
    asked, left = asyncio.Event(), asyncio.Event()

    async def never(request):
        asked.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()

    timeouts = client_timeouts or Timeouts()
    client = Client(
        "https://w.example.com",
        Credential("t0ken"),
        timeouts=timeouts,
        transport=httpx.MockTransport(never),
        clock=virtual_time.clock(),
    )
    return client, asked, left


def test_cancelling_the_task_ends_the_request_at_once():
    async def main():
        client, asked, left = hanging()
        task = asyncio.create_task(client.get_endpoint("churn"))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert left.is_set()

    virtual_time.run(main())


def test_the_callers_limit_covers_the_whole_call_and_the_error_names_it():
    async def main():
        client, _, left = hanging()
        began = asyncio.get_running_loop().time()
        with pytest.raises(
            errors.RequestTimeout, match=r"Couldn't read churn: no answer from w.example.com within 0\.\d s"
        ):
            await client.get_endpoint("churn", timeout=0.9)
        assert asyncio.get_running_loop().time() - began < 2
        assert left.is_set()

    virtual_time.run(main())


def test_a_write_keeps_time_back_to_look_at_what_became_of_it():
    async def main():
        asked = []

        async def service(request):
            asked.append(request.method)
            if request.method == "POST":
                await asyncio.Event().wait()
            return httpx.Response(200, json={"name": "churn", "state": {"suspend": "SUSPENDED"}})

        transport, clock = httpx.MockTransport(service), virtual_time.clock()
        client = Client("https://w.example.com", Credential("t0ken"), transport=transport, clock=clock)
        info = await client.stop_endpoint("churn", timeout=0.4)
        assert info.state.suspend == "SUSPENDED"
        assert asked == ["POST", "GET"]

    virtual_time.run(main())


@pytest.mark.parametrize("kind", ["read", "write", "query"])
def test_each_sort_of_call_has_a_limit_of_its_own(kind):
    async def main():
        limits = {"read": 9.0, "write": 9.0, "query": 9.0, kind: 0.05}
        client, _, _ = hanging(Timeouts(**limits, retries=0.01, look_back=0.05))
        calls = {
            "read": lambda: client.get_endpoint("churn"),
            "write": lambda: client.stop_endpoint("churn"),
            "query": lambda: client.query_endpoint("churn", "{}", info=EndpointInfo.read({})),
        }
        with pytest.raises(errors.RequestTimeout if kind != "write" else errors.OutcomeUnknown):
            await calls[kind]()

    virtual_time.run(main())


def test_by_default_a_query_may_wait_for_a_cold_start():
    assert Timeouts().query == 300


def test_much_json_is_written_and_read_on_another_thread(monkeypatch):
    threads = {"dumps": set(), "loads": set()}
    for name in threads:
        real = getattr(json_codec, name)

        def spied(data, name=name, real=real):
            threads[name].add(threading.current_thread())
            return real(data)

        monkeypatch.setattr(json_codec, name, spied)

    async def main(size):
        echo = httpx.MockTransport(lambda request: httpx.Response(200, content=request.content))
        client = Client("https://w.example.com", Credential("t0ken"), transport=echo)
        reply = await client.query_endpoint("churn", {"inputs": list(range(size))}, info=EndpointInfo.read({}))
        assert len(reply.json["inputs"]) == size

    asyncio.run(main(50_000))
    assert threading.main_thread() not in threads["dumps"] | threads["loads"]
    asyncio.run(main(10))
    assert threading.main_thread() in threads["dumps"] & threads["loads"]


def test_a_closed_client_says_so(ask):
    async def main():
        client = Client("https://w.example.com", Credential("t0ken"), transport=httpx.MockTransport(lambda _: None))
        await client.aclose()
        with pytest.raises(errors.ConfigError, match="closed"):
            await client.get_endpoint("churn")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("method", "args"),
    [
        ("query_endpoint", ("churn", "{}", "nope")),
        ("server_logs", ("churn", "nope")),
        ("build_logs", ("churn", "nope")),
    ],
)
def test_an_unknown_entity_is_answered_with_those_that_there_are(method, args, make_endpoint, serve, bytes_of):
    async def main():
        async def behave(head, reader, writer):
            known = head.startswith(b"GET /api/2.0/serving-endpoints/churn HTTP")
            refusal = {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}
            writer.write(bytes_of(make_endpoint()) if known else bytes_of(refusal, status=404))

        async with serve(behave) as service:
            client = Client(service.host, Credential("canary-0123"))
            await client.get_endpoint("churn")
            with pytest.raises(errors.NotFound) as caught:
                await getattr(client, method)(*args)
            await client.aclose()
            return caught.value

    assert asyncio.run(main()).hint == "churn has m-3."
