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
