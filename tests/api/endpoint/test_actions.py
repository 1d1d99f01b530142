"""Allowed actions: what may be done, and if not, a sentence that a person can act on."""

import pytest
from hypothesis import given

from serving_widgets.api.endpoint.actions import ACTIONS, Refusal, why_not
from serving_widgets.api.endpoint.models import EndpointInfo

STOPPED = {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"}
UPDATING = {"ready": "READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"}
STARTING = {"ready": "NOT_READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"}
FAILED = {"ready": "NOT_READY", "config_update": "UPDATE_FAILED", "suspend": "NOT_SUSPENDED"}

EXTERNAL = {"config": {"served_entities": [{"name": "gpt", "external_model": {"provider": "openai"}}]}}
FEATURE = {"config": {"served_entities": [{"name": "f", "type": "FEATURE_SPEC", "entity_name": "a.b.c"}]}}
PROVISIONED = {
    "config": {"served_entities": [{"name": "l", "entity_version": "1", "provisioned_model_units": 50}]},
}
BUILT_IN = {
    "id": None,
    "creator": None,
    "endpoint_type": "FOUNDATION_MODEL_API",
    "config": {"served_entities": [{"name": "l", "foundation_model": {"name": "l"}}]},
}

REFUSED = [
    ("stop", {"state": UPDATING}, "update_in_progress"),
    ("stop", {"state": STOPPED}, "already_stopped"),
    ("stop", {"route_optimized": True}, "route_optimized"),
    ("stop", EXTERNAL, "not_a_custom_model"),
    ("stop", FEATURE, "not_a_custom_model"),
    ("stop", PROVISIONED, "not_a_custom_model"),
    ("stop", BUILT_IN, "not_a_custom_model"),
    ("stop", {"permission_level": "CAN_QUERY"}, "permission_denied"),
    ("stop", {"state": {"ready": "NOT_READY"}, "config": None}, "no_config"),
    ("start", {}, "already_running"),
    ("start", {"state": UPDATING}, "update_in_progress"),
    ("start", {"state": STARTING}, "update_in_progress"),
    ("start", {"state": FAILED}, "not_stopped"),
    ("start", {"state": {"ready": "NOT_READY"}, "config": None}, "no_config"),
    ("start", {"state": STOPPED, "permission_level": "CAN_VIEW"}, "permission_denied"),
    ("start", EXTERNAL, "not_a_custom_model"),
    ("delete", {"permission_level": "CAN_QUERY"}, "permission_denied"),
    ("delete", BUILT_IN, "built_in"),
    ("update", {"state": UPDATING}, "update_in_progress"),
    ("update", {"permission_level": "CAN_VIEW"}, "permission_denied"),
    ("update", BUILT_IN, "built_in"),
    ("query", {"state": STOPPED}, "stopped"),
    ("query", {"state": STARTING}, "not_ready_yet"),
    ("query", {"state": FAILED}, "not_ready"),
    ("query", {"permission_level": "CAN_VIEW"}, "permission_denied"),
]
ALLOWED = [
    ("stop", {}),
    ("stop", {"state": FAILED}),
    ("stop", {"permission_level": None}),
    ("stop", {"permission_level": "CAN_DO_NEW_THINGS"}),
    ("start", {"state": STOPPED}),
    ("delete", {}),
    ("delete", {"state": STOPPED}),
    ("delete", {"state": UPDATING}),
    ("delete", EXTERNAL),
    ("update", {}),
    ("update", {"state": STOPPED}),
    ("update", {"state": FAILED}),
    ("query", {}),
    ("query", {"state": UPDATING}),
    ("query", {"permission_level": "CAN_QUERY"}),
    ("query", EXTERNAL),
    ("query", BUILT_IN),
]


@pytest.mark.parametrize(("action", "fields", "code"), REFUSED)
def test_what_the_service_would_refuse_is_refused_with_a_reason(endpoint, action, fields, code):
    refusal = why_not(action, endpoint(**fields))
    assert isinstance(refusal, Refusal)
    assert refusal.code == code
    assert refusal.message.startswith("churn ")
    assert refusal.message.endswith(".")
    assert "%" not in refusal.message


@pytest.mark.parametrize(("action", "fields"), ALLOWED)
def test_what_the_service_allows_is_allowed(endpoint, action, fields):
    assert why_not(action, endpoint(**fields)) is None


def test_a_refusal_reads_as_a_sentence_and_says_what_to_do(endpoint):
    assert why_not("stop", endpoint(state=UPDATING)) == Refusal(
        "update_in_progress",
        "churn can't be stopped while an update is in progress.",
        "Wait for it to end, or follow it with %serving wait churn.",
    )
    refusal = why_not("query", endpoint(state=STOPPED))
    assert refusal.message == "churn can't be queried: it is stopped, and answers every query with 400."
    assert refusal.hint == "Start it with %serving start churn."


def test_a_failed_endpoint_says_why_it_can_not_be_queried(endpoint, entity):
    entity["state"] = {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": "No module named 'x'"}
    failed = endpoint(state=FAILED, config=None, pending_config={"served_entities": [entity]})
    assert "No module named 'x'" in why_not("query", failed).message


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_a_state_that_nobody_has_seen_leaves_the_last_word_to_the_service(endpoint, action):
    assert why_not(action, endpoint(state={"ready": "READY_SOON", "config_update": "NOT_UPDATING"})) is None


def test_every_action_has_an_answer_for_every_reply(odd_replies):
    @given(odd_replies)
    def holds(raw):
        for action in ACTIONS:
            refusal = why_not(action, EndpointInfo.read(raw))
            assert refusal is None or (refusal.code and refusal.message)

    holds()


def test_an_action_that_does_not_exist_is_a_mistake_of_the_caller(endpoint):
    with pytest.raises(ValueError, match="no action 'paint'; there are stop, start"):
        why_not("paint", endpoint())
