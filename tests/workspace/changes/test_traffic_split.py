"""Changing the traffic alone: shares of what is named, the rest in proportion, entities as they are."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.changes.traffic_split import shared


@pytest.fixture
def detector(ws):
    return ws.endpoints.get("fraud-detector").wait()


def info(shares):
    entities = [{"name": name, "entity_name": f"main.ml.{name}", "entity_version": "1"} for name in shares]
    routes = [{"served_model_name": name, "traffic_percentage": share} for name, share in shares.items()]
    config = {"served_entities": entities, "traffic_config": {"routes": routes}}
    return EndpointInfo.read({"name": "ads", "state": {"ready": "READY"}, "config": config})


def shares_of(body):
    return {each["served_entity_name"]: each["traffic_percentage"] for each in body["traffic_config"]["routes"]}


def sent(ws):
    return [entry["body"] for entry in ws.mock.journal() if entry["method"] == "PUT"]


def test_the_traffic_changes_and_the_entities_stay(ws, detector):
    before = ComparableConfig.read(detector.info.config)
    assert detector.update_config(traffic={"fraud_challenger-2": 30}).wait().label == "Ready"
    after = ComparableConfig.read(detector.info.config)
    assert after.entities == before.entities
    assert after.traffic["fraud_challenger-2"] == 30
    assert sum(after.traffic.values()) == 100
    assert len(sent(ws)) == 1


def test_the_awaitable_twin_and_a_dry_run_make_the_same_request(ws, detector, capsys):
    assert detector.update_config(traffic={"fraud_challenger-2": 30}, dry_run=True) is detector
    shown = capsys.readouterr().out
    asyncio.run(detector.aio.update_config(traffic={"fraud_challenger-2": 30}, dry_run=True))
    assert capsys.readouterr().out == shown
    assert '"traffic_percentage": 30' in shown
    assert sent(ws) == []
    asyncio.run(detector.aio.update_config(traffic={"fraud_challenger-2": 30}))
    (body,) = sent(ws)
    assert shares_of(body)["fraud_challenger-2"] == 30


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 100), min_size=2), st.data(), st.integers(0, 100))
def test_what_is_named_gets_its_share_and_the_others_keep_their_proportions(before, data, percent):
    name = data.draw(st.sampled_from(sorted(before)))
    after = shares_of(shared(info(before), {name: percent}))
    assert sum(after.values()) == 100
    assert after[name] == percent
    others = {each: share for each, share in before.items() if each != name}
    whole = sum(others.values())
    for each, share in others.items():
        exact = (100 - percent) * (share / whole if whole else 1 / len(others))
        assert abs(after[each] - exact) < 1


@pytest.mark.parametrize(
    ("traffic", "words"),
    [
        ({"c": 30}, "ads has no served entity 'c'. It has a, b."),
        ({"a": 101}, "101 of a is no whole percent from 0 to 100"),
        ({"a": -1}, "-1 of a is no whole percent"),
        ({"a": 2.5}, "2.5 of a is no whole percent"),
        ({"a": True}, "True of a is no whole percent"),
        ({"a": 60, "b": 50}, "sums to 110 %, which is more than 100 %"),
        ({"a": 60, "b": 30}, "sums to 90 %, and there is no other entity for the rest"),
        ({}, "traffic= names no entity"),
    ],
)
def test_shares_that_cannot_be_are_told_in_words(traffic, words):
    with pytest.raises(ConfigError) as raised:
        shared(info({"a": 90, "b": 10}), traffic)
    assert words in f"{raised.value.message} {raised.value.hint}"


@pytest.mark.parametrize("other", [{"config": {}}, {"entity_version": "4"}])
def test_the_traffic_alone_is_what_traffic_changes(ws, detector, other):
    with pytest.raises(ConfigError, match=f"Both traffic= and {next(iter(other))}= are given"):
        detector.update_config(traffic={"fraud_challenger-2": 30}, **other)
    assert sent(ws) == []


def test_an_update_in_progress_refuses_a_change_of_the_traffic(ws):
    with pytest.raises(sw.ActionRefused, match="update"):
        ws.endpoints.get("fraud-detector").update_config(traffic={"fraud_challenger-2": 30})
    assert sent(ws) == []
