"""The client against the embedded workspace, which shares no code with it."""

import asyncio

import pytest

from serving_widgets.api import errors
from serving_widgets.api.endpoint.actions import ACTIONS, why_not
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.client import Client, Credential
from serving_widgets.mock import MockWorkspace

LABELS = {
    "unity-model-endpoint": "Ready",
    "example-endpoint": "Ready",
    "fraud-detector": "Ready (Updating)",
    "churn": "Ready (Update failed)",
    "pricing": "Not ready (Stopped)",
    "nightly-scores": "Ready",
    "recommender": "Ready",
    "chat": "Ready",
    "databricks-llama": "Ready",
    "user-features": "Ready",
}
CONFIG = {
    "served_entities": [
        {
            "name": "ads-2",
            "entity_name": "myCatalog.mySchema.my-ads-model",
            "entity_version": "1",
            "workload_size": "Small",
            "scale_to_zero_enabled": False,
        }
    ]
}


@pytest.fixture(scope="module")
def running():
    with MockWorkspace(clock="manual") as mock:
        yield mock


@pytest.fixture
def mock(running):
    running.reset()
    return running


@pytest.fixture
def talk(mock, time):
    """Run a function of a client; the client's own pauses take no time."""

    def run(use, user=None):
        async def main():
            token = mock.token_of(user or mock.user_name)
            client = Client(mock.host, Credential(token), clock=time.clock())
            try:
                return await use(client)
            finally:
                await client.aclose()

        return asyncio.run(asyncio.wait_for(main(), 20))

    return run


def writes(mock):
    return [entry["method"] for entry in mock.journal() if entry["method"] not in {"GET", "HEAD"}]


def test_list_and_get_agree_on_kind_and_status_of_every_endpoint(talk):
    async def use(client):
        listed = await client.list_endpoints()
        return [(info, await client.get_endpoint(info.name)) for info in listed]

    pairs = talk(use)
    assert {info.name: status_of(info).label for info, _ in pairs} == LABELS
    for summary, detail in pairs:
        assert (summary.kind, status_of(summary).label) == (detail.kind, status_of(detail).label)
        assert (summary.detailed, detail.detailed) == (False, True)


@pytest.mark.parametrize("user", [None, "vera@example.com"], ids=["manager", "viewer"])
def test_what_is_refused_here_is_refused_there_too(talk, user):
    grant = {Principal("group", "users"): "CAN_VIEW"}
    calls = {
        "stop": lambda client, info: client.stop_endpoint(info.name),
        "start": lambda client, info: client.start_endpoint(info.name),
        "delete": lambda client, info: client.delete_endpoint(info.name),
        "update": lambda client, info: client.update_config(info.name, CONFIG),
        "tags": lambda client, info: client.patch_tags(info.name, {"team": "growth"}),
        "permissions": lambda client, info: client.update_permissions(info.id, grant, name=info.name),
        "query": lambda client, info: client.query_endpoint(info.name, {"inputs": [1]}),
    }
    refused = set()

    async def use(client):
        for info in await client.list_endpoints():
            for action in ACTIONS:
                if why_not(action, info) is not None:
                    with pytest.raises((errors.ApiError, errors.ActionRefused)) as caught:
                        await calls[action](client, info)
                    if isinstance(caught.value, errors.ActionRefused):
                        # No id to send it to, or a token that must not be sent there: the client itself says no.
                        no_id = action == "permissions" and info.id is None
                        assert no_id or (action == "query" and info.route_optimized), (action, info.name)
                    else:
                        assert caught.value.status in {400, 403, 409}, (action, info.name)
                    refused.add(action)

    talk(use, user)
    assert refused == set(ACTIONS)


def test_what_is_allowed_here_is_allowed_there(talk):
    async def use(client):
        for info in await client.list_endpoints():
            if why_not("stop", info) is None:
                info = await client.stop_endpoint(info.name)
            if why_not("start", info) is None:
                info = await client.start_endpoint(info.name)
                assert status_of(info).phase == "updating"
            if why_not("delete", info) is None:
                await client.delete_endpoint(info.name)
        return [info.name for info in await client.list_endpoints()]

    assert talk(use) == ["databricks-llama"]


def test_an_endpoint_goes_through_its_whole_life(talk, mock):
    async def use(client):
        seen = [await client.create_endpoint({"name": "mine", "config": CONFIG})]
        mock.advance(3600)
        seen.append(await client.get_endpoint("mine"))
        seen.append(await client.update_config("mine", CONFIG, before=seen[-1]))
        mock.advance(3600)
        seen.append(await client.stop_endpoint("mine"))
        seen.append(await client.start_endpoint("mine"))
        await client.delete_endpoint("mine")
        with pytest.raises(errors.ResourceDoesNotExist, match="Couldn't read mine"):
            await client.get_endpoint("mine")
        return [status_of(info).label for info in seen]

    assert talk(use) == [
        "Not ready (Updating)",
        "Ready",
        "Ready (Updating)",
        "Not ready (Stopped)",
        "Not ready (Updating)",
    ]
    assert writes(mock) == ["POST", "PUT", "POST", "POST", "DELETE"]


HARM = [{"disconnect": "after"}, {"truncate": 20}, {"malformed": True}, {"truncate": 0}]


@pytest.mark.parametrize("harm", HARM, ids=str)
@pytest.mark.parametrize("action", ["create", "update", "stop", "start", "delete"])
def test_a_write_that_was_done_but_not_answered_is_found_out_and_sent_once(talk, mock, action, harm):
    calls = {
        "create": lambda client: client.create_endpoint({"name": "mine", "config": CONFIG}),
        "update": lambda client: client.update_config("unity-model-endpoint", CONFIG),
        "stop": lambda client: client.stop_endpoint("unity-model-endpoint"),
        "start": lambda client: client.start_endpoint("pricing"),
        "delete": lambda client: client.delete_endpoint("pricing"),
    }
    method = {"update": "PUT", "delete": "DELETE"}.get(action, "POST")
    mock.faults([{"method": method, **harm}])
    info = talk(calls[action])
    assert writes(mock).count(method) == 1
    if action != "delete":
        expected = {"create": "Not ready (Updating)", "update": "Ready (Updating)", "stop": "Not ready (Stopped)"}
        assert status_of(info).label == expected.get(action, "Not ready (Updating)")


def test_a_write_that_was_dropped_is_not_sent_again(talk, mock):
    mock.faults([{"method": "POST", "disconnect": "before"}])
    with pytest.raises(errors.OutcomeUnknown, match="unity-model-endpoint is Ready"):
        talk(lambda client: client.stop_endpoint("unity-model-endpoint"))
    assert writes(mock).count("POST") == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_write_that_was_turned_away_twice_is_done_at_the_third_time(talk, mock, time, status):
    mock.faults([{"method": "POST", "status": status, "count": 2, "retry_after": 3}])
    info = talk(lambda client: client.stop_endpoint("unity-model-endpoint"))
    assert status_of(info).label == "Not ready (Stopped)"
    assert time.slept == [3.0, 3.0]


def test_a_query_to_a_stopped_endpoint_says_what_to_do(talk):
    with pytest.raises(errors.BadRequest, match="Couldn't query pricing") as caught:
        talk(lambda client: client.query_endpoint("pricing", {"inputs": [1]}))
    assert caught.value.status == 400
    with pytest.raises(errors.EndpointNotFound):
        talk(lambda client: client.query_endpoint("nowhere", {"inputs": [1]}))


def test_a_wrong_token_is_told_from_everything_else(mock):
    async def main():
        client = Client(mock.host, Credential("wrong-token"))
        try:
            await client.list_endpoints()
        finally:
            await client.aclose()

    with pytest.raises(errors.ApiError) as caught:
        asyncio.run(main())
    assert caught.value.status in {401, 403}
    assert "token" in caught.value.hint
