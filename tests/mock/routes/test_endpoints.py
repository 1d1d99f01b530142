"""List, get, create, update, delete: what is answered, what is filled in, and what is refused."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_MOCK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_list_has_the_ten_endpoints_of_the_demo(ask):
    assert ask.names() == [
        "unity-model-endpoint",
        "example-endpoint",
        "fraud-detector",
        "churn",
        "pricing",
        "nightly-scores",
        "recommender",
        "chat",
        "databricks-llama",
        "user-features",
    ]


def test_an_empty_workspace_still_answers_with_a_list(started):
    _, ask = started("empty")
    assert ask("GET", ask.control).body == {"endpoints": []}


@pytest.mark.parametrize("path", ["/api/2.0/serving-endpoints", "/api/2.0/serving-endpoints/"])
def test_both_spellings_of_the_collection_list_and_create(ask, entity, path):
    assert len(ask("GET", path).body["endpoints"]) == 10
    assert ask("POST", path, {"name": "fresh", "config": {"served_entities": [entity()]}}).status == 200


def test_items_of_the_list_carry_no_state_of_entities_no_traffic_and_no_pending_config(ask):
    for item in ask("GET", ask.control).body["endpoints"]:
        assert "pending_config" not in item
        assert set(item["config"]) <= {"served_entities", "served_models"}
        assert all("state" not in one for one in item["config"]["served_entities"])


def test_the_first_endpoint_is_the_example_of_the_documentation(ask):
    shown = ask.get("unity-model-endpoint").body
    assert shown["creator"] == "customer@example.com"
    assert shown["creation_timestamp"] == 1666829055000
    assert shown["state"]["ready"] == "READY"
    assert shown["state"]["update_state"] == shown["state"]["config_update"] == "NOT_UPDATING"
    entity = shown["config"]["served_entities"][0]
    assert (entity["name"], entity["entity_name"]) == ("my-ads-model", "myCatalog.mySchema.my-ads-model")
    assert entity["state"] == {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""}
    assert "pending_config" not in shown


def test_a_pay_per_token_endpoint_has_no_id_no_creator_and_no_state_of_entities(ask):
    for shown in (ask.get("databricks-llama").body, ask("GET", ask.control).body["endpoints"][8]):
        assert "id" not in shown
        assert "creator" not in shown
        assert shown["endpoint_type"] == "FOUNDATION_MODEL_API"
        assert set(shown["state"]) == {"ready", "config_update"}
        assert "state" not in shown["config"]["served_entities"][0]


def test_only_registered_models_and_features_say_whether_they_are_suspended(ask):
    states = {one["name"]: set(one["state"]) for one in ask("GET", ask.control).body["endpoints"]}
    assert {name for name, fields in states.items() if "suspend" not in fields} == {"chat", "databricks-llama"}


def test_a_route_optimized_endpoint_names_its_own_address(ask):
    shown = ask.get("recommender").body
    assert shown["route_optimized"] is True
    assert shown["endpoint_url"] == shown["data_plane_info"]["query_info"]["endpoint_url"]
    assert shown["endpoint_url"].startswith(ask.mock.host)


def test_ids_are_32_hexadecimal_digits_and_another_one_for_a_name_used_again(ask):
    first = ask.create("fresh").body["id"]
    ask.delete("fresh")
    second = ask.create("fresh").body["id"]
    assert len(first) == 32
    assert int(first, 16) >= 0
    assert first != second


def test_create_answers_with_the_endpoint_being_built(ask):
    answer = ask.create("fresh")
    assert answer.status == 200
    assert answer.body["state"] == {"ready": "NOT_READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"}
    assert "config" not in answer.body
    assert answer.body["pending_config"]["config_version"] == 1
    assert answer.body["permission_level"] == "CAN_MANAGE"


def test_create_fills_in_the_defaults_of_the_service(ask):
    shown = ask.create("fresh").body
    pending = shown["pending_config"]
    served = pending["served_entities"][0]
    assert served["name"] == "model-1"
    assert (served["workload_size"], served["workload_type"], served["type"]) == ("Small", "CPU", "UC_MODEL")
    assert served["state"]["deployment"] == "DEPLOYMENT_CREATING"
    assert pending["traffic_config"]["routes"] == [
        {"served_model_name": "model-1", "served_entity_name": "model-1", "traffic_percentage": 100}
    ]
    assert pending["served_models"][0]["model_name"] == "main.ml.model"
    assert pending["served_models"][0]["model_version"] == "1"
    assert shown["description"] == ""
    assert shown["route_optimized"] is False


def test_served_models_are_taken_for_served_entities(ask):
    old = {"model_name": "main.ml.model", "model_version": 2, "scale_to_zero_enabled": True, "workload_size": "Large"}
    answer = ask("POST", ask.control, {"name": "fresh", "config": {"served_models": [old]}})
    served = answer.body["pending_config"]["served_entities"][0]
    assert (served["entity_name"], served["entity_version"], served["workload_size"]) == ("main.ml.model", "2", "Large")


def test_an_external_model_is_ready_at_once_and_never_shows_a_plain_secret(ask, entity):
    answer = ask.create("gateway", entity.external())
    assert answer.body["state"] == {"ready": "READY", "config_update": "NOT_UPDATING"}
    assert answer.body["config"]["served_entities"][0]["name"] == "gpt-4-1"
    assert (answer.body["task"], answer.body["endpoint_type"]) == ("llm/v1/chat", "EXTERNAL_MODEL")
    assert "hunter2" not in answer.text
    assert "hunter2" not in ask.get("gateway").text


def test_an_endpoint_without_a_config_is_neither_ready_nor_updating(ask):
    shown = ask("POST", ask.control, {"name": "bare"}).body
    assert shown["state"]["ready"] == "NOT_READY"
    assert shown["state"]["config_update"] == "NOT_UPDATING"
    assert "config" not in shown
    assert "pending_config" not in shown


def test_the_callers_budget_policy_is_applied_and_shown_as_the_effective_one(ask):
    shown = ask.create("fresh").body
    assert len(shown["effective_budget_policy_id"]) == 36
    assert "budget_policy_id" not in shown
    asked = ask.create("other", budget_policy_id="11111111-2222-3333-4444-555555555555").body
    assert asked["effective_budget_policy_id"] == "11111111-2222-3333-4444-555555555555"
    assert "effective_budget_policy_id" not in ask.create("unassigned", user="ben@example.com").body


def test_a_policy_that_is_assigned_later_does_not_reach_older_endpoints(ask, entity):
    # Ada has had her policy since some day; she made this endpoint before that.
    assert ask.get("example-endpoint").body["creator"] == "ada@example.com"
    assert "effective_budget_policy_id" not in ask.get("example-endpoint").body
    ask.update("example-endpoint", entity("main.examples.vanilla_simple_model", "3"))
    ask.mock.advance(300)
    assert "effective_budget_policy_id" not in ask.get("example-endpoint").body


def test_a_policy_comes_with_creation_and_no_route_changes_it(ask, entity):
    before = ask.create("fresh").body["effective_budget_policy_id"]
    other = "11111111-2222-3333-4444-555555555555"
    ask.mock.advance(300)
    assert ask.update("fresh", entity(version="2"), budget_policy_id=other).body["effective_budget_policy_id"] == before
    assert ask("PATCH", f"{ask.control}/fresh", {"budget_policy_id": other}).status == 404
    assert ask.get("fresh").body["effective_budget_policy_id"] == before


def test_external_and_pay_per_token_models_have_no_policy_whoever_created_them(ask, entity):
    assert "effective_budget_policy_id" not in ask.create("gateway", entity.external()).body
    assert "effective_budget_policy_id" not in ask.get("databricks-llama").body
    policy = "11111111-2222-3333-4444-555555555555"
    for served in (entity.external(), {"foundation_model": {"name": "system.ai.databricks-llama"}}):
        answer = ask.create("other", served, budget_policy_id=policy)
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")


def test_a_policy_does_not_stay_where_an_endpoint_becomes_one_for_external_models(ask, entity):
    created = ask("POST", ask.control, {"name": "shell"}).body
    assert "effective_budget_policy_id" in created
    assert "effective_budget_policy_id" not in ask.update("shell", entity.external()).body


def test_tags_are_sorted_by_key_and_may_lack_a_value(ask):
    shown = ask.create("fresh", tags=[{"key": "b", "value": "2"}, {"key": "a"}]).body
    assert shown["tags"] == [{"key": "a"}, {"key": "b", "value": "2"}]


def test_a_name_that_is_taken_is_refused_with_409(ask):
    answer = ask.create("churn")
    assert (answer.status, answer.code) == (409, "RESOURCE_ALREADY_EXISTS")
    assert answer.body["message"] == "Serving endpoint with name churn already exists"


@pytest.mark.parametrize("name", ["", "a b", "ä", "x" * 64, "a/b", None, 7])
def test_a_name_the_service_would_not_take_is_refused(ask, name):
    answer = ask.create(name)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")


REFUSED = {
    "scale to zero is not said": ([{"entity_name": "a.b.c", "entity_version": "1"}], None, "scaleToZeroEnabled"),
    "no version": ([{"entity_name": "a.b.c", "scale_to_zero_enabled": True}], None, "entity_version"),
    "a version that is none": ([{"entity_name": "a.b.c", "entity_version": "latest"}], None, "entity_version"),
    "nothing is served": ([{}], None, "entity_name"),
    "unknown workload type": (["model", {"workload_type": "TPU"}], None, "workload_type"),
    "unknown provider": ([{"external_model": {"name": "x", "provider": "acme"}}], None, "provider"),
    "unknown task": ([{"external_model": {"name": "x", "provider": "openai", "task": "sing"}}], None, "task"),
    "traffic that names nobody": (["model"], [("other", 100)], "other"),
    "traffic below 100": (["model"], [("model-1", 99)], "99"),
    "traffic above 100": (["model"], [("model-1", 101)], "0 to 100"),
    "traffic twice": (["model"], [("model-1", 50), ("model-1", 50)], "twice"),
    "traffic as words": (["model"], [("model-1", "all")], "whole number"),
    "environment that is no strings": (["model", {"environment_vars": {"A": 1}}], None, "environment_vars"),
    "sizes that are no numbers": (["model", {"min_provisioned_concurrency": "few"}], None, "whole number"),
    "more at least than at most": (
        ["model", {"min_provisioned_concurrency": 8, "max_provisioned_concurrency": 4}],
        None,
        "must not be greater",
    ),
    "a size that is no word": (
        ["model", {"workload_size": 3}],
        None,
        "served_entities[0].workload_size is 3; use one of Small, Medium, Large",
    ),
    "yes instead of true": (["model", {"scale_to_zero_enabled": "yes"}], None, "must be true or false"),
    "a version that is a list": (["model", {"entity_version": [1]}], None, "entity_version must be a model version"),
    "a name that is none": (["model", {"name": "a b"}], None, "Served entity name"),
    "what nobody else may serve": ([{"foundation_model": {"name": "llama"}}], None, "Pay-per-token"),
    "a secret that is no string": (
        [{"external_model": {"name": "x", "provider": "openai", "task": "llm/v1/chat", "openai_config": {"k": 1}}}],
        None,
        "openai_config.k must be a string",
    ),
    "too many variables": (["model", {"environment_vars": {f"V{n}": "" for n in range(31)}}], None, "30"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_config_at_fault_is_refused_and_the_message_names_the_fault(ask, entity, case):
    entities, traffic, word = REFUSED[case]
    if entities[0] == "model":
        entities = [{**entity(), **(entities[1] if len(entities) > 1 else {})}]
    more = {}
    if traffic:
        more["traffic"] = [{"served_entity_name": name, "traffic_percentage": percent} for name, percent in traffic]
    answer = ask.create("fresh", *entities, **more)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
    assert word in answer.body["message"]
    assert ask.get("fresh").status == 404


WRONG = {
    "config": [7, "x", [], True],
    "tags": [7, "x", {"key": "a"}, [7]],
    "description": [7, [], {}],
    "route_optimized": ["true", 1],
    "budget_policy_id": [7, []],
    "email_notifications": [7, [], {"on_update_failure": "ada@example.com"}],
    "telemetry_config": [7, [], {"table_names": []}],
    "ai_gateway": [7, [], {"rate_limits": {}}],
    "rate_limits": [7, {}, [7]],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_a_field_of_the_wrong_type_is_refused_by_its_name(ask, entity, field, value):
    answer = ask("POST", ask.control, {"name": "fresh", "config": {"served_entities": [entity()]}, field: value})
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
    assert answer.body["message"].startswith(field)
    assert ask.get("fresh").status == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("served_entities", {"0": {}}),
        ("served_models", 5),
        ("served_models", [5]),
        ("traffic_config", "all"),
        ("traffic_config", {"routes": 100}),
        ("traffic_config", {"routes": [100]}),
        ("auto_capture_config", ["main"]),
    ],
)
def test_a_part_of_a_config_of_the_wrong_type_is_refused_by_its_place(ask, entity, field, value):
    created = ask("POST", ask.control, {"name": "fresh", "config": {"served_entities": [entity()], field: value}})
    updated = ask("PUT", f"{ask.control}/churn/config", {"served_entities": [entity()], field: value})
    for answer, place in ((created, f"config.{field}"), (updated, field)):
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
        assert answer.body["message"].startswith(place)


def test_null_is_the_same_as_nothing(ask, entity):
    served = {**entity(), "name": None, "workload_size": None, "external_model": None, "environment_vars": None}
    config = {"served_entities": [served], "served_models": None, "traffic_config": None}
    body = {"name": "fresh", "config": config, "tags": None, "description": None, "ai_gateway": None}
    shown = ask("POST", ask.control, body).body
    assert shown["pending_config"]["served_entities"][0]["name"] == "model-1"
    assert shown["description"] == ""


def test_fields_that_the_service_does_not_know_are_passed_over(ask, entity):
    shown = ask.create("fresh", entity(mood="good"), colour="purple").body
    assert "good" not in str(shown)
    assert "purple" not in str(shown)


def test_whether_an_entity_may_burst_is_taken_and_not_shown(ask, entity):
    shown = ask.create("fresh", entity(burst_scaling_enabled=False)).body
    assert "burst_scaling_enabled" not in shown["pending_config"]["served_entities"][0]


def test_a_model_that_is_not_registered_is_not_found(ask, entity):
    for answer in (ask.create("fresh", entity("main.ml.missing_model")), ask.update("churn", entity("a.b.missing"))):
        assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")
        assert "missing" in answer.body["message"]
    assert ask.get("fresh").status == 404


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "key", "routes"]), inner),
    max_leaves=6,
)
PLACES = [
    ("name",),
    *((field,) for field in WRONG),
    *(("config", field) for field in ("served_entities", "served_models", "traffic_config", "auto_capture_config")),
    *(
        ("config", "served_entities", 0, field)
        for field in ("name", "entity_name", "entity_version", "external_model", "environment_vars", "workload_type")
    ),
    ("config", "served_entities", 0),
]


@given(st.sampled_from(PLACES), JSON)
@settings(SAME_MOCK)
def test_whatever_stands_in_a_field_is_taken_or_refused_with_nothing_done(ask, entity, place, value):
    ask.mock.reset()
    body = {"name": "fresh", "config": {"served_entities": [entity()]}}
    part = body
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    before = ask("GET", ask.control).text
    answer = ask("POST", ask.control, body)
    assert answer.status in (200, 400, 404, 409)
    if answer.status == 200:
        assert ask.get(body["name"]).body == answer.body
    else:
        assert answer.code in ("INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST", "RESOURCE_ALREADY_EXISTS")
        assert ask("GET", ask.control).text == before


def test_two_entities_need_a_traffic_config_and_distinct_names(ask, entity):
    assert "traffic_config" in ask.create("fresh", entity(), entity(version="2")).body["message"]
    assert "unique" in ask.create("fresh", entity(), entity()).body["message"]


def test_at_most_fifteen_entities_are_served(ask, entity):
    answer = ask.create("fresh", *(entity(version=str(n)) for n in range(1, 17)))
    assert "at most 15" in answer.body["message"]


def test_external_models_stay_among_themselves(ask, entity):
    assert ask.create("mixed", entity(), entity.external()).status == 400
    tasks = [entity.external(), entity.external(name="ada", task="llm/v1/embeddings")]
    assert "same task" in ask.create("mixed", *tasks).body["message"]
    assert ask.update("chat", entity()).code == "INVALID_PARAMETER_VALUE"
    assert ask.update("example-endpoint", entity.external()).code == "INVALID_PARAMETER_VALUE"


def test_what_only_custom_models_can_have_is_refused_to_others(ask, entity):
    assert ask.create("gateway", entity.external(), route_optimized=True).code == "INVALID_PARAMETER_VALUE"
    assert ask.create("gateway", entity.external(), budget_policy_id="p").code == "INVALID_PARAMETER_VALUE"


@given(st.lists(st.integers(0, 100), min_size=1, max_size=4))
@settings(SAME_MOCK, max_examples=40)
def test_traffic_is_taken_exactly_if_it_sums_to_100(ask, entity, percentages):
    ask.mock.reset()
    entities = [entity(version=str(number + 1)) for number in range(len(percentages))]
    # The documentation shows percentages as strings as well.
    traffic = [
        {"served_model_name": f"model-{number + 1}", "traffic_percentage": str(percent) if number % 2 else percent}
        for number, percent in enumerate(percentages)
    ]
    answer = ask.create("fresh", *entities, traffic=traffic)
    assert (answer.status == 200) == (sum(percentages) == 100)
    if answer.status == 200:
        routes = answer.body["pending_config"]["traffic_config"]["routes"]
        assert [route["traffic_percentage"] for route in routes] == percentages


def test_an_update_replaces_the_entities_and_keeps_the_old_ones_serving(ask, entity):
    answer = ask.update("example-endpoint", entity("main.examples.vanilla_simple_model", "3"))
    assert answer.body["state"]["ready"] == "READY"
    assert answer.body["state"]["config_update"] == "IN_PROGRESS"
    assert answer.body["config"]["config_version"] == 2
    assert answer.body["pending_config"]["config_version"] == 3
    assert answer.body["pending_config"]["start_time"] == answer.body["last_updated_timestamp"]


def test_an_update_of_an_endpoint_that_is_updating_conflicts(ask, entity):
    answer = ask.update("fraud-detector", entity())
    assert (answer.status, answer.code) == (409, "RESOURCE_CONFLICT")
    assert answer.body["message"] == "Endpoint fraud-detector is currently updating."


def test_a_stopped_endpoint_is_not_updated(ask, entity):
    answer = ask.update("pricing", entity())
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


def test_what_an_update_leaves_out_of_auto_capture_stays(ask, entity):
    table = {"catalog_name": "main", "schema_name": "logs", "table_name_prefix": "x", "enabled": True}
    config = {"served_entities": [entity()], "auto_capture_config": table}
    ask("POST", ask.control, {"name": "fresh", "config": config})
    ask.mock.advance(300)
    pending = ask.update("fresh", entity(version="2")).body["pending_config"]
    assert pending["auto_capture_config"] == table


def test_delete_answers_with_an_object_and_works_in_every_state(ask):
    for name in ("example-endpoint", "fraud-detector", "churn", "pricing", "nightly-scores", "recommender", "chat"):
        answer = ask.delete(name)
        assert (answer.status, answer.body) == (200, {})
        assert ask.get(name).code == "RESOURCE_DOES_NOT_EXIST"


@pytest.mark.parametrize(
    ("method", "tail"), [("GET", ""), ("DELETE", ""), ("PUT", "/config"), ("POST", "/config:stop")]
)
def test_an_unknown_name_is_404_on_the_control_plane(ask, method, tail):
    answer = ask(method, f"{ask.control}/nope{tail}", {})
    assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert answer.body["message"] == "Endpoint with name 'nope' does not exist."


def test_the_list_which_is_kept_encoded_follows_every_change(started, entity):
    mock, ask = started("demo")

    def listed():
        return ask("GET", ask.control).body["endpoints"]

    def change(method, path, body=None):
        before = listed()
        assert listed() == before
        assert ask(method, f"{ask.control}{path}", body).status == 200
        assert listed() != before

    change("PATCH", "/churn/tags", {"add_tags": [{"key": "team", "value": "risk"}]})
    change("POST", "", {"name": "fresh", "config": {"served_entities": [entity()]}})
    updating = listed()
    mock.advance(24 * 3600)
    assert listed() != updating
    change("POST", "/fresh/config:stop", {})
    change("DELETE", "/fresh")
    mock.reset()
    assert len(listed()) == 10
