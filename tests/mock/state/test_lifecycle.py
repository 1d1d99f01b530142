"""What happens to endpoints in the course of time, as the table of the life cycle says."""

import math

import pytest


def situation(shown):
    """The columns of the table: ready, config_update, suspend, version served, version pending."""
    state = shown["state"]
    served, pending = shown.get("config", {}), shown.get("pending_config", {})
    return (
        state["ready"],
        state["config_update"],
        state["suspend"],
        served.get("config_version"),
        pending.get("config_version"),
    )


def deployments(shown, part="config"):
    return [one["state"]["deployment"] for one in shown[part]["served_entities"]]


def messages(ask, name):
    """Every message the entities of a pending config show, in order."""
    seen = []
    while "pending_config" in (shown := ask.get(name).body):
        said = [one["state"]["deployment_state_message"] for one in shown["pending_config"]["served_entities"]]
        if said not in seen:
            seen.append(said)
        if shown["state"]["config_update"] != "IN_PROGRESS" or not ask.mock.clock.skip(math.inf):
            break
    return seen


def test_a_new_endpoint_is_built_and_becomes_ready(ask):
    created = ask.create("fresh").body
    assert situation(created) == ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", None, 1)
    ask.mock.advance(299)
    assert situation(ask.get("fresh").body) == ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", None, 1)
    ask.mock.advance(1)
    ready = ask.get("fresh").body
    assert situation(ready) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 1, None)
    assert deployments(ready) == ["DEPLOYMENT_READY"]


def test_a_build_says_what_it_is_doing_on_the_way(ask):
    ask.create("fresh")
    said = [first for (first,) in messages(ask, "fresh")]
    assert said[0] == "Creating resources for served entity."
    assert "Container image creation finished successfully." in said
    assert len(said) >= 4


def test_an_update_takes_over_when_all_its_entities_are_ready(ask):
    shown = ask.get("fraud-detector").body
    assert situation(shown) == ("READY", "IN_PROGRESS", "NOT_SUSPENDED", 11, 12)
    # The unchanged entity has been ready for a while; the new version is still on its way.
    assert deployments(shown, "pending_config") == ["DEPLOYMENT_CREATING", "DEPLOYMENT_READY"]
    ask.mock.advance(240)
    assert situation(ask.get("fraud-detector").body) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 12, None)


def test_a_failed_update_leaves_the_old_version_serving(ask):
    shown = ask.get("churn").body
    assert situation(shown) == ("READY", "UPDATE_FAILED", "NOT_SUSPENDED", 3, 4)
    failed = shown["pending_config"]["served_entities"][0]["state"]
    assert failed["deployment"] == "DEPLOYMENT_FAILED"
    assert "build logs" in failed["deployment_state_message"]
    assert deployments(shown) == ["DEPLOYMENT_READY"]


def test_the_next_update_after_a_failure_gets_a_version_of_its_own(ask, entity):
    shown = ask.update("churn", entity("main.customers.churn_model", "5")).body
    assert situation(shown) == ("READY", "IN_PROGRESS", "NOT_SUSPENDED", 3, 5)
    ask.mock.advance(240)
    assert situation(ask.get("churn").body) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 5, None)


@pytest.mark.parametrize(
    ("model", "seconds", "deployment", "words"),
    [
        ("main.ml.broken_model", 300, "DEPLOYMENT_FAILED", "container image"),
        ("main.ml.crashing_model", 300, "DEPLOYMENT_FAILED", "could not load"),
        ("main.ml.stuck_model", 1800, "DEPLOYMENT_ABORTED", "timed out"),
    ],
)
def test_models_with_a_telling_name_fail_their_first_deployment(ask, entity, model, seconds, deployment, words):
    ask.create("fresh", entity(model))
    ask.mock.advance(seconds)
    shown = ask.get("fresh").body
    assert situation(shown) == ("NOT_READY", "UPDATE_FAILED", "NOT_SUSPENDED", None, 1)
    state = shown["pending_config"]["served_entities"][0]["state"]
    assert state["deployment"] == deployment
    assert words in state["deployment_state_message"]


def test_when_one_entity_fails_the_others_of_the_update_are_aborted(ask, entity):
    traffic = [
        {"served_entity_name": "broken_one-1", "traffic_percentage": 50},
        {"served_entity_name": "model-1", "traffic_percentage": 50},
    ]
    ask.create("fresh", entity("a.b.broken_one"), entity(), traffic=traffic)
    ask.mock.advance(1000)
    assert deployments(ask.get("fresh").body, "pending_config") == ["DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED"]


def test_stopping_takes_effect_at_once(ask):
    shown = ask.stop("example-endpoint").body
    assert situation(shown) == ("NOT_READY", "NOT_UPDATING", "SUSPENDED", 2, None)
    assert "DEPLOYMENT_READY" not in deployments(shown)


def test_starting_deploys_the_same_config_as_a_new_version(ask):
    before = ask.get("pricing").body
    started = ask.start("pricing").body
    assert situation(started) == ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", 5, 6)
    ask.mock.advance(180)
    after = ask.get("pricing").body
    assert situation(after) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 6, None)
    assert after["config"]["traffic_config"] == before["config"]["traffic_config"]
    assert after["id"] == before["id"]


@pytest.mark.parametrize(
    ("name", "word", "code", "status"),
    [
        ("recommender", "route-optimized", "INVALID_STATE", 400),
        ("chat", "custom models", "INVALID_STATE", 400),
        ("databricks-llama", "custom models", "INVALID_STATE", 400),
        ("user-features", "custom models", "INVALID_STATE", 400),
        ("pricing", "already stopped", "INVALID_STATE", 400),
        ("fraud-detector", "currently updating", "RESOURCE_CONFLICT", 409),
    ],
)
def test_what_can_not_be_stopped_says_why_and_stays_as_it_is(ask, name, word, code, status):
    before = ask.get(name).text
    answer = ask.stop(name)
    assert (answer.status, answer.code) == (status, code)
    assert word in answer.body["message"]
    assert ask.get(name).text == before


def test_provisioned_throughput_can_not_be_stopped(ask, entity):
    ask.create("fast", entity("system.ai.llama", min_provisioned_throughput=0, max_provisioned_throughput=9500))
    ask.mock.advance(600)
    assert ask.get("fast").body["state"]["ready"] == "READY"
    assert ask.stop("fast").code == "INVALID_STATE"


def test_an_endpoint_that_has_never_been_ready_can_not_be_stopped(ask):
    ask("POST", ask.control, {"name": "bare"})
    assert ask.stop("bare").code == "INVALID_STATE"


def test_a_failed_update_does_not_keep_an_endpoint_from_being_stopped(ask):
    assert situation(ask.stop("churn").body) == ("NOT_READY", "NOT_UPDATING", "SUSPENDED", 3, None)
    ask.start("churn")
    ask.mock.advance(180)
    # Version 4 failed, so starting made version 5.
    assert situation(ask.get("churn").body) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 5, None)


def test_only_a_stopped_endpoint_can_be_started(ask):
    assert ask.start("example-endpoint").code == "INVALID_STATE"
    assert ask.start("fraud-detector").code == "RESOURCE_CONFLICT"
    ask.start("pricing")
    assert ask.start("pricing").code == "RESOURCE_CONFLICT"


def test_the_first_query_wakes_what_is_scaled_to_zero_and_takes_its_time(ask):
    message = ask.get("nightly-scores").body["config"]["served_entities"][0]["state"]["deployment_state_message"]
    assert message == "Scaled to zero"
    before = ask.mock.clock.now()
    query = {"dataframe_records": [{"customer_id": "c-1", "balance": 10}]}
    assert ask.query("nightly-scores", query).status == 200
    assert ask.mock.clock.now() == before + 30
    entity = ask.get("nightly-scores").body["config"]["served_entities"][0]
    assert entity["state"] == {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""}
    ask.query("nightly-scores", query)
    assert ask.mock.clock.now() == before + 30


def test_after_half_an_hour_without_a_query_it_scales_to_zero_again(ask):
    query = {"dataframe_records": [{"customer_id": "c-1", "balance": 10}]}
    ask.query("nightly-scores", query)
    ask.mock.advance(1700)
    ask.query("nightly-scores", query)

    def message():
        return ask.get("nightly-scores").body["config"]["served_entities"][0]["state"]["deployment_state_message"]

    ask.mock.advance(1700)
    assert message() == ""
    ask.mock.advance(100)
    assert message() == "Scaled to zero"


def test_nothing_that_was_planned_for_a_deleted_endpoint_happens_to_its_successor(ask, entity):
    ask.create("fresh", entity("a.b.broken"))
    ask.mock.advance(100)
    ask.delete("fresh")
    ask.create("fresh")
    ask.mock.advance(299)
    assert situation(ask.get("fresh").body)[1] == "IN_PROGRESS"
    ask.mock.advance(1)
    assert situation(ask.get("fresh").body)[0] == "READY"


def test_the_time_of_the_last_update_does_not_change_with_the_state(ask):
    created = ask.create("fresh").body["last_updated_timestamp"]
    ask.mock.advance(300)
    assert ask.get("fresh").body["last_updated_timestamp"] == created


@pytest.fixture
def moments(ask, entity):
    """Return the ways to each row of the table of the life cycle."""

    def new_model(version):
        return entity("main.examples.vanilla_simple_model", version)

    def created():
        ask.create("fresh")
        return "fresh"

    def first_deployment_failed():
        ask.create("fresh", entity("main.ml.broken_model"))
        ask.mock.advance(300)
        return "fresh"

    def updating():
        ask.update("example-endpoint", new_model("3"))
        return "example-endpoint"

    def stopped():
        ask.stop("example-endpoint")
        return "example-endpoint"

    def starting():
        ask.start(stopped())
        return "example-endpoint"

    def after_start():
        starting()
        ask.mock.advance(180)
        return "example-endpoint"

    return {
        "created": created,
        "first deployment failed": first_deployment_failed,
        "running": lambda: "example-endpoint",
        "scaled to zero": lambda: "nightly-scores",
        "updating": updating,
        "update failed": lambda: "churn",
        "stopped": stopped,
        "starting": starting,
        "after start": after_start,
    }


RECORD = {
    "int_col": 1,
    "float_col": 2.0,
    "string_col": "x",
    "customer_id": "c",
    "balance": 1,
    "tenure_months": 9,
    "monthly_charge": 40.0,
    "contract": "yearly",
}
"""A record that each of the models takes: columns it does not know are passed over."""

CREATING, READY = ["DEPLOYMENT_CREATING"], ["DEPLOYMENT_READY"]
TABLE = {
    "created": ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", None, 1, None, CREATING, 400),
    "first deployment failed": (
        "NOT_READY",
        "UPDATE_FAILED",
        "NOT_SUSPENDED",
        None,
        1,
        None,
        ["DEPLOYMENT_FAILED"],
        400,
    ),
    "running": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 2, None, READY, None, 200),
    "scaled to zero": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 14, None, READY, None, 200),
    "updating": ("READY", "IN_PROGRESS", "NOT_SUSPENDED", 2, 3, READY, CREATING, 200),
    "update failed": ("READY", "UPDATE_FAILED", "NOT_SUSPENDED", 3, 4, READY, ["DEPLOYMENT_FAILED"], 200),
    "stopped": ("NOT_READY", "NOT_UPDATING", "SUSPENDED", 2, None, ["DEPLOYMENT_ABORTED"], None, 400),
    "starting": ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", 2, 3, ["DEPLOYMENT_ABORTED"], CREATING, 400),
    "after start": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 3, None, READY, None, 200),
}


@pytest.mark.parametrize("row", TABLE)
def test_each_row_of_the_life_cycle_shows_as_it_should_and_is_queried_as_it_should(ask, moments, row):
    name = moments[row]()
    shown = ask.get(name).body
    parts = [deployments(shown, part) if part in shown else None for part in ("config", "pending_config")]
    answer = ask.query(name, {"dataframe_records": [RECORD]})
    assert (*situation(shown), *parts, answer.status) == TABLE[row]
    message = answer.body.get("message", "")
    assert ("is stopped" in message) == (row == "stopped")
    listed = next(one for one in ask("GET", ask.control).body["endpoints"] if one["name"] == name)
    assert listed["state"]["ready"] == shown["state"]["ready"]


def test_a_system_update_failure_is_told_of_settled_endpoints_only(ask, moments):
    told = {row: ask.get(way()).body["state"].get("system_update_failure") for row, way in list(moments.items())[2:6]}
    assert told == {"running": False, "scaled to zero": False, "updating": None, "update failed": None}
    assert "system_update_failure" not in ask.get("chat").body["state"]


def test_an_entity_that_is_lost_recovers_by_itself_while_the_endpoint_answers(ask, entity):
    ask.create("fresh", entity("main.ml.flaky_model"))
    ask.mock.advance(300)

    def state():
        shown = ask.get("fresh").body
        assert situation(shown) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 1, None)
        assert ask.query("fresh", {"inputs": [1]}).status == 200
        return shown["config"]["served_entities"][0]["state"]

    well = {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""}
    assert state() == well
    ask.mock.advance(600)
    assert state()["deployment"] == "DEPLOYMENT_RECOVERING"
    assert "Recovering" in state()["deployment_state_message"]
    ask.mock.advance(120)
    assert state() == well


def test_what_is_lost_can_be_stopped_and_does_not_recover_then(ask, entity):
    ask.create("fresh", entity("main.ml.flaky_model"))
    ask.mock.advance(900)
    assert ask.stop("fresh").status == 200
    ask.mock.advance(3600)
    assert deployments(ask.get("fresh").body) == ["DEPLOYMENT_ABORTED"]


@pytest.mark.parametrize(("hardware", "hours"), [("CPU", 0.5), ("GPU_SMALL", 1), ("GPU_LARGE", 2)])
def test_a_deployment_that_gets_nowhere_is_given_up_by_its_hardware(ask, entity, hardware, hours):
    ask.create("fresh", entity("main.ml.stuck_model", workload_type=hardware))
    ask.mock.advance(3600 * hours - 1)
    assert ask.get("fresh").body["state"]["config_update"] == "IN_PROGRESS"
    ask.mock.advance(1)
    assert deployments(ask.get("fresh").body, "pending_config") == ["DEPLOYMENT_ABORTED"]


def test_an_update_in_progress_is_not_disturbed_by_another(ask, entity):
    ask.update("example-endpoint", entity("main.examples.vanilla_simple_model", "3"))
    before = ask.get("example-endpoint").text
    for _ in range(2):
        answer = ask.update("example-endpoint", entity("main.examples.vanilla_simple_model", "4"))
        assert (answer.status, answer.code) == (409, "RESOURCE_CONFLICT")
        assert answer.body["message"] == "Endpoint example-endpoint is currently updating."
    assert ask.get("example-endpoint").text == before


def test_every_accepted_config_has_a_version_of_its_own_also_those_that_fail(ask, entity):
    versions = []
    for model, seconds in (
        ("model", 300),
        ("broken_model", 240),
        ("model", 240),
        ("stuck_model", 1800),
        ("model", 240),
    ):
        answer = ask.create("fresh", entity()) if not versions else ask.update("fresh", entity(f"main.ml.{model}", "2"))
        versions.append(answer.body["pending_config"]["config_version"])
        ask.mock.advance(seconds)
    assert versions == [1, 2, 3, 4, 5]
    assert situation(ask.get("fresh").body) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 5, None)


def test_a_first_deployment_that_failed_can_be_tried_again(ask, entity):
    ask.create("fresh", entity("main.ml.broken_model"))
    ask.mock.advance(300)
    assert situation(ask.update("fresh", entity()).body) == ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", None, 2)
    ask.mock.advance(300)
    assert situation(ask.get("fresh").body) == ("READY", "NOT_UPDATING", "NOT_SUSPENDED", 2, None)


def test_a_canceled_update_leaves_the_old_version_and_can_be_followed_by_another(started, entity):
    _, ask = started("large", clock="manual")
    canceled = [one["name"] for one in ask("GET", ask.control).body["endpoints"] if "CANCELED" in str(one["state"])]
    shown = ask.get(canceled[0]).body
    version = shown["config"]["config_version"]
    assert situation(shown) == ("READY", "UPDATE_CANCELED", "NOT_SUSPENDED", version, version + 1)
    assert set(deployments(shown, "pending_config")) == {"DEPLOYMENT_ABORTED"}
    assert ask.update(canceled[0], entity()).body["pending_config"]["config_version"] == version + 2
    ask.mock.advance(240)
    assert situation(ask.get(canceled[0]).body)[1:] == ("NOT_UPDATING", "NOT_SUSPENDED", version + 2, None)


def test_an_endpoint_whose_creator_left_the_workspace_does_not_start(ask):
    with ask.mock._world.lock:
        ask.mock._world.endpoint("pricing").creator = "gone@example.com"
    before = ask.get("pricing").text
    answer = ask.start("pricing")
    assert answer.status == 400
    assert "gone@example.com left the workspace" in answer.body["message"]
    assert ask.get("pricing").text == before
