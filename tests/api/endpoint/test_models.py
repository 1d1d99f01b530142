"""Wire models: lenient, immutable, and quick on long lists."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from pydantic import ValidationError

from serving_widgets.api.endpoint.models import EndpointConfig, EndpointInfo, EntityState, read_list


def test_a_field_of_an_odd_shape_is_left_out_and_all_others_stay(ready):
    ready["state"] = None
    ready["tags"] = {"not": "a list"}
    ready["config"]["config_version"] = "one"
    ready["config"]["served_entities"] = [7, ready["config"]["served_entities"][0], None]
    ready["config"]["served_entities"][1]["state"] = "fine"
    info = EndpointInfo.read(ready)
    assert (info.name, info.creator, info.state.ready, info.tags) == ("churn", "ana@example.com", None, ())
    assert info.config.config_version is None
    assert [(entity.name, entity.state) for entity in info.entities] == [("churn_model-3", None)]
    assert info.raw is ready


def test_reading_never_fails_and_keeps_what_came(odd_replies):
    @given(odd_replies)
    def holds(raw):
        before = copy.deepcopy(raw)
        info = EndpointInfo.read(raw)
        assert info.raw is raw
        assert repr(raw) == repr(before)
        assert isinstance(info.name, str)
        for name in ("entities", "kind", "detailed", "budget_policy", "stoppable"):
            getattr(info, name)

    holds()


@pytest.mark.parametrize("raw", [[], "text", None, 3])
def test_what_is_no_object_at_all_is_an_endpoint_without_anything(raw):
    info = EndpointInfo.read(raw)
    assert (info.name, info.raw) == ("", {})


def test_numbers_and_words_in_the_wrong_dress_are_understood():
    config = EndpointConfig.read(
        {
            "served_entities": [{"entity_version": 3, "scale_to_zero_enabled": "false"}],
            "traffic_config": {"routes": [{"traffic_percentage": "100"}]},
        }
    )
    assert config.entities[0].entity_version == "3"
    assert config.entities[0].scale_to_zero_enabled is False
    assert config.traffic_config.routes[0].traffic_percentage == 100


def test_fields_that_nobody_knows_are_kept_even_with_the_names_of_our_own():
    raw = {"name": "e", "brand_new": {"a": 1}, "kind": "x", "raw": 2, "read": 3, "model_config": 4}
    info = EndpointInfo.read(raw)
    assert info.model_extra == {key: value for key, value in raw.items() if key != "name"}
    assert info.raw is raw
    assert info.kind == "unknown"


def test_objects_can_not_be_changed(endpoint):
    with pytest.raises(ValidationError):
        endpoint().name = "other"


def test_the_text_of_an_endpoint_shows_what_came_but_no_environment_variables(endpoint, entity):
    entity["environment_vars"] = {"API_KEY": "plain secret"}
    shown = repr(endpoint(config={"served_entities": [entity]}))
    assert "main.ml.churn_model" in shown
    assert "plain secret" not in shown
    assert "pending_config" not in shown


def test_the_legacy_list_of_models_stands_in_where_there_is_no_other():
    model = {"name": "m-1", "model_name": "main.ml.m", "model_version": "1", "type": "UC_MODEL"}
    entities = EndpointConfig.read({"served_models": [model]}).entities
    assert [(each.name, each.entity_name, each.entity_version) for each in entities] == [("m-1", "main.ml.m", "1")]
    both = EndpointConfig.read({"served_models": [model], "served_entities": [{"name": "new"}]})
    assert [each.name for each in both.entities] == ["new"]


def test_what_will_be_served_counts_while_nothing_is_served_yet(endpoint, entity):
    pending = {"served_entities": [{**entity, "name": "coming"}]}
    assert [each.name for each in endpoint(config=None, pending_config=pending).entities] == ["coming"]
    assert [each.name for each in endpoint(pending_config=pending).entities] == ["churn_model-3"]


CUSTOM = {"name": "m-3", "entity_name": "main.ml.m", "entity_version": "3", "type": "UC_MODEL"}
KINDS = [
    ({}, CUSTOM, "custom"),
    ({}, {"name": "m-3", "entity_name": "m", "entity_version": "3"}, "custom"),
    ({}, {"name": "gpt-4o", "type": "EXTERNAL_MODEL", "external_model": {"provider": "openai"}}, "external"),
    ({"endpoint_type": "EXTERNAL_MODEL"}, {"name": "gpt-4o"}, "external"),
    ({}, {"name": "l", "entity_name": "system.ai.l", "type": "FOUNDATION_MODEL", "foundation_model": {}}, "foundation"),
    ({"endpoint_type": "FOUNDATION_MODEL_API"}, {"name": "l"}, "foundation"),
    ({}, {**CUSTOM, "min_provisioned_throughput": 0, "max_provisioned_throughput": 9500}, "provisioned"),
    ({}, {**CUSTOM, "provisioned_model_units": 50}, "provisioned"),
    ({}, {**CUSTOM, "entity_name": "system.ai.llama"}, "provisioned"),
    ({}, {**CUSTOM, "entity_name": "system.ai.bge", "workload_size": "Small"}, "custom"),
    ({}, {"name": "f", "entity_name": "main.feat.spec", "type": "FEATURE_SPEC"}, "feature"),
    ({}, {"name": "q", "type": "QUANTUM_MODEL"}, "unknown"),
]


@pytest.mark.parametrize(("top", "entity", "kind"), KINDS)
def test_the_kind_is_told_by_summaries_and_details_alike(top, entity, kind):
    summary = {"name": "e", "config": {"served_entities": [entity]}, **top}
    detail = {
        "name": "e",
        "config": {"served_entities": [{**entity, "state": {"deployment": "DEPLOYMENT_READY"}}], "config_version": 1},
        **top,
    }
    assert EndpointInfo.read(summary).kind == EndpointInfo.read(detail).kind == kind
    assert not EndpointInfo.read(summary).detailed
    assert EndpointInfo.read(detail).detailed


def test_one_entity_of_another_kind_decides_for_the_whole_endpoint():
    external = {"external_model": {"provider": "openai"}}
    for entities in ([CUSTOM, external], [external, CUSTOM]):
        assert EndpointInfo.read({"config": {"served_entities": entities}}).kind == "external"
    assert EndpointInfo.read({"config": {}}).kind == "unknown"


def test_a_pending_configuration_marks_a_detailed_reply():
    assert EndpointInfo.read({"name": "e", "pending_config": {}}).detailed


@pytest.mark.parametrize("name", ["effective_budget_policy_id", "budget_policy_id", "usage_policy_id"])
def test_the_budget_policy_is_found_under_each_of_its_names(name):
    assert EndpointInfo.read({name: "p"}).budget_policy == "p"
    assert EndpointInfo.read({name: "p", "effective_budget_policy_id": "e"}).budget_policy in {"e", "p"}


def test_the_update_state_is_read_under_both_names_and_the_new_one_wins():
    both = {"config_update": "IN_PROGRESS", "update_state": "NOT_UPDATING"}
    assert EndpointInfo.read({"state": both}).state.update == "IN_PROGRESS"
    assert EndpointInfo.read({"state": {"update_state": "NOT_UPDATING"}}).state.update == "NOT_UPDATING"


@pytest.mark.parametrize("body", [{}, {"endpoints": []}, {"endpoints": None}, {"endpoints": "odd"}, {"endpoints": [1]}])
def test_a_list_without_endpoints_is_empty(body):
    assert read_list(body) == []


def test_a_list_returns_the_known_object_where_nothing_changed(ready):
    old = read_list({"endpoints": [ready, {**ready, "name": "other"}]})
    known = {info.name: info for info in old}
    body = json.loads(json.dumps({"endpoints": [ready, {**ready, "name": "other", "creator": "bo@example.com"}]}))
    new = read_list(body, known)
    assert new[0] is old[0]
    assert new[1] is not old[1]
    assert new[1].creator == "bo@example.com"


def test_an_entity_state_can_be_read_by_itself():
    assert (
        EntityState.read({"deployment": "DEPLOYMENT_READY", "deployment_state_message": 5}).deployment_state_message
        == "5"
    )


RAW = {"name": "churn", "id": "1", "state": {"ready": "READY"}, "config": 5, "brand_new": 1}
WHOLE = {
    "equality": lambda info: info == EndpointInfo.read(dict(RAW)) != EndpointInfo.read({}),
    "a dump": lambda info: info.model_dump()["name"] == "churn",
    "JSON": lambda info: '"name":"churn"' in info.model_dump_json(),
    "a repr": lambda info: "name='churn'" in repr(info),
    "the pairs": lambda info: dict(info)["name"] == "churn",
    "a copy": lambda info: copy.copy(info).name == copy.deepcopy(info).name == info.model_copy().name == "churn",
    "a pickle": lambda info: pickle.loads(pickle.dumps(info)) == info,
    "the hash": lambda info: hash(info) == hash(EndpointInfo.read(RAW)),
    "a new field": lambda info: info.brand_new == 1,
    "fields that were there": lambda info: (
        "brand_new" in info.model_fields_set and "config" not in info.model_fields_set
    ),
}


@pytest.mark.parametrize("look", WHOLE.values(), ids=WHOLE)
def test_whatever_is_asked_first_has_the_fields_read(look):
    assert look(EndpointInfo.read(RAW))


def test_fields_are_read_when_one_is_asked_for_and_not_before(monkeypatch):
    read = []
    monkeypatch.setattr(EndpointInfo, "model_validate", lambda raw: read.append(raw) or EndpointInfo())
    info = EndpointInfo.read({"name": "churn"})
    assert (info.raw, read) == ({"name": "churn"}, [])
    assert info.state.ready is None
    assert info.config is None
    assert len(read) == 1


def test_a_name_that_is_no_field_is_an_error_of_its_own():
    with pytest.raises(AttributeError, match="nonsense"):
        EndpointInfo.read(RAW).nonsense  # noqa: B018 – looked up for its error


def test_items_of_a_list_share_a_state_that_is_the_same_to_the_type():
    states = [{"ready": "READY"}, {"ready": "READY"}, {"ready": True}, {"ready": 1}, {"odd": [1]}, {"odd": [1]}]
    infos = read_list({"endpoints": [{"name": str(place), "state": {**one}} for place, one in enumerate(states)]})
    assert [info.raw["state"] for info in infos] == states
    assert infos[0].raw["state"] is infos[1].raw["state"]
    assert [type(info.raw["state"]["ready"]) for info in infos[2:4]] == [bool, int]
