"""What a write looks like when it was done."""

import pytest

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.client.http.write_verification import check_write

WANTED = {"served_entities": [{"entity_name": "main.ml.m", "entity_version": "4", "workload_size": "Small"}]}
OTHER = {"served_entities": [{"entity_name": "main.ml.m", "entity_version": "3", "workload_size": "Small"}]}
SERVED = [{"name": "m-4", "workload_type": "CPU", **WANTED["served_entities"][0]}]
STOPPED = {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"}
READY = {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"}
UPDATING = {**READY, "config_update": "IN_PROGRESS"}


def seen(state=READY, version=1, entities=None, pending=None):
    config = {"config_version": version, "served_entities": OTHER["served_entities"] if entities is None else entities}
    raw = {"name": "churn", "state": state, "config": config}
    if pending:
        raw["pending_config"] = {"config_version": pending, "served_entities": SERVED}
    return EndpointInfo.read(raw)


def test_a_deletion_shows_by_the_endpoint_being_gone():
    assert check_write("delete", "churn", None).applied is True
    assert check_write("delete", "churn", seen()).applied is False


@pytest.mark.parametrize("action", ["create", "update", "stop", "start"])
def test_no_other_write_shows_by_the_endpoint_being_gone(action):
    check = check_write(action, "churn", None, body=WANTED)
    assert (check.applied, check.seen) == (False, "churn does not exist")


def test_a_stop_shows_by_the_endpoint_being_stopped():
    assert check_write("stop", "churn", seen(STOPPED)).applied is True
    assert check_write("stop", "churn", seen()).applied is False


@pytest.mark.parametrize(
    ("before", "now", "applied"),
    [
        (seen(STOPPED), seen(UPDATING), True),
        (seen(STOPPED), seen(READY, version=2), True),
        (seen(STOPPED), seen(READY), True),
        (seen(STOPPED), seen(STOPPED), False),
        (None, seen(STOPPED), False),
        (None, seen(UPDATING), True),
        (None, seen(READY), True),
        (seen(READY), seen(READY), False),
        (seen(READY), seen(READY, version=2), True),
    ],
)
def test_a_start_shows_by_the_endpoint_being_on_its_way(before, now, applied):
    assert check_write("start", "churn", now, before=before).applied is applied


@pytest.mark.parametrize(
    ("now", "applied"),
    [
        (seen(UPDATING, version=1, pending=2), True),
        (seen(READY, version=2, entities=SERVED), True),
        (seen(READY, version=1, entities=SERVED), False),
        (seen(READY, version=2), False),
        (seen(READY), False),
        (seen(READY, version=2, entities=SERVED * 2), False),
        (seen(READY, version=2, entities=[]), False),
    ],
)
def test_an_update_shows_by_its_entities_standing_in_a_newer_configuration(now, applied):
    assert check_write("update", "churn", now, before=seen(), body=WANTED).applied is applied


def test_without_knowing_what_was_before_an_update_can_not_be_seen():
    assert check_write("update", "churn", seen(READY, 2, SERVED), body=WANTED).applied is False


def test_a_creation_shows_by_an_endpoint_with_its_entities():
    body = {"name": "churn", "config": WANTED}
    assert check_write("create", "churn", seen(UPDATING, pending=1), body=body).applied is True
    assert check_write("create", "churn", seen(), body=body).applied is False
    assert check_write("create", "churn", seen(entities=[]), body={"name": "churn"}).applied is True


def test_legacy_fields_and_numbers_are_compared_by_what_they_mean():
    legacy = {"served_models": [{"model_name": "main.ml.m", "model_version": 4, "scale_to_zero_enabled": "true"}]}
    there = [{**SERVED[0], "scale_to_zero_enabled": True}]
    assert check_write("create", "churn", seen(entities=there), body={"config": legacy}).applied is True


def test_external_models_are_told_apart_by_provider_and_name():
    def external(name):
        return {"external_model": {"provider": "openai", "name": name, "openai_config": {}}}

    now = seen(entities=[external("gpt-4o")])
    assert check_write("create", "e", now, body={"config": {"served_entities": [external("gpt-4o")]}}).applied is True
    assert check_write("create", "e", now, body={"config": {"served_entities": [external("gpt-5")]}}).applied is False


def test_a_verdict_says_what_was_seen():
    assert check_write("stop", "churn", seen(version=3)).seen == "churn is Ready, configuration 3"
