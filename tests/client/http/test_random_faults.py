"""Random operations under random faults, beside the same operations without any.

Two workspaces go side by side. On the one, requests are turned away, dropped before or after they are done, cut off,
garbled and held up; on the other nothing ever goes wrong, and it is asked for exactly what was done on the first one.
"""

import asyncio
import itertools
import json

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from serving_widgets.api import errors
from serving_widgets.api.permissions.access_control_list import LEVELS, Principal
from serving_widgets.client import Client, Credential
from serving_widgets.mock import MockWorkspace

BUSY = frozenset({429, 500, 502, 503, 504})  # what no workspace of these tests says by itself
TURNED_AWAY = frozenset({429, 503})

NAMES = st.sampled_from(["a", "b"])
BEGINNING = (("create", "a", "1"), ("create", "b", "2"), ("pass",))
KEYS = st.sampled_from(["team", "cost", "stage"])
PRINCIPALS = st.sampled_from(
    [Principal("user", "ben@example.com"), Principal("group", "analysts"), Principal("user", "ada@example.com")]
)
GRANTS = st.dictionaries(PRINCIPALS, st.sampled_from(LEVELS), min_size=1, max_size=3)


def config(version):
    entity = {"entity_name": "main.ml.m", "entity_version": version, "workload_size": "Small"}
    return {"served_entities": [{**entity, "scale_to_zero_enabled": False}]}


async def permissions(client, name, use):
    return await use((await client.get_endpoint(name)).id)


OPERATIONS = {
    "create": lambda client, name, version: client.create_endpoint({"name": name, "config": config(version)}),
    "update": lambda client, name, version: client.update_config(name, config(version)),
    "stop": lambda client, name: client.stop_endpoint(name),
    "start": lambda client, name: client.start_endpoint(name),
    "delete": lambda client, name: client.delete_endpoint(name),
    "tags": lambda client, name, add, delete: client.patch_tags(name, add, sorted(set(delete) - set(add))),
    "grant": lambda client, name, grants: permissions(
        client, name, lambda id: client.update_permissions(id, grants, name=name)
    ),
    "set": lambda client, name, grants: permissions(
        client, name, lambda id: client.set_permissions(id, grants, name=name)
    ),
    "look": lambda client, name: client.get_endpoint(name),
    "list": lambda client, name: client.list_endpoints(),
    "query": lambda client, name: client.query_endpoint(name, {"inputs": [1, 2]}),
}
VERSIONS = st.sampled_from(["1", "2", "3"])
ARGUMENTS = {
    "create": (VERSIONS,),
    "update": (VERSIONS,),
    "tags": (st.dictionaries(KEYS, st.sampled_from(["x", "y", None]), max_size=2), st.lists(KEYS, max_size=2)),
    "grant": (GRANTS,),
    "set": (GRANTS,),
}
STEPS = st.one_of(
    [st.tuples(st.just(action), NAMES, *ARGUMENTS.get(action, ())) for action in OPERATIONS] + [st.just(("pass",))] * 2
)
METHODS = {"update": "PUT", "delete": "DELETE", "tags": "PATCH", "grant": "PATCH", "set": "PUT", "look": "GET"}
LOST = st.one_of(
    st.sampled_from([{"disconnect": "before"}, {"disconnect": "after"}, {"malformed": True}, {"status": 502}]),
    st.fixed_dictionaries({"truncate": st.integers(0, 40)}),
)
TURNED = st.fixed_dictionaries(
    {"status": st.sampled_from(sorted(BUSY))},
    optional={"retry_after": st.sampled_from([0, 3, 400, "Thu, 01 Jan 1970 00:17:00 GMT"])},
)
# Which requests: most often those of the operation itself, else its looks, or both.
FAULTS = st.lists(
    st.builds(
        lambda harm, method, skip, count: {**harm, "method": method, "skip": skip, "count": count},
        st.one_of(LOST, TURNED, st.just({"delay": 0.003})),
        st.sampled_from(["own", "own", "own", "GET", "*"]),
        st.sampled_from([0, 0, 0, 1]),
        st.sampled_from([1, 1, 2, 3, 9]),
    ),
    min_size=1,
    max_size=3,
)


@pytest.fixture(scope="module")
def pair():
    with MockWorkspace("empty", clock="manual") as harmed, MockWorkspace("empty", clock="manual") as spared:
        yield harmed, spared


class Pair:
    """A workspace that is harmed and one that is spared, with a client each."""

    def __init__(self, harmed, spared, clock):
        self.harmed, self.spared = harmed, spared
        self.client, self.calm, self.other = (
            Client(mock.host, Credential(mock.token), clock=clock) for mock in (harmed, harmed, spared)
        )

    async def close(self):
        for client in (self.client, self.calm, self.other):
            await client.aclose()

    async def step(self, step, faults):
        if step == ("pass",):
            for mock in (self.harmed, self.spared):
                mock.advance(3600)
            return
        before = len(self.harmed.journal())
        own = METHODS.get(step[0], "POST")
        self.harmed.faults(
            [{**fault, "method": own if fault["method"] == "own" else fault["method"]} for fault in faults]
        )
        error = await self._do(self.client, step)
        self.harmed.faults([])
        asked = self.harmed.journal()[before:]
        event(f"{step[0]}: {type(error).__name__ if error else 'done'}")
        self._sent_once(asked)
        await self._follow(step, error, harmed=bool(faults))

    async def _follow(self, step, error, *, harmed):
        """Have the spared workspace do what was done on the harmed one, as far as the client knows."""
        if isinstance(error, errors.ApiError) and error.status in BUSY:
            # A plain no; what a gateway says about a write is none, for it does not know what became of it.
            assert error.status in (429, 500, 503) or error.method == "GET" or step[0] == "query", (step, error)
            return
        if isinstance(error, errors.ApiError):
            refused = await self._do(self.other, step)
            assert getattr(refused, "status", None) == error.status, (step, error, refused)
        elif error is None:
            refused = await self._do(self.other, step)
            # Where an answer was lost, what was asked for may have been so before: a deletion of what is not there.
            assert refused is None or harmed, (step, refused)
        else:
            self._says_what_is_unknown(step, error)
            now = await state(self.calm)
            if now != await state(self.other):
                assert await self._do(self.other, step) is None, step
                assert now == await state(self.other), (step, error)

    @staticmethod
    def _says_what_is_unknown(step, error):
        assert isinstance(
            error,
            errors.OutcomeUnknown | errors.UnreadableReply | errors.ConnectionFailed | errors.RequestTimeout,
        ), (step, error)
        assert error.hint
        assert step[0] == "list" or f" {step[1]}" in error.message
        if isinstance(error, errors.OutcomeUnknown):
            assert "its answer was lost" in error.message
            assert "not sent again" in error.message

    @staticmethod
    def _sent_once(asked):
        """A write that may have been done is sent no more, whatever became of its answer."""
        writes = [entry for entry in asked if entry["method"] != "GET"]
        for entry in itertools.islice(reversed(writes), 1, None):
            assert entry["status"] in TURNED_AWAY, [(each["method"], each["path"], each["status"]) for each in writes]
        assert len({(entry["method"], entry["path"], json.dumps(entry["body"])) for entry in writes}) <= 1

    @staticmethod
    async def _do(client, step):
        action, *arguments = step
        try:
            await OPERATIONS[action](client, *arguments)
        except errors.ServingError as error:
            return error


async def state(client):
    """All that a workspace says about its endpoints."""
    found = {}
    for info in await client.list_endpoints():
        whole = await client.get_endpoint(info.name)
        found[info.name] = (info.raw, whole.raw, (await client.get_permissions(whole.id)).raw)
    return without_hosts(found)


def without_hosts(value):
    return json.loads(json.dumps(value, sort_keys=True, default=dict).replace("127.0.0.1", "host"))


@settings(
    max_examples=max(20, settings.default.max_examples * 6 // 10)
    if settings.default.max_examples < 1000
    else settings.default.max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.lists(st.tuples(STEPS, st.just([]) | FAULTS), min_size=1, max_size=8))
def test_whatever_goes_wrong_the_workspace_is_as_if_it_had_not_or_the_caller_knows_what_is_unknown(pair, time, steps):
    async def main():
        harmed, spared = pair
        for mock in pair:
            mock.reset()
        both = Pair(harmed, spared, type(time)().clock(jitter=0.5))
        try:
            for step in BEGINNING:
                await both.step(step, [])
            for step, faults in steps:
                await both.step(step, faults)
            assert await state(both.calm) == await state(both.other)
        finally:
            await both.close()

    asyncio.run(main())


def test_the_operations_reach_every_write(pair):
    """Without faults, each operation has a place in a life where it succeeds."""
    life = [
        ("create", "a", "1"),
        ("tags", "a", {"team": "x"}, []),
        ("grant", "a", {Principal("group", "analysts"): "CAN_VIEW"}),
        ("set", "a", {Principal("user", "ada@example.com"): "CAN_MANAGE"}),
        ("pass",),
        ("query", "a"),
        ("update", "a", "2"),
        ("pass",),
        ("stop", "a"),
        ("start", "a"),
        ("look", "a"),
        ("list", "a"),
        ("delete", "a"),
    ]

    async def main():
        harmed, _ = pair
        harmed.reset()
        client = Client(harmed.host, Credential(harmed.token))
        for step in life:
            if step == ("pass",):
                harmed.advance(3600)
            else:
                assert await Pair._do(client, step) is None, step
        await client.aclose()

    asyncio.run(main())
    assert {step[0] for step in life} == {"pass", *OPERATIONS}
