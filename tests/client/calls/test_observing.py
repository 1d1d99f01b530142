"""Routes that only read: logs, schema, metrics, who is asking."""

import asyncio

import httpx
import pytest

from serving_widgets.api import errors
from serving_widgets.client import Client, Credential
from serving_widgets.mock import MockWorkspace


@pytest.mark.parametrize(("method", "place"), [("build_logs", "build-logs"), ("server_logs", "logs")])
def test_a_log_is_one_text_of_one_entity(ask, method, place):
    text, service = ask(method, "churn", "m-3", script=[{"logs": "one\ntwo"}])
    assert text == "one\ntwo"
    assert str(service.requests[0].url).endswith(f"/serving-endpoints/churn/served-models/m-3/{place}")
    _, service = ask(method, "churn", "m-3", 4, script=[{"logs": ""}])
    assert str(service.requests[0].url).endswith(f"/m-3/{place}?config_version=4")
    assert service.requests[0].content == b""


@pytest.mark.parametrize("reply", [{}, {"logs": None}, {"logs": ["a"]}])
def test_no_log_is_an_empty_text(ask, reply):
    assert ask("server_logs", "churn", "m-3", script=[reply])[0] == ""


def test_the_document_comes_with_its_bytes(ask):
    reply, service = ask("get_openapi", "churn", script=[{"openapi": "3.1.0"}])
    assert reply.json == {"openapi": "3.1.0"}
    assert b"3.1.0" in reply.raw
    assert service.requests[0].url.path.endswith("/churn/openapi")


def test_metrics_are_asked_for_and_read_as_text(ask):
    answer = httpx.Response(200, text="cpu_usage 1\n# EOF\n", headers={"content-type": "text/plain"})
    text, service = ask("get_metrics", "churn", script=[answer])
    assert text == "cpu_usage 1\n# EOF\n"
    assert service.requests[0].headers["accept"] == "text/plain"
    page = httpx.Response(200, html="<html>Log in</html>")
    assert isinstance(ask("get_metrics", "churn", script=[page])[0], errors.UnreadableReply)


def test_the_service_says_who_is_asking(ask):
    user, service = ask("me", script=[{"userName": "ada@example.com", "groups": [{"display": "admins"}]}])
    assert (user.user_name, user.admin) == ("ada@example.com", True)
    assert service.requests[0].url.path == "/api/2.0/preview/scim/v2/Me"


def test_the_embedded_workspace_answers_every_route_that_reads():
    async def main(mock):
        client = Client(mock.host, Credential(mock.token))
        try:
            info = await client.get_endpoint("unity-model-endpoint")
            entity = info.entities[0].name
            return (
                await client.build_logs(info.name, entity, info.config.config_version),
                await client.server_logs(info.name, entity),
                (await client.get_openapi("example-endpoint")).json["openapi"],
                await client.get_metrics(info.name),
                (await client.me()).user_name,
                (await client.get_permissions(info.id)).managers,
                [level.level for level in await client.get_permission_levels(info.id)],
            )
        finally:
            await client.aclose()

    with MockWorkspace(clock="manual") as mock:
        build, server, version, metrics, name, managers, levels = asyncio.run(main(mock))
    assert "pip" in build
    assert "[INFO]" in server
    assert version.startswith("3.1")
    assert "request_count_total" in metrics
    assert name == "ada@example.com"
    assert "the group admins" in map(str, managers)
    assert levels == ["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"]
