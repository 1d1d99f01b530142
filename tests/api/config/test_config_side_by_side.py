"""Two configurations beside each other, and the budget policy in words."""

import json

import pytest

from serving_widgets.api.config.config_side_by_side import ComparableConfig, compare_configs, match_entities
from serving_widgets.api.endpoint.budget import budget_of
from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo


def entity(name, model="main.ml.m", version="1", **more):
    return {"name": name, "entity_name": model, "entity_version": version, **more}


def plain(*entities, **traffic):
    return ComparableConfig(tuple(entities), traffic)


def differences(left, right):
    return [
        (group.left, group.right, line.field, line.left, line.right)
        for group in compare_configs(left, right)
        for line in group.lines
        if line.changed
    ]


def test_a_configuration_beside_itself_differs_in_nothing():
    one = plain(entity("a"), entity("b", model="main.ml.o", scale_to_zero_enabled=True), a=90, b=10)
    assert differences(one, one) == []
    assert not any(group.changed for group in compare_configs(one, one))


def test_a_new_version_stands_beside_the_one_that_it_replaces():
    found = differences(plain(entity("m-1"), **{"m-1": 100}), plain(entity("m-2", version="2"), **{"m-2": 100}))
    assert found == [("m-1", "m-2", "Version", "1", "2")]


def test_what_is_on_one_side_alone_is_told_setting_by_setting():
    found = differences(plain(entity("a"), a=100), plain(entity("a"), entity("b", model="main.ml.o"), a=80, b=20))
    assert found == [
        ("a", "a", "Traffic", "100 %", "80 %"),
        (None, "b", "Model", None, "main.ml.o"),
        (None, "b", "Version", None, "1"),
        (None, "b", "Traffic", None, "20 %"),
    ]


def test_names_go_before_models_when_it_is_said_who_is_who():
    old, new = (
        [entity("a", version="1"), entity("b", version="2")],
        [entity("b", version="3"), entity("c", version="4")],
    )
    pairs = [(one and one["name"], other and other["name"]) for one, other in match_entities(old, new)]
    assert pairs == [("b", "b"), ("a", "c")]


def test_secrets_show_as_hidden_and_a_changed_one_as_changed():
    one = plain(entity("a", environment_vars={"KEY": "canary-1", "SAME": "canary-2"}), a=100)
    other = plain(
        entity("a", environment_vars={"KEY": "canary-3", "SAME": "canary-2", "REF": "{{secrets/s/k}}"}), a=100
    )
    assert differences(one, other) == [
        ("a", "a", "Variable KEY", "•••", "••• (another value)"),
        ("a", "a", "Variable REF", None, "{{secrets/s/k}}"),
    ]
    assert "canary" not in json.dumps([str(group) for group in compare_configs(one, other)])


def test_a_configuration_is_read_without_states_and_with_every_share():
    config = EndpointConfig.read(
        {
            "config_version": 7,
            "served_entities": [{**entity("a"), "state": {"deployment": "DEPLOYMENT_READY"}}, entity("b", version="2")],
            "traffic_config": {"routes": [{"served_model_name": "a", "traffic_percentage": "100"}]},
        }
    )
    read = ComparableConfig.read(config)
    assert read == plain(entity("a"), entity("b", version="2"), a=100, b=0)
    assert read.version == 7
    assert read.body()["traffic_config"]["routes"][1] == {"served_entity_name": "b", "traffic_percentage": 0}


def test_an_entity_alone_has_all_the_traffic_even_where_nobody_said_so():
    assert ComparableConfig.read(EndpointConfig.read({"served_entities": [entity("a")]})).traffic == {"a": 100}


@pytest.mark.parametrize(
    ("raw", "policy", "said"),
    [
        ({"effective_budget_policy_id": "c41b"}, "c41b", "or set on its page since: the service does not tell which"),
        ({"usage_policy_id": "c41b"}, "c41b", "or set on its page since: the service does not tell which"),
        ({"endpoint_type": "UC_MODEL"}, None, "None was set or assigned when"),
        ({"endpoint_type": "EXTERNAL_MODEL"}, None, "external models can't have one"),
        ({"endpoint_type": "FOUNDATION_MODEL_API"}, None, "pay-per-token foundation models can't have one"),
    ],
)
def test_a_budget_policy_is_told_with_its_source_and_its_absence_with_the_reason(raw, policy, said):
    budget = budget_of(EndpointInfo.read({"name": "x", **raw}))
    assert budget.policy == policy
    assert said in budget.source
    assert bool(budget.change) is budget.possible
