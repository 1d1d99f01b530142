"""Status: every combination of what the service may say has a label, and the usual ones the right one."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import DELETED, Status, status_of

LABELS = {
    "Ready",
    "Ready (Updating)",
    "Ready (Update failed)",
    "Ready (Update canceled)",
    "Not ready (Updating)",
    "Not ready (Update failed)",
    "Not ready (Update canceled)",
    "Not ready (Stopped)",
    "Not ready (No config)",
    "Not ready",
}
PHASES = {"ready", "updating", "failed", "stopped", "other"}

READY = [None, "READY", "NOT_READY", "READY_STATE_UNSPECIFIED", "DEGRADED"]
UPDATE = [
    None,
    "NOT_UPDATING",
    "IN_PROGRESS",
    "UPDATE_FAILED",
    "UPDATE_CANCELED",
    "CONFIG_UPDATE_STATE_UNSPECIFIED",
    "ROLLING_BACK",
]
SPELLING = ["config_update", "update_state"]
SUSPEND = [None, "NOT_SUSPENDED", "SUSPENDED", "SUSPENDING"]
DEPLOYMENT = [None, "DEPLOYMENT_READY", "DEPLOYMENT_CREATING", "DEPLOYMENT_FAILED", "DEPLOYMENT_EVAPORATED"]
KINDS = [
    {"entity_name": "main.ml.m", "entity_version": "1", "type": "UC_MODEL", "workload_size": "Small"},
    {"external_model": {"provider": "openai", "name": "gpt-4o"}, "type": "EXTERNAL_MODEL"},
    {"type": "QUANTUM_MODEL"},
]


def served(kind, deployment):
    return {**kind, **({"state": {"deployment": deployment}} if deployment else {})}


def combinations():
    configs = [None, {}] + [{"served_entities": [served(*pair)]} for pair in itertools.product(KINDS, DEPLOYMENT[:3])]
    pendings = [None] + [{"served_entities": [served(KINDS[0], deployment)]} for deployment in DEPLOYMENT[2:]]
    for ready, update, spelling, suspend, config, pending in itertools.product(
        READY, UPDATE, SPELLING, SUSPEND, configs, pendings
    ):
        state = {"ready": ready, spelling: update, "suspend": suspend}
        yield {
            "name": "e",
            "state": {key: value for key, value in state.items() if value is not None},
            **({"config": config} if config is not None else {}),
            **({"pending_config": pending} if pending is not None else {}),
        }


def test_every_combination_of_fields_has_one_of_the_labels_and_a_sound_status():
    seen = set()
    for raw in combinations():
        status = status_of(EndpointInfo.read(raw))
        state = raw["state"]
        update = state.get("config_update") or state.get("update_state")
        seen.add(status.label)
        assert status.label in LABELS or re.fullmatch(r"Unknown \((DEGRADED|ROLLING_BACK|SUSPENDING)\)", status.label)
        assert status.phase in PHASES
        assert (status.phase == "updating") == status.label.endswith("(Updating)")
        assert (status.phase == "ready") == (status.label == "Ready")
        assert (status.phase == "stopped") == (status.label == "Not ready (Stopped)")
        assert status.serving == (state.get("ready") == "READY" and state.get("suspend") != "SUSPENDED")
        if update == "IN_PROGRESS":
            assert not status.settled
        if status.phase in {"ready", "failed"}:
            assert status.settled
        if status.done is not None:
            assert status.phase == "updating"
            assert 0 <= status.done <= status.total
    assert seen >= LABELS


def test_only_kinds_that_can_be_stopped_are_called_stopped_without_the_service_saying_so():
    for raw in combinations():
        info = EndpointInfo.read(raw)
        if status_of(info).phase == "stopped" and raw["state"].get("suspend") != "SUSPENDED":
            assert info.kind == "custom"
            assert "suspend" not in raw["state"]


def test_any_reply_of_any_shape_has_a_status(odd_replies):
    @given(odd_replies)
    def holds(raw):
        status = status_of(EndpointInfo.read(raw))
        assert status.label in LABELS or status.label.startswith("Unknown (")

    holds()


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=1), st.sampled_from(["ready", "config_update", "update_state"]))
def test_a_value_nobody_has_seen_is_shown_as_it_came(value, field):
    known = {*READY[:4], *UPDATE[:5]}
    state = {"ready": "READY", field: value}
    label = status_of(EndpointInfo.read({"name": "e", "state": state})).label
    if value not in known and not value.endswith("_UNSPECIFIED"):
        assert label == f"Unknown ({value})"


def test_the_example_in_the_documentation_with_the_older_spelling_is_ready(ready):
    state = {"ready": "READY", "update_state": "NOT_UPDATING"}
    assert status_of(EndpointInfo.read({**ready, "state": state})) == Status("Ready", "ready", serving=True)
    assert (
        status_of(EndpointInfo.read({**ready, "state": {**state, "update_state": "IN_PROGRESS"}})).phase == "updating"
    )


def test_a_new_endpoint_is_updating_with_none_of_its_entities_ready(endpoint, entity):
    entity["state"] = {"deployment": "DEPLOYMENT_CREATING", "deployment_state_message": "Creating resources."}
    new = endpoint(
        state={"ready": "NOT_READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"},
        config=None,
        pending_config={"config_version": 1, "served_entities": [entity]},
    )
    expected = Status("Not ready (Updating)", "updating", done=0, total=1, settled=False)
    assert status_of(new) == expected


def test_progress_counts_the_pending_entities_that_are_ready(endpoint, entity):
    waiting = {**entity, "state": {"deployment": "DEPLOYMENT_CREATING"}}
    updating = endpoint(
        state={"ready": "READY", "config_update": "IN_PROGRESS"},
        pending_config={"config_version": 2, "served_entities": [entity, waiting, {"name": "no state"}]},
    )
    status = status_of(updating)
    assert (status.label, status.done, status.total, status.serving) == ("Ready (Updating)", 1, 3, True)


def test_scaled_to_zero_is_a_note_beside_ready(endpoint, entity):
    asleep = {**entity, "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": "Scaled to zero"}}
    status = status_of(endpoint(config={"served_entities": [asleep]}))
    assert (status.label, status.note, status.serving) == ("Ready", "Scaled to zero", True)
    assert status_of(endpoint(config={"served_entities": [asleep, entity]})).note == ""


def test_a_failed_update_says_why_in_the_pending_entitys_words_while_the_old_version_serves(endpoint, entity):
    good = {**entity, "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": "fine"}}
    silent = {**entity, "state": {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": ""}}
    said = "Failed to build the container image. See the build logs."
    bad = {**entity, "state": {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": said}}
    status = status_of(
        endpoint(
            state={"ready": "READY", "config_update": "UPDATE_FAILED", "suspend": "NOT_SUSPENDED"},
            pending_config={"config_version": 2, "served_entities": [good, silent, bad]},
        )
    )
    assert status == Status("Ready (Update failed)", "failed", reason=said, settled=True, serving=True)


def test_an_update_that_timed_out_says_so(endpoint, entity):
    said = "Served model creation aborted because the endpoint update timed out. Please see service logs."
    aborted = {**entity, "state": {"deployment": "DEPLOYMENT_ABORTED", "deployment_state_message": said}}
    status = status_of(
        endpoint(
            state={"ready": "NOT_READY", "config_update": "UPDATE_FAILED"},
            config=None,
            pending_config={"served_entities": [aborted]},
        )
    )
    assert (status.label, status.reason, status.serving) == ("Not ready (Update failed)", said, False)


def test_a_stopped_endpoint_is_stopped_and_gives_no_reason_to_worry(endpoint, entity):
    down = {**entity, "state": {"deployment": "DEPLOYMENT_ABORTED", "deployment_state_message": "Endpoint is stopped"}}
    state = {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"}
    assert status_of(endpoint(state=state, config={"served_entities": [down]})) == Status(
        "Not ready (Stopped)", "stopped"
    )


def test_without_the_field_that_says_so_a_deployed_custom_endpoint_at_rest_is_stopped(endpoint):
    at_rest = {"ready": "NOT_READY", "config_update": "NOT_UPDATING"}
    assert status_of(endpoint(state=at_rest)).label == "Not ready (Stopped)"
    assert status_of(endpoint(state=at_rest, route_optimized=True)).label == "Not ready"
    assert status_of(endpoint(state={**at_rest, "suspend": "NOT_SUSPENDED"})).label == "Not ready"
    assert status_of(endpoint(state={"ready": "NOT_READY"})).label == "Not ready"


@pytest.mark.parametrize("config", [None, {}, {"served_entities": []}])
def test_an_endpoint_that_was_never_given_anything_to_serve_has_no_config(endpoint, config):
    state = {"ready": "NOT_READY", "config_update": "NOT_UPDATING"}
    assert status_of(endpoint(state=state, config=config)).label == "Not ready (No config)"


def test_a_deployment_that_recovers_by_itself_is_not_settled(endpoint, entity):
    recovering = {**entity, "state": {"deployment": "DEPLOYMENT_RECOVERING", "deployment_state_message": ""}}
    state = {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"}
    assert not status_of(endpoint(state=state, config={"served_entities": [recovering]})).settled


def test_a_deleted_endpoint_has_nothing_going_on():
    assert Status("Deleted", "other", settled=True, serving=False) == DELETED
