"""Updates change what they name, in entities and traffic, and nothing else."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import serving_widgets as sw
from serving_widgets.api.config.config_merge import shared_out
from serving_widgets.api.config.config_side_by_side import ComparableConfig
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ConfigError
from serving_widgets.workspace.changes.config_update import update_of
from serving_widgets.workspace.changes.request_bodies import config_request


@pytest.fixture
def detector(ws):
    return ws.endpoints.get("fraud-detector").wait()


def info(shares):
    entities = [{"name": name, "entity_name": f"main.ml.{name}", "entity_version": "1"} for name in shares]
    routes = [{"served_model_name": name, "traffic_percentage": share} for name, share in shares.items()]
    config = {"served_entities": entities, "traffic_config": {"routes": routes}}
    return EndpointInfo.read({"name": "ads", "state": {"ready": "READY"}, "config": config})


def shared(info, traffic):
    return update_of(info, config_request(None, {}, traffic=traffic)).body


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
        ({"a": 101}, "101 of a is not a whole percent from 0 to 100"),
        ({"a": -1}, "-1 of a is not a whole percent"),
        ({"a": 2.5}, "2.5 of a is not a whole percent"),
        ({"a": True}, "True of a is not a whole percent"),
        ({"a": 60, "b": 50}, "adds up to 110 %, which is more than 100 %"),
        ({"a": 60, "b": 30}, "adds up to 90 %, and there is no other entity for the rest"),
        ({}, "traffic= names no entity"),
    ],
)
def test_shares_that_cannot_be_are_told_in_words(traffic, words):
    with pytest.raises(ConfigError) as raised:
        shared(info({"a": 90, "b": 10}), traffic)
    assert words in f"{raised.value.message} {raised.value.hint}"


def test_traffic_changes_together_with_a_version(ws, detector):
    detector.update_config(
        entity_name="main.risk.fraud_challenger", entity_version="3", traffic={"fraud_challenger-2": 40}
    )
    (body,) = sent(ws)
    assert shares_of(body) == {"fraud_detector-8": 60, "fraud_challenger-3": 40}


def test_an_update_in_progress_refuses_a_change_of_the_traffic(ws):
    with pytest.raises(sw.ActionRefused, match="update"):
        ws.endpoints.get("fraud-detector").update_config(traffic={"fraud_challenger-2": 30})
    assert sent(ws) == []


# What is not named stays ---------------------------------------------------------------------------------------------


def test_the_version_of_one_entity_leaves_the_other_as_it_is(ws, detector, capsys):
    detector.update_config(entity_name="main.risk.fraud_detector", entity_version="9")
    (body,) = sent(ws)
    assert [(each["name"], each["entity_version"], each["workload_size"]) for each in body["served_entities"]] == [
        ("fraud_detector-9", "9", "Medium"),
        ("fraud_challenger-2", "2", "Small"),
    ]
    assert [each["scale_to_zero_enabled"] for each in body["served_entities"]] == [False, False]
    assert shares_of(body) == {"fraud_detector-9": 90, "fraud_challenger-2": 10}
    shown = capsys.readouterr().out
    assert "fraud_detector-8" in shown
    assert "fraud_detector-9" in shown


def test_which_entity_is_asked_where_it_is_open(ws, detector):
    with pytest.raises(ConfigError, match="serves 2 entities: which one is meant") as raised:
        detector.update_config(entity_version="9")
    assert "fraud_detector-8, fraud_challenger-2" in raised.value.hint
    detector.update_config(entity="fraud_detector-8", entity_version="9")
    assert [each["name"] for each in sent(ws)[-1]["served_entities"]] == ["fraud_detector-9", "fraud_challenger-2"]


def test_another_model_is_served_beside_and_gets_no_traffic_until_it_is_given_some(ws):
    ws.endpoints.get("example-endpoint").update_config(entity_name="main.ml.other", entity_version=1)
    (body,) = sent(ws)
    assert shares_of(body) == {"vanilla_simple_model-2": 100, "other-1": 0}


def test_a_version_is_added_beside_another_one_of_its_model(ws):
    model = "main.examples.vanilla_simple_model"
    ep = ws.endpoints.get("example-endpoint")
    ep.update_config(entity_name=model, entity_version="3", add=True, traffic={"vanilla_simple_model-3": 10})
    (body,) = sent(ws)
    assert shares_of(body) == {"vanilla_simple_model-2": 90, "vanilla_simple_model-3": 10}
    with pytest.raises(ConfigError, match="serves 2 entities: which one"):
        ep.wait().update_config(entity_name=model, entity_version="4")


def test_an_entity_that_is_removed_leaves_its_traffic_to_the_others(ws, detector):
    detector.update_config(remove=["fraud_challenger-2"])
    (body,) = sent(ws)
    assert shares_of(body) == {"fraud_detector-8": 100}
    with pytest.raises(ConfigError, match="at least one entity"):
        detector.wait().update_config(remove=["fraud_detector-8"])


def test_a_configuration_changes_what_it_lists_and_replaces_all_only_when_told(ws, detector):
    listed = {"served_entities": [{"name": "fraud_challenger-2", "workload_size": "Large"}]}
    detector.update_config(listed)
    assert [(each["name"], each["workload_size"]) for each in sent(ws)[-1]["served_entities"]] == [
        ("fraud_detector-8", "Medium"),
        ("fraud_challenger-2", "Large"),
    ]
    whole = {"served_entities": [{"entity_name": "m", "entity_version": "1", "scale_to_zero_enabled": True}]}
    detector.wait().update_config(whole, replace=True)
    assert sent(ws)[-1] == whole


def test_variables_are_added_and_removed_one_by_one(ws):
    ep = ws.endpoints.create(
        "ads", entity_name="main.ml.ads", entity_version="1", environment_vars={"A": "1", "B": "2"}
    )
    ep.wait().update_config(environment_vars={"B": None, "C": "3"})
    assert ep.wait().entities[0].environment_vars == {"A": "1", "C": "3"}


def test_an_entity_can_be_named_once_only(ws, detector):
    with pytest.raises(ConfigError, match="serves fraud_challenger-2 already"):
        detector.update_config(entity_name="main.risk.fraud_challenger", entity_version="2", add=True)


WORDS = st.sampled_from(["Small", "Medium", "Large"])
VARIABLES = st.dictionaries(st.sampled_from("ABC"), st.sampled_from(["1", "{{secrets/a/b}}"]), min_size=1)
VERSIONS = st.builds(lambda version: {"entity_version": str(version)}, st.integers(5, 9))
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "workload_size": WORDS,
        "scale_to_zero_enabled": st.booleans(),
        "environment_vars": st.dictionaries(
            st.sampled_from("ABC"), st.sampled_from(["1", "{{secrets/a/b}}"]), min_size=1
        ),
    },
)


@st.composite
def endpoints(draw):
    """Draw a configuration as an endpoint may have it."""
    entities = []
    for model in draw(st.lists(st.sampled_from("mno"), min_size=1, max_size=4)):
        entity = {"entity_name": f"main.ml.{model}", "entity_version": str(draw(st.integers(1, 4))), **draw(SETTINGS)}
        name = draw(st.sampled_from(["", f"own-{len(entities)}"]))
        entity["name"] = name or f"{model}-{entity['entity_version']}"
        if entity["name"] not in [each["name"] for each in entities]:
            entities.append({"workload_size": "Small", "scale_to_zero_enabled": True, **entity})
    shares = shared_out([draw(st.integers(0, 5)) for _ in entities], 100)
    routes = [
        {"served_entity_name": each["name"], "traffic_percentage": share}
        for each, share in zip(entities, shares, strict=True)
    ]
    capture = {"auto_capture_config": {"catalog_name": "main", "schema_name": "logs", "enabled": True}}
    return {
        "served_entities": entities,
        "traffic_config": {"routes": routes},
        **(capture if draw(st.booleans()) else {}),
    }


def without_variables(body):
    """Return a body with the names of its variables alone: the journal keeps no values of them."""
    entities = [
        {**each, "environment_vars": sorted(each.get("environment_vars", ()))} for each in body["served_entities"]
    ]
    return {**body, "served_entities": entities}


@pytest.fixture(scope="module")
def empty():
    """Return a workspace that is shared by all examples; each has an endpoint of its own."""
    with sw.connect("mock", scenario="empty", name="updates") as opened:
        yield opened


@settings(max_examples=max(25, settings.default.max_examples // 4), deadline=None)
@given(
    endpoints(), SETTINGS.filter(bool) | st.builds(lambda v: {"entity_version": str(v)}, st.integers(5, 9)), st.data()
)
def test_an_update_never_changes_what_was_not_named(empty, config, change, data):
    ep = empty.endpoints.create(f"e{len(empty.mock.journal())}", config, wait=True)
    before = ComparableConfig.read(ep.info.config)
    target = data.draw(st.sampled_from([each["name"] for each in before.entities]))
    planned = ep.plan("update", entity=target, **change)
    ep.update_config(entity=target, **change)
    body = [entry["body"] for entry in empty.mock.journal() if entry["method"] == "PUT"][-1]
    assert without_variables(body) == without_variables(planned.body)
    after = ComparableConfig.read(ep.wait().info.config)
    assert len(after.entities) == len(before.entities)
    for old, new in zip(before.entities, after.entities, strict=True):
        named = change if old["name"] == target else {}
        stays = {key: value for key, value in old.items() if key not in (*named, "name")}
        assert {key: value for key, value in new.items() if key not in (*named, "name")} == stays
        variables = {**old.get("environment_vars", {}), **named.get("environment_vars", {})}
        assert new.get("environment_vars", {}) == variables
        assert after.traffic[new["name"]] == before.traffic[old["name"]]
        assert new["name"] == old["name"] or (old["name"] == target and "entity_version" in change)
    assert after.other == before.other
    empty.endpoints.get(ep.name).delete()
