"""The timeline of an update, read off successive pictures."""

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.workspace.watch.update_timeline import MOST, UpdateTimelines


def picture(update="IN_PROGRESS", *, active=None, pending=None, ident="a" * 32):
    raw = {"name": "churn", "id": ident, "creation_timestamp": 1, "state": {"ready": "READY", "config_update": update}}
    if active:
        raw["config"] = config(*active)
    if pending:
        raw["pending_config"] = {**config(*pending), "start_time": 1000}
    return EndpointInfo.read(raw)


def config(version, state, message):
    entity = {
        "name": "churn-2",
        "entity_name": "main.ml.churn",
        "entity_version": "2",
        "state": {"deployment": state, "deployment_state_message": message},
    }
    return {"config_version": version, "served_entities": [entity]}


CREATING = (2, "DEPLOYMENT_CREATING", "Building")
READY = (2, "DEPLOYMENT_READY", "")


def test_an_endpoint_at_rest_has_no_timeline():
    history = UpdateTimelines()
    history.take(picture("NOT_UPDATING", active=READY), 5000)
    assert history.of("churn") is None


def test_the_first_step_begins_with_the_update_and_later_ones_when_they_are_seen():
    history = UpdateTimelines()
    history.take(picture(pending=CREATING), 3000)
    history.take(picture(pending=(2, "DEPLOYMENT_CREATING", "Deploying")), 4000)
    history.take(picture("NOT_UPDATING", active=READY), 6000)
    update = history.of("churn")
    assert (update.version, update.started, update.finished) == (2, 1000, 6000)
    assert [(step.message, step.started, step.ended) for step in update.steps] == [
        ("Building", 1000, 4000),
        ("Deploying", 4000, 6000),
        ("", 6000, 6000),
    ]


def test_a_failed_update_ends_with_the_failed_step():
    history = UpdateTimelines()
    history.take(picture(pending=CREATING), 3000)
    history.take(picture("UPDATE_FAILED", pending=(2, "DEPLOYMENT_FAILED", "No such package")), 5000)
    update = history.of("churn")
    assert update.finished == 5000
    assert [step.state for step in update.steps] == ["DEPLOYMENT_CREATING", "DEPLOYMENT_FAILED"]


def test_an_update_that_was_over_before_anybody_looked_has_no_end_that_could_be_told():
    history = UpdateTimelines()
    failed = picture("UPDATE_FAILED", pending=(2, "DEPLOYMENT_FAILED", "No such package"))
    history.take(failed, 5000)
    history.take(failed, 9000)
    update = history.of("churn")
    assert (update.over, update.started, update.finished) == (True, 1000, None)
    assert [step.ended for step in update.steps] == [None]


def test_looking_twice_at_the_same_thing_adds_nothing():
    history = UpdateTimelines()
    for now in (3000, 3500, 4000):
        history.take(picture(pending=CREATING), now)
    assert len(history.of("churn").steps) == 1


def test_the_next_update_starts_a_new_timeline():
    history = UpdateTimelines()
    history.take(picture(pending=CREATING), 3000)
    history.take(picture(pending=(3, "DEPLOYMENT_CREATING", "Building")), 9000)
    assert history.of("churn").version == 3
    assert len(history.of("churn").steps) == 1


def test_an_endpoint_made_again_under_the_same_name_does_not_inherit_a_timeline():
    history = UpdateTimelines()
    history.take(picture(pending=CREATING), 3000)
    history.take(picture("NOT_UPDATING", active=READY, ident="b" * 32), 9000)
    assert history.of("churn") is None


def test_earlier_updates_are_remembered_with_how_they_ended():
    history = UpdateTimelines()
    for version, state in ((2, "DEPLOYMENT_FAILED"), (3, "DEPLOYMENT_READY")):
        history.take(picture(pending=(version, "DEPLOYMENT_CREATING", "Building")), version * 10_000)
        over = {"pending": (version, state, "")} if "FAILED" in state else {"active": (version, state, "")}
        history.take(picture("UPDATE_FAILED" if "FAILED" in state else "NOT_UPDATING", **over), version * 10_000 + 5000)
    assert [(each.version, each.failed) for each in history.all_of("churn")] == [(2, True), (3, False)]
    for version in range(4, 4 + MOST):
        history.take(picture(pending=(version, "DEPLOYMENT_CREATING", "")), version * 10_000)
    assert [each.version for each in history.all_of("churn")] == list(range(4, 4 + MOST))
