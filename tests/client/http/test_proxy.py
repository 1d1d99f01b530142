"""A workspace in a process of its own, behind a proxy that cuts connections, holds them up, delivers half of them."""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections import Counter

import httpx
import pytest
from cutting_proxy import CuttingProxy, Harm

from serving_widgets.api import errors
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.permissions.access_control_list import Principal
from serving_widgets.client import Client, Credential
from serving_widgets.client.http.timing import HostClock

CONFIG = {
    "served_entities": [
        {"entity_name": "main.ml.m", "entity_version": "1", "workload_size": "Small", "scale_to_zero_enabled": False}
    ]
}


class Workspace:
    """What the connection file says, and a way to steer that goes past the proxy."""

    def __init__(self, connection):
        self.host = connection["host"]
        self.port = int(self.host.rsplit(":", 1)[1])
        self.token = connection["users"][0]["token"]

    def steer(self, method, what, body=None):
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.request(method, f"{self.host}/_mock/{what}", json=body, headers=headers, trust_env=False).json()

    def writes(self):
        return [entry for entry in self.steer("GET", "journal") if entry["method"] not in {"GET", "HEAD"}]

    def sent(self):
        return [(entry["method"], entry["path"].rsplit("/", 1)[-1]) for entry in self.writes()]


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    file = tmp_path_factory.mktemp("mock") / "connection.json"
    command = [sys.executable, "-m", "serving_widgets.cli", "mock", "--clock", "manual", "--connection-file", str(file)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as running:
        try:
            limit = time.monotonic() + 30
            while not file.exists() and running.poll() is None and time.monotonic() < limit:
                time.sleep(0.02)
            yield Workspace(json.loads(file.read_text()))
        finally:
            running.terminate()


@pytest.fixture
def workspace(process):
    process.steer("POST", "reset")
    return process


async def soon(seconds):
    await asyncio.sleep(0)


async def became(condition):
    """Wait, for two seconds at most, until a condition holds."""
    for _ in range(200):
        if condition():
            return True
        await asyncio.sleep(0.01)
    return False


def through(workspace, plan, use):
    """Run a call through the proxy; an error is returned like a result."""

    async def main():
        async with CuttingProxy(workspace.port, plan) as proxy:
            client = Client(proxy.host, Credential(workspace.token), clock=HostClock(sleep=soon))
            try:
                return await use(client, proxy), proxy
            except errors.ServingError as error:
                return error, proxy
            finally:
                await client.aclose()

    return asyncio.run(asyncio.wait_for(main(), 60))


def first(harm, count=1):
    return lambda number: harm if number < count else None


@pytest.mark.parametrize(
    "harm", [Harm(refuse=True), Harm(up=20), Harm(swallow=True), Harm(down=200), Harm(down=15)], ids=str
)
def test_a_list_comes_through_whatever_happens_to_the_first_connection(workspace, harm):
    infos, proxy = through(workspace, first(harm), lambda client, _: client.list_endpoints())
    assert len(infos) == 10
    assert (proxy.connections, proxy.cuts) == (2, 1)


@pytest.mark.parametrize("harm", [Harm(swallow=True), Harm(down=40), Harm(down=400)], ids=str)
def test_a_stop_that_was_done_behind_a_cut_is_found_done_and_sent_once(workspace, harm):
    info, proxy = through(workspace, first(harm), lambda client, _: client.stop_endpoint("unity-model-endpoint"))
    assert status_of(info).label == "Not ready (Stopped)"
    assert workspace.sent() == [("POST", "config:stop")]
    assert proxy.cuts == 1


@pytest.mark.parametrize("harm", [Harm(up=0), Harm(up=60)], ids=str)
def test_a_stop_of_which_half_arrived_is_neither_done_nor_sent_again(workspace, harm):
    error, _ = through(workspace, first(harm), lambda client, _: client.stop_endpoint("unity-model-endpoint"))
    assert isinstance(error, errors.OutcomeUnknown)
    assert "unity-model-endpoint is Ready" in error.message
    assert workspace.sent() == []


def test_tags_and_grants_behind_a_cut_are_found_done(workspace):
    name, grant = "unity-model-endpoint", {Principal("group", "analysts"): "CAN_QUERY"}
    info, _ = through(workspace, lambda _: None, lambda client, _: client.get_endpoint(name))
    cut = first(Harm(swallow=True))
    tags, _ = through(workspace, cut, lambda client, _: client.patch_tags(name, {"proxy": "cut"}))
    acl, _ = through(workspace, cut, lambda client, _: client.update_permissions(info.id, grant))
    assert ("proxy", "cut") in [(tag.key, tag.value) for tag in tags]
    assert acl.direct[Principal("group", "analysts")] == "CAN_QUERY"
    assert [method for method, _ in workspace.sent()] == ["PATCH", "PATCH"]


def test_a_slow_line_takes_its_time_but_no_more_than_the_caller_has(workspace):
    infos, _ = through(workspace, lambda _: Harm(delay=0.05), lambda client, _: client.list_endpoints(timeout=10))
    assert len(infos) == 10
    began = time.monotonic()
    error, _ = through(workspace, lambda _: Harm(delay=60.0), lambda client, _: client.list_endpoints(timeout=0.4))
    assert isinstance(error, errors.RequestTimeout)
    assert time.monotonic() - began < 30


def test_a_cancelled_call_leaves_no_connection_behind(workspace):
    async def use(client, proxy):
        task = asyncio.create_task(client.list_endpoints())
        await became(lambda: proxy.open)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return await became(lambda: not proxy.open)

    assert through(workspace, lambda _: Harm(delay=30.0), use)[0]


def test_a_life_on_a_line_that_keeps_breaking_ends_where_it_should(workspace):
    """Every connection breaks sooner or later; what is said to be done was done, and all was sent once."""
    chance = random.Random(7)

    def plan(number):
        return chance.choice([Harm(up=chance.randrange(4000)), Harm(down=chance.randrange(8000)), Harm(swallow=True)])

    async def life(client, proxy):
        unknown = set()
        for name in [f"mine-{number}" for number in range(12)]:
            for step in (
                client.create_endpoint({"name": name, "config": CONFIG}),
                client.patch_tags(name, {"team": "proxy"}),
                client.delete_endpoint(name),
            ):
                try:
                    await step
                except (errors.OutcomeUnknown, errors.ResourceDoesNotExist):
                    unknown.add(name)
        proxy.plan = lambda _: None
        return unknown, {info.name for info in await client.list_endpoints()}

    (unknown, names), proxy = through(workspace, plan, life)
    assert proxy.cuts > 10
    assert {name for name in names if name.startswith("mine-")} <= unknown
    assert 0 < len(unknown) < 12
    sent = Counter((entry["method"], entry["path"], str(entry["body"])) for entry in workspace.writes())
    assert set(sent.values()) == {1}
