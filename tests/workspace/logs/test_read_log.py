"""Which entity's log is meant, in the present configuration and in earlier ones."""

import pytest

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.workspace.logs.read_log import candidates


@pytest.fixture(scope="module")
def ws():
    with sw.connect("mock", clock="manual", name="read-log") as opened:
        yield opened


@pytest.mark.parametrize(("version", "entity"), [(3, "churn_model-3"), (4, "churn_model-4"), (None, "churn_model-4")])
def test_the_entity_is_that_of_the_version_of_the_configuration(ws, version, entity):
    assert ws.endpoints.get("churn").build_logs(config_version=version).entity == entity


def test_a_version_that_is_not_there_says_what_the_others_serve(ws):
    with pytest.raises(sw.ConfigError, match="Version 9 of the configuration of churn has no served entity") as error:
        ws.endpoints.get("churn").build_logs(config_version=9)
    assert "Version 3 serves churn_model-3; version 4 serves churn_model-4" in error.value.hint


def test_of_several_entities_of_a_version_one_has_to_be_named(ws):
    with pytest.raises(sw.ConfigError) as error:
        ws.endpoints.get("fraud-detector").logs(config_version=11)
    assert "fraud_detector-7, fraud_challenger-2" in str(error.value)
    assert "fraud_detector-8" not in str(error.value)


def test_what_an_earlier_version_served_is_tried_by_the_names_that_earlier_models_go_by(ws):
    info = ws.endpoints.get("churn").info
    assert candidates(info, None, "build", 2) == ["churn_model-4", "churn_model-3", "churn_model-2", "churn_model-1"]


def test_without_a_configuration_the_reason_is_told():
    with pytest.raises(sw.ConfigError, match="serves nothing yet"):
        candidates(EndpointInfo.read({"name": "new"}), None, "build", 3)
