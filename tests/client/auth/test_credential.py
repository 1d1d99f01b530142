"""A token lives in one object, and nothing else ever shows it."""

import asyncio
import copy
import logging
import pickle
import threading
import traceback

import httpx
import pytest
import virtual_time
from canary import texts, verbose

from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.client import BearerAuth, Client, Credential

CANARY = "canary-0123456789-token"


def foreign_frames(error):
    """The frames of an error's traceback, and of those it came from, that belong to the HTTP library."""
    frames = []
    while error is not None:
        frames += [
            frame for frame, _ in traceback.walk_tb(error.__traceback__) if "/httpx/" in frame.f_code.co_filename
        ]
        error = error.__cause__ or error.__context__
    return frames


def client_for(handler, credential=None, **options):
    transport = httpx.MockTransport(handler)
    return Client("https://w.example.com", credential or Credential(CANARY), transport=transport, **options)


def failing(kind):
    def handler(request):
        if issubclass(kind, httpx.RequestError):
            raise kind(f"failed with {request.headers['Authorization']}", request=request)
        raise kind

    return handler


def chained(request):
    raise RuntimeError("bug") from ValueError(request.headers["Authorization"])


def failure_of(handler, method="get_endpoint", args=("churn",), timeout=0.5):
    async def main():
        client = client_for(handler, clock=virtual_time.clock())
        try:
            await getattr(client, method)(*args, timeout=timeout)
        except BaseException as error:
            return error

    return virtual_time.run(main())


def test_a_credential_shows_nothing_of_itself():
    credential = Credential(CANARY)
    for shown in (repr(credential), str(credential), f"{credential}", f"{BearerAuth(credential)!r}"):
        assert CANARY not in shown
    assert not hasattr(credential, "__dict__")
    for name in dir(credential):
        assert CANARY not in repr(getattr(credential, name))
    assert not any(CANARY in text for text in texts(credential))


@pytest.mark.parametrize("copying", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_credential_can_be_neither_pickled_nor_copied(copying):
    with pytest.raises(TypeError, match="neither copied nor pickled") as caught:
        copying(Credential(CANARY))
    assert CANARY not in str(caught.value)


def test_a_client_shows_its_host_only():
    client = client_for(lambda _: httpx.Response(200))
    assert repr(client) == "<Client https://w.example.com>"
    assert not any(CANARY in text for text in texts(client))
    with pytest.raises(TypeError):
        pickle.dumps(client)


def test_the_token_is_on_the_request_only_while_it_is_sent():
    requests = []

    def handler(request):
        requests.append((request, request.headers["Authorization"]))
        return httpx.Response(200, json={"name": "churn"})

    async def main():
        return await client_for(handler).get_endpoint("churn")

    info = asyncio.run(main())
    request, sent = requests[0]
    assert sent == f"Bearer {CANARY}"
    assert "Authorization" not in request.headers
    assert not any(CANARY in text for text in texts([info, request]))


@pytest.mark.parametrize(
    "handler",
    [
        failing(httpx.ConnectError),
        failing(httpx.ReadTimeout),
        failing(httpx.RemoteProtocolError),
        failing(RuntimeError),
        failing(asyncio.CancelledError),
        failing(KeyboardInterrupt),
        chained,
        lambda request: httpx.Response(403, text=f"no: {request.headers['Authorization']}"),
        lambda request: httpx.Response(200, text=f"you sent {request.headers['Authorization']}"),
        lambda request: httpx.Response(
            302, headers={"location": f"https://{request.headers['Authorization'][7:]}.net/"}
        ),
    ],
    ids=[
        "connect",
        "timeout",
        "protocol",
        "bug",
        "cancelled",
        "interrupted",
        "chained",
        "denied",
        "echoed",
        "redirected",
    ],
)
@pytest.mark.parametrize(("method", "args"), [("get_endpoint", ("churn",)), ("stop_endpoint", ("churn",))])
def test_no_failure_shows_the_token_however_closely_one_looks(handler, method, args):
    error = failure_of(handler, method, args)
    assert error is not None
    assert CANARY not in verbose(error)
    assert CANARY not in str(error)
    assert foreign_frames(error) == []
    assert not any(CANARY in text for text in texts(error))


def test_a_failure_on_a_real_connection_shows_nothing_either(serve, time):
    async def slam(head, reader, writer):
        assert CANARY.encode() in head
        writer.close()

    async def main():
        async with serve(slam) as server:
            client = Client(server.host, Credential(CANARY), clock=time.clock())
            try:
                await client.stop_endpoint("churn")
            except ServingError as error:
                return error
            finally:
                await client.aclose()

    error = asyncio.run(main())
    assert CANARY not in verbose(error)
    assert not any(CANARY in text for text in texts(error))


def test_cancelling_on_a_real_connection_leaves_no_frame_that_holds_the_token(serve):
    async def main():
        asked = asyncio.Event()

        async def never(head, reader, writer):
            asked.set()
            await reader.read()
            writer.close()

        async with serve(never) as server:
            client = Client(server.host, Credential(CANARY))
            call = asyncio.create_task(client.get_endpoint("churn"))
            await asked.wait()
            call.cancel()
            try:
                await call
            except asyncio.CancelledError as error:
                return error
            finally:
                await client.aclose()

    error = asyncio.run(main())
    assert foreign_frames(error) == []
    assert not any(CANARY in text for text in texts(error))


def test_no_log_record_of_any_level_holds_the_token(serve, bytes_of, caplog):
    async def kind(head, reader, writer):
        writer.write(bytes_of({"name": "churn"}))

    async def main():
        async with serve(kind) as server:
            client = Client(server.host, Credential(CANARY))
            await client.get_endpoint("churn")
            await client.aclose()

    with caplog.at_level(logging.DEBUG):
        asyncio.run(main(), debug=True)
    records = [(record.getMessage(), repr(vars(record))) for record in caplog.records]
    assert any("serving-endpoints/churn" in message for message, _ in records)
    assert not any(CANARY in text for record in records for text in record)


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        (None, "is missing"),
        (7, "is not text"),
        (f"{CANARY}\n", "has spaces or line breaks around it"),
        (f"{CANARY} {CANARY}", "has spaces, line breaks or accented letters in it"),
        (f"{CANARY}\r\nX-Evil: 1", "has spaces, line breaks or accented letters in it"),
        (f"{CANARY}é", "has spaces, line breaks or accented letters in it"),
    ],
)
def test_a_token_that_can_not_be_one_is_refused_without_repeating_it(token, fault):
    with pytest.raises(ConfigError, match=fault) as caught:
        Credential(token)
    frames = traceback.walk_tb(caught.value.__traceback__)
    ours = [frame.f_locals for frame, _ in frames if "serving_widgets" in frame.f_code.co_filename]
    assert ours
    assert CANARY not in repr(ours)
    assert CANARY not in str(caught.value)


# ---- providers


def test_a_provider_is_asked_each_time_on_a_thread_of_its_own_and_all_its_headers_are_sent():
    tokens = iter(["first", "second"])
    threads, seen = [], []

    def headers():
        threads.append(threading.current_thread())
        return {"Authorization": f"Bearer {next(tokens)}", "X-Databricks-Azure-SP-Management-Token": "management"}

    def handler(request):
        seen.append((request.headers["Authorization"], request.headers["X-Databricks-Azure-SP-Management-Token"]))
        return httpx.Response(200, json={"name": "churn"})

    async def main():
        client = client_for(handler, Credential.from_provider(headers, source="oauth-m2m"))
        await client.get_endpoint("churn")
        await client.get_endpoint("churn")

    asyncio.run(main())
    assert seen == [("Bearer first", "management"), ("Bearer second", "management")]
    assert threading.main_thread() not in threads


def test_an_expired_token_is_renewed_once():
    tokens = iter(["old", "new", "newer"])
    seen = []

    def handler(request):
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, json={"name": "churn"}) if "new" in seen[-1] else httpx.Response(401)

    credential = Credential.from_provider(lambda: {"Authorization": f"Bearer {next(tokens)}"})
    asyncio.run(client_for(handler, credential).get_endpoint("churn"))
    assert seen == ["Bearer old", "Bearer new"]


def test_a_fixed_token_that_is_not_accepted_is_not_tried_again():
    seen = []

    def handler(request):
        seen.append(request)
        return httpx.Response(401)

    assert "token may be wrong or expired" in str(failure_of(handler, timeout=30))
    assert len(seen) == 1


def test_a_provider_that_fails_says_why_without_its_secrets():
    def headers():
        secret = CANARY
        raise ValueError(f"refresh failed for Bearer {secret}")

    async def main():
        credential = Credential.from_provider(headers, source="oauth-m2m")
        await client_for(lambda _: httpx.Response(200), credential).get_endpoint("churn")

    with pytest.raises(ConfigError, match=r"oauth-m2m.*refresh failed for Bearer \*\*\*") as caught:
        asyncio.run(main())
    assert not any(CANARY in text for text in texts(caught.value))


def test_a_blocking_client_can_not_send_unsigned_requests_by_mistake():
    with (
        httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client,
        pytest.raises(RuntimeError, match="AsyncClient only"),
    ):
        client.get("https://w.example.com", auth=BearerAuth(Credential(CANARY)))
