"""What would have to change for an endpoint to be as it is wanted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.config.config_diff import ConfigChange, default_entity_name, diff_config
from serving_widgets.api.endpoint.models import EndpointInfo

M3 = {
    "name": "m-3",
    "entity_name": "a.b.m",
    "entity_version": "3",
    "type": "UC_MODEL",
    "workload_size": "Medium",
    "workload_type": "CPU",
    "scale_to_zero_enabled": False,
    "environment_vars": {"MODE": "fast"},
    "state": {"deployment": "DEPLOYMENT_READY"},
    "creator": "ada@example.com",
}
OTHER = {"name": "other", "entity_name": "a.b.other", "entity_version": "1", "scale_to_zero_enabled": True}


def routes(**shares):
    return {"routes": [{"served_entity_name": name, "traffic_percentage": share} for name, share in shares.items()]}


def endpoint(*entities, traffic=None, **more):
    traffic = traffic or {"routes": [{"served_model_name": entities[0]["name"], "traffic_percentage": 100}]}
    return EndpointInfo.read(
        {"name": "ads", "config": {"served_entities": list(entities), "traffic_config": traffic}, **more}
    )


def want(*entities, traffic=None, **more):
    config = {"served_entities": list(entities)}
    return {"name": "ads", "config": config | ({"traffic_config": traffic} if traffic else {}), **more}


def test_what_the_service_filled_in_is_no_difference():
    found = diff_config(endpoint(M3), want({"entity_name": "a.b.m", "entity_version": 3}))
    assert not found
    assert found.config is None


def test_a_new_version_takes_over_what_is_left_open():
    found = diff_config(endpoint(M3), want({"entity_name": "a.b.m", "entity_version": "4"}))
    (entity,) = found.config["served_entities"]
    assert entity == {
        "name": "m-4",
        "entity_name": "a.b.m",
        "entity_version": "4",
        "workload_size": "Medium",
        "workload_type": "CPU",
        "scale_to_zero_enabled": False,
        "environment_vars": {"MODE": "fast"},
    }
    assert found.config["traffic_config"]["routes"] == [{"served_entity_name": "m-4", "traffic_percentage": 100}]
    assert ConfigChange("m-4", "entity_version", "3", "4") in found.changes


def test_a_name_that_somebody_chose_stays():
    found = diff_config(endpoint({**M3, "name": "champion"}), want({"entity_name": "a.b.m", "entity_version": "4"}))
    assert [each["name"] for each in found.config["served_entities"]] == ["champion"]
    assert found.changes == (ConfigChange("champion", "entity_version", "3", "4"),)


def test_an_entity_that_is_not_wanted_any_more_goes():
    found = diff_config(
        endpoint(M3, OTHER, traffic=routes(**{"m-3": 90, "other": 10})),
        want({"entity_name": "a.b.m", "entity_version": "3"}),
    )
    assert [(change.subject, change.field, change.after) for change in found.changes] == [
        ("other", "", None),
        ("traffic", "m-3", 100),
        ("traffic", "other", None),
    ]


def test_the_shares_of_traffic_follow_the_entities_that_replace_others():
    found = diff_config(
        endpoint(M3, OTHER, traffic=routes(**{"m-3": 90, "other": 10})),
        want({"entity_name": "a.b.m", "entity_version": "4"}, {"entity_name": "a.b.other", "entity_version": "1"}),
    )
    shares = {
        each["served_entity_name"]: each["traffic_percentage"] for each in found.config["traffic_config"]["routes"]
    }
    assert shares == {"m-4": 90, "other": 10}


def test_several_entities_without_shares_are_asked_about():
    with pytest.raises(ValueError, match="traffic_config is missing"):
        diff_config(endpoint(M3), want(M3, OTHER))


def test_an_update_on_its_way_counts_as_what_there_is():
    info = EndpointInfo.read(
        {
            "name": "ads",
            "state": {"ready": "READY", "config_update": "IN_PROGRESS"},
            "config": {"served_entities": [M3]},
            "pending_config": {
                "served_entities": [{**M3, "name": "m-4", "entity_version": "4"}],
                "traffic_config": routes(**{"m-4": 100}),
            },
        }
    )
    assert not diff_config(info, want({"entity_name": "a.b.m", "entity_version": "4"}))


def test_a_failed_update_does_not_count():
    raw = endpoint(M3).raw
    info = EndpointInfo.read(
        {
            **raw,
            "state": {"ready": "READY", "config_update": "UPDATE_FAILED"},
            "pending_config": {"served_entities": [{**M3, "name": "m-4", "entity_version": "4"}]},
        }
    )
    assert diff_config(info, want({"entity_name": "a.b.m", "entity_version": "4"})).config is not None


def test_a_secret_in_plain_text_is_never_compared():
    model = {"name": "gpt-4o", "provider": "openai", "task": "llm/v1/chat", "openai_config": {}}
    info = endpoint({"name": "gpt-4o", "external_model": model})
    again = {**model, "openai_config": {"openai_api_key_plaintext": "sk-secret"}}
    assert not diff_config(info, want({"name": "gpt-4o", "external_model": again}))


def test_a_variable_that_is_left_out_of_the_variables_goes():
    info = endpoint({**M3, "environment_vars": {"MODE": "fast", "OLD": "1"}})
    asked = {"entity_name": "a.b.m", "entity_version": "3", "environment_vars": {"MODE": "fast"}}
    assert [change.field for change in diff_config(info, want(asked)).changes] == ["environment_vars"]


def test_only_tags_that_differ_are_set():
    info = endpoint(M3, tags=[{"key": "team", "value": "risk"}, {"key": "pii"}])
    tags = [{"key": "team", "value": "risk"}, {"key": "pii", "value": ""}, {"key": "tier", "value": "gold"}]
    assert diff_config(info, {"name": "ads", "tags": tags}).tags == {"tier": "gold"}


def test_what_can_not_be_changed_any_more_is_told_apart():
    info = endpoint(M3, description="", route_optimized=False, effective_budget_policy_id="p-1")
    found = diff_config(info, {"name": "ads", "description": "Ads", "budget_policy_id": "p-1", "route_optimized": True})
    assert [change.field for change in found.fixed] == ["description", "route_optimized"]


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        ({"entity_name": "a.b.m", "entity_version": "3"}, "m-3"),
        ({"entity_name": "m", "entity_version": 3}, "m-3"),
        ({"entity_name": "a.b.user_features"}, "user_features"),
        ({"external_model": {"name": "gpt-4.1:mini"}}, "gpt-4-1-mini"),
        ({"model_name": "m", "model_version": "2"}, "m-2"),
        ({"name": "champion", "entity_name": "a.b.m"}, "champion"),
    ],
)
def test_an_entity_without_a_name_gets_the_services_own(entity, name):
    assert default_entity_name(entity) == name


sizes = st.sampled_from(["Small", "Medium", "Large"])
versions = st.sampled_from(["1", "2", "3"])


@st.composite
def configs(draw):
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
    entities = [
        {
            "name": name,
            "entity_name": f"m.s.{name}",
            "entity_version": draw(versions),
            "workload_size": draw(sizes),
            "scale_to_zero_enabled": draw(st.booleans()),
        }
        for name in names
    ]
    first = draw(st.integers(0, 100)) if len(names) > 1 else 100
    rest = [(100 - first) if index == 1 else 0 for index in range(1, len(names))]
    return {"served_entities": entities, "traffic_config": routes(**dict(zip(names, [first, *rest], strict=True)))}


@given(configs(), configs())
def test_sending_the_difference_leaves_none(now, wanted):
    info = EndpointInfo.read({"name": "ads", "config": now})
    found = diff_config(info, {"name": "ads", "config": wanted})
    after = EndpointInfo.read({"name": "ads", "config": dict(found.config or now)})
    assert not diff_config(after, {"name": "ads", "config": wanted})
    assert bool(found.changes) == (found.config is not None)
