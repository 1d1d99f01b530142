"""Which served entity made an update fail, and which log tells why."""

import pytest

from serving_widgets.api.endpoint.failed_entity import FailedEntity, find_failed_entity
from serving_widgets.api.endpoint.models import EndpointInfo


def entity(name, deployment, message=""):
    return {"name": name, "state": {"deployment": deployment, "deployment_state_message": message}}


def pending(*entities):
    return EndpointInfo.read({"name": "ads", "pending_config": {"served_entities": list(entities)}})


@pytest.mark.parametrize(
    ("message", "sort"),
    [
        ("Failed to build the container image. See the build logs.", "build"),
        ("The model server could not load the model. See the service logs.", "server"),
        ("", "build"),
    ],
)
def test_the_services_own_words_say_which_log_to_read(message, sort):
    assert find_failed_entity(pending(entity("m-4", "DEPLOYMENT_FAILED", message))) == FailedEntity("m-4", sort)


def test_one_that_failed_by_itself_is_to_blame_rather_than_one_that_was_given_up():
    info = pending(entity("a", "DEPLOYMENT_ABORTED"), entity("b", "DEPLOYMENT_FAILED"), entity("c", "DEPLOYMENT_READY"))
    assert find_failed_entity(info).entity == "b"


@pytest.mark.parametrize("info", [pending(), pending(entity("a", "DEPLOYMENT_CREATING")), EndpointInfo.read({})])
def test_where_nothing_failed_nothing_is_to_blame(info):
    assert find_failed_entity(info) is None
