"""Route-optimized endpoints: asked at their own address, with a token made for one of them."""

import asyncio
import gc
import json
from urllib.parse import parse_qs

import httpx
import pytest
import virtual_time

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client import Client, Credential
from serving_widgets.client.query_plane import route_optimized
from serving_widgets.mock import MockWorkspace

HOST = "https://workspace.example.com"
OWN = "https://0a1b.serving.example.com/77/serving-endpoints/fast/invocations"
JWT = "eyJhbGciOiJub25lIn0.e30.canary0123456789"
PAT = "dapi0123456789abcdef"
DETAILS = json.dumps([{"type": "workspace_permission", "object_path": "/serving-endpoints/0a1b"}])


def fast(url=OWN, details=DETAILS):
    return EndpointInfo.read(
        {
            "name": "fast",
            "state": {"ready": "READY"},
            "route_optimized": True,
            "endpoint_url": url,
            "data_plane_info": {"query_info": {"endpoint_url": url, "authorization_details": details}},
        }
    )


class Service:
    """A workspace that gives tokens, and the endpoint's own address, which takes the newest of them."""

    def __init__(self, *, lifetime=3600, token=None, answer=None):
        self.requests = []
        self.given = 0
        self.lifetime = lifetime
        self.token = token
        self.answer = answer or (lambda request: {"predictions": [1]})

    def __call__(self, request):
        self.requests.append((request.method, str(request.url), request.headers.get("Authorization"), request.content))
        if request.url.path == "/oidc/v1/token":
            self.given += 1
            said = self.token or {"access_token": f"narrow-{self.given}", "expires_in": self.lifetime}
            return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)
        if request.method == "GET":
            return httpx.Response(200, json=fast().raw)
        said = self.answer(request)
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)

    @property
    def seen(self):
        return [(method, url.split("?")[0]) for method, url, _, _ in self.requests]

    def queries(self):
        return [each for each in self.requests if each[1].endswith("/invocations")]


def run(service, use, credential=None):
    async def main():
        client = Client(HOST, credential or Credential(JWT), transport=httpx.MockTransport(service))
        try:
            return await use(client)
        except errors.ServingError as error:
            return error
        finally:
            await client.aclose()

    return asyncio.run(asyncio.wait_for(main(), 10))


def ask(client, info=None, **more):
    return client.query_endpoint("fast", {"inputs": [1]}, info=info or fast(), **more)


def test_a_token_for_the_endpoint_is_asked_of_the_workspace_and_sent_to_the_endpoint_alone():
    service = Service()
    reply = run(service, ask)
    assert reply.json == {"predictions": [1]}
    assert service.seen == [("POST", f"{HOST}/oidc/v1/token"), ("POST", OWN)]
    _, _, signed, body = service.requests[0]
    assert signed is None
    assert parse_qs(body.decode()) == {
        "grant_type": ["urn:ietf:params:oauth:grant-type:jwt-bearer"],
        "authorization_details": [DETAILS],
        "assertion": [JWT],
    }
    assert service.requests[1][2] == "Bearer narrow-1"


def test_the_token_is_used_again_until_shortly_before_its_end():
    async def three(client):
        for _ in range(3):
            await ask(client)

    service = Service()
    run(service, three)
    assert service.given == 1
    short = Service(lifetime=0)
    run(short, three)
    assert short.given == 3


def test_many_who_ask_at_once_share_one_token():
    service = Service()
    run(service, lambda client: asyncio.gather(*(ask(client) for _ in range(8))))
    assert (service.given, len(service.queries())) == (1, 8)


def test_a_token_that_was_taken_back_is_replaced_once():
    refused = httpx.Response(401, json={"error_code": "UNAUTHENTICATED", "message": "Token revoked."})
    service = Service(answer=lambda r: refused if r.headers["Authorization"] == "Bearer narrow-1" else {})
    assert run(service, ask).json == {}
    assert service.given == 2
    always = Service(answer=lambda _: refused)
    assert isinstance(run(always, ask), errors.Unauthenticated)
    assert (always.given, len(always.queries())) == (2, 2)


@pytest.mark.parametrize(
    "credential",
    [
        lambda: Credential(PAT),
        lambda: Credential("anything-that-is-no-jwt"),
        lambda: Credential.from_provider(lambda: {"Authorization": f"Bearer {PAT}"}),
        lambda: Credential.from_provider(lambda: {"Authorization": "Bearer opaque"}, source="pat"),
    ],
)
def test_a_personal_access_token_is_refused_before_anything_is_sent(credential):
    service = Service()
    error = run(service, ask, credential())
    assert isinstance(error, errors.ActionRefused)
    assert "fast is route-optimized, and such endpoints take OAuth tokens only" in error.message
    assert "DATABRICKS_CLIENT_ID" in error.hint
    assert (error.code, error.endpoint) == ("oauth_needed", "fast")
    assert service.requests == []


def test_a_token_that_only_the_token_service_knows_to_be_personal_has_the_same_end():
    no = httpx.Response(400, json={"error": "invalid_grant", "error_description": "A personal token."})
    service = Service(token=no)
    error = run(service, ask, Credential.from_provider(lambda: {"Authorization": "Bearer opaque"}))
    assert (error.code, service.queries()) == ("oauth_needed", [])


def test_another_no_of_the_token_service_is_told_in_its_own_words():
    no = httpx.Response(
        403, json={"error": "access_denied", "error_description": f"Not you, {JWT}."}, headers={"x-request-id": "r1"}
    )
    error = run(Service(token=no), ask)
    assert isinstance(error, errors.PermissionDenied)
    assert "Couldn't query fast (a token for it): Not you, ***. (403 access_denied, request r1)" in error.message


@pytest.mark.parametrize("said", [httpx.Response(200, text="<html>"), {"token": 1}])
def test_a_token_service_that_gives_none_is_told(said):
    assert isinstance(run(Service(token=said), ask), errors.UnreadableReply)


def test_a_token_service_that_turns_away_is_asked_again():
    busy = [httpx.Response(503)]

    class Busy(Service):
        def __call__(self, request):
            return busy.pop() if busy and request.url.path == "/oidc/v1/token" else super().__call__(request)

    async def use(client):
        return await ask(client, timeout=20)

    assert run(Busy(), use).json == {"predictions": [1]}


@pytest.mark.parametrize(
    "url",
    [
        "http://serving.example.com/x/invocations",
        "ftp://serving.example.com/x",
        "https://someone@serving.example.com/x",
        "//",
    ],
)
def test_a_token_goes_to_no_address_that_would_give_it_away(url):
    service = Service()
    error = run(service, lambda client: ask(client, fast(url)))
    assert isinstance(error, errors.ActionRefused)
    assert error.code == "no_address"
    assert service.requests == []


def test_an_endpoint_that_moved_gets_a_token_of_its_own():
    elsewhere = OWN.replace("0a1b", "9f9f")

    async def use(client):
        await ask(client)
        await ask(client, fast(elsewhere))

    service = Service()
    run(service, use)
    assert [url for _, url, _, _ in service.queries()] == [OWN, elsewhere]
    assert service.given == 2


def test_an_entity_is_asked_below_the_same_address():
    service = Service()
    run(service, lambda client: ask(client, entity="m-1"))
    assert service.queries()[0][1] == OWN.replace("/invocations", "/served-models/m-1/invocations")


def test_an_endpoint_that_nobody_has_seen_is_looked_at_first_and_once():
    async def use(client):
        for _ in range(2):
            await client.query_endpoint("fast", {"inputs": [1]})

    service = Service()
    run(service, use)
    assert [method for method, _ in service.seen] == ["GET", "POST", "POST", "POST"]
    assert all(url == OWN for _, url, _, _ in service.queries())


def test_a_first_look_that_nobody_answers_holds_up_no_query_for_longer_than_it_has():
    async def service(request):
        if request.method == "GET":
            await asyncio.Event().wait()
        return httpx.Response(200, json={"predictions": [1]})

    async def main():
        client = Client(HOST, Credential(JWT), transport=httpx.MockTransport(service), clock=virtual_time.clock())
        began = asyncio.get_running_loop().time()
        names = [f"slow-{number}" for number in range(8)]
        replies = await asyncio.gather(*(client.query_endpoint(name, "{}", timeout=0.8) for name in names))
        assert [reply.json for reply in replies] == [{"predictions": [1]}] * 8
        assert asyncio.get_running_loop().time() - began < 0.8

    virtual_time.run(main())


def test_a_token_that_does_not_come_holds_up_nobody_for_longer_than_he_has():
    async def never(request):
        await asyncio.Event().wait()

    async def main():
        client = Client(HOST, Credential(JWT), transport=httpx.MockTransport(never), clock=virtual_time.clock())
        patient = asyncio.create_task(ask(client, timeout=30))
        await asyncio.sleep(0.05)
        with pytest.raises(errors.RequestTimeout, match="a token for it"):
            await ask(client, timeout=0.2)
        patient.cancel()

    virtual_time.run(main())


def test_a_summary_that_does_not_name_the_address_is_looked_at_closer():
    summary = EndpointInfo.read({"name": "fast", "route_optimized": True})
    service = Service()
    assert run(service, lambda client: ask(client, summary)).json == {"predictions": [1]}
    assert service.seen[0][0] == "GET"


def test_no_object_shows_the_narrow_token():
    service = Service(token={"access_token": "narrow-canary-0123456789", "expires_in": 3600})

    async def use(client):
        await ask(client)
        endpoint = client._optimized_routes._optimized_routes["fast"]
        token = endpoint._token
        assert isinstance(token, route_optimized.ScopedToken)
        assert "canary" not in repr(token) + repr(vars(endpoint)) + repr(client)
        with pytest.raises(TypeError):
            token.__reduce_ex__(4)
        gc.collect()
        return [
            each
            for each in gc.get_objects()
            # isinstance() would ask each object for its class, and have modules imported that others load lazily.
            if type(each) is httpx.Request and "canary" in repr(each.headers.multi_items())
        ]

    assert run(service, use) == []


@pytest.fixture(scope="module")
def mock():
    with MockWorkspace(clock="manual") as running:
        yield running


def logged_in(mock):
    """An OAuth login of the workspace's service principal."""
    client = mock.connection()["clients"][0]

    def headers():
        answer = httpx.post(
            f"{mock.host}/oidc/v1/token",
            data={"grant_type": "client_credentials", "scope": "all-apis"},
            auth=(client["client_id"], client["client_secret"]),
        )
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return Credential.from_provider(headers, source="oauth-m2m")


def on(mock, credential, use):
    async def main():
        client = Client(mock.host, credential)
        try:
            return await use(client)
        except errors.ServingError as error:
            return error
        finally:
            await client.aclose()

    return asyncio.run(asyncio.wait_for(main(), 20))


BODY = {"dataframe_split": {"columns": ["user_id"], "data": [[7]]}}


def test_the_embedded_workspace_answers_at_the_endpoints_own_address(mock):
    async def use(client):
        await client.list_endpoints()
        return await client.query_endpoint("recommender", BODY)

    mock.reset()
    reply = on(mock, logged_in(mock), use)
    assert "predictions" in reply.json
    paths = [(entry["method"], entry["path"]) for entry in mock.journal() if entry["method"] == "POST"]
    assert [path for _, path in paths][-1].startswith("/route-optimized/")
    assert ("POST", "/serving-endpoints/recommender/invocations") not in paths


def test_a_personal_access_token_gets_the_reason_there_too(mock):
    mock.reset()
    error = on(mock, Credential(mock.token), lambda client: client.query_endpoint("recommender", BODY))
    assert isinstance(error, errors.ActionRefused)
    assert error.code == "oauth_needed"
    assert [entry["method"] for entry in mock.journal()] == ["GET"]
