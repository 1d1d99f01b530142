"""A 403 says which level is missing and who can grant it, as far as the service tells, and within two seconds."""

import asyncio

import httpx
import pytest

from serving_widgets.api import errors
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.client import Client, Credential
from serving_widgets.client.calls import permission_hints

ID = "0a1b"
DENIED = httpx.Response(403, json={"error_code": "PERMISSION_DENIED", "message": "No."}, headers={"x-request-id": "r1"})


def endpoint(level="CAN_VIEW", **more):
    return {"name": "churn", "id": ID, "creator": "ada@example.com", "permission_level": level, "state": {}, **more}


def acl(*managers):
    return {
        "access_control_list": [
            {
                "user_name" if "@" in name else "group_name": name,
                "all_permissions": [{"permission_level": "CAN_MANAGE"}],
            }
            for name in managers
        ]
    }


class Service:
    """Denies every write and query; gets and lists are answered as told."""

    def __init__(self, shown=None, permissions=DENIED):
        self.shown = endpoint() if shown is None else shown
        self.permissions = permissions
        self.reads = []

    async def __call__(self, request):
        if request.method != "GET":
            return DENIED
        path = request.url.path
        self.reads.append(path)
        said = self.permissions if "/permissions/" in path else self.shown
        if path.endswith("/serving-endpoints"):
            said = {"endpoints": [self.shown]}
        if callable(said):
            said = await said()
        return said if isinstance(said, httpx.Response) else httpx.Response(200, json=said)


def denied(service, use, *, seen):
    """Return the error of a call, and what was read on the way to it; ``seen``: after a list."""

    async def main():
        client = Client("https://w.example.com", Credential("t0ken-0123456789"), transport=httpx.MockTransport(service))
        if seen:
            await client.list_endpoints()
            service.reads.clear()
        with pytest.raises(errors.PermissionDenied) as caught:
            await use(client)
        return caught.value

    return asyncio.run(asyncio.wait_for(main(), 10))


def stop(client):
    return client.stop_endpoint("churn")


def test_the_missing_level_and_those_who_can_grant_it_are_named():
    service = Service(permissions=acl("ada@example.com", "admins"))
    error = denied(service, stop, seen=True)
    assert error.hint == ("You have CAN_VIEW; CAN_MANAGE is needed. ada@example.com and the group admins manage it.")
    assert (error.have, error.needed) == ("CAN_VIEW", "CAN_MANAGE")
    assert error.managers == ("ada@example.com", "the group admins")
    assert "Couldn't stop churn: No. (403 PERMISSION_DENIED, request r1)" in error.message
    assert service.reads == [f"/api/2.0/permissions/serving-endpoints/{ID}"]


@pytest.mark.parametrize(
    ("managers", "said"),
    [
        (["ada@example.com"], "ada@example.com manages it."),
        (["admins"], "The group admins manage it."),
        ([f"{name}@example.com" for name in "abcdef"], "d@example.com and 2 others manage it."),
    ],
)
def test_few_managers_are_named_and_many_counted(managers, said):
    assert denied(Service(permissions=acl(*managers)), stop, seen=True).hint.endswith(said)


def test_where_the_list_can_not_be_read_the_creator_is_one_to_ask():
    service = Service()
    error = denied(service, stop, seen=True)
    assert error.hint == (
        "You have CAN_VIEW; CAN_MANAGE is needed. Ask ada@example.com, who created it, or a workspace administrator."
    )
    assert error.managers == ()
    assert len(service.reads) == 1


def test_an_endpoint_that_was_not_seen_before_costs_one_look():
    service = Service()
    error = denied(service, stop, seen=False)
    assert error.hint.startswith("You have CAN_VIEW; CAN_MANAGE is needed. Ask ada@example.com")
    assert service.reads == ["/api/2.0/serving-endpoints/churn"]


def test_where_only_the_id_is_known_the_list_tells_who_can_grant():
    def use(client):
        return client.update_permissions(ID, {Principal("group", "g"): "CAN_VIEW"})

    service = Service(permissions=acl("ada@example.com"))
    error = denied(service, use, seen=False)
    assert error.hint == "CAN_MANAGE on the endpoint is needed. ada@example.com manages it."
    assert len(service.reads) == 1


@pytest.mark.parametrize(
    ("use", "needed"),
    [
        (lambda client: client.query_endpoint("churn", "{}"), "CAN_QUERY"),
        (lambda client: client.patch_tags("churn", {"a": "b"}), "CAN_MANAGE"),
        (lambda client: client.update_permissions(ID, {Principal("group", "g"): "CAN_VIEW"}), "CAN_MANAGE"),
        (lambda client: client.update_config("churn", {}, before=EndpointInfo.read(endpoint())), "CAN_MANAGE"),
    ],
)
def test_each_action_names_the_level_that_it_takes(use, needed):
    error = denied(Service(), use, seen=True)
    assert error.needed == needed
    assert f"You have CAN_VIEW; {needed} is needed." in error.hint


def test_a_level_that_is_enough_is_not_said_to_be_missing():
    error = denied(Service(shown=endpoint("CAN_MANAGE")), stop, seen=True)
    assert error.hint == "You have CAN_MANAGE on churn, which is enough: the token may be limited to other things."


def test_a_level_that_was_seen_long_ago_is_not_believed_to_be_enough():
    service = Service(shown=endpoint("CAN_MANAGE"))

    async def after_a_change(client):
        service.shown = endpoint("CAN_QUERY")
        await stop(client)

    assert denied(service, after_a_change, seen=True).hint.startswith("You have CAN_QUERY; CAN_MANAGE is needed.")


@pytest.mark.parametrize(
    "shown", [httpx.Response(500), httpx.Response(200, text="<html>"), endpoint(None, creator=None)]
)
def test_nothing_that_goes_wrong_on_the_way_hides_the_error(shown):
    error = denied(Service(shown=shown), stop, seen=False)
    assert error.hint == "CAN_MANAGE on churn is needed. Ask someone who manages churn, or a workspace administrator."


def test_the_error_waits_for_no_slow_list(monkeypatch):
    monkeypatch.setattr(permission_hints, "PATIENCE", 0.05)

    async def never():
        await asyncio.Event().wait()

    error = denied(Service(permissions=never), stop, seen=True)
    assert "CAN_MANAGE is needed" in error.hint
    assert permission_hints.PATIENCE <= 2


def test_a_read_that_is_denied_costs_no_further_read():
    service = Service(shown=DENIED)
    error = denied(service, lambda client: client.get_endpoint("churn"), seen=False)
    assert len(service.reads) == 1
    assert error.hint


def test_where_the_token_is_refused_no_level_is_named():
    async def refusing(request):
        return httpx.Response(403, json={"error_code": "403", "message": "Invalid access token."})

    error = denied(refusing, stop, seen=False)
    assert "Create a new one" in error.hint
