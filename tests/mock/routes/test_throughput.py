"""Provisioned throughput: its own routes, and what the service fills in."""

import pytest

UNITS = {
    "entity_name": "system.ai.llama",
    "entity_version": "2",
    "provisioned_model_units": 50,
    "burst_scaling_enabled": True,
}


@pytest.fixture
def provision(ask):
    """Return a way to create an endpoint that has model units provisioned."""

    def create(*entities, name="fast", **more):
        return ask("POST", f"{ask.control}/pt", {"name": name, "config": {"served_entities": list(entities)}, **more})

    return create


def test_an_endpoint_with_model_units_is_built_and_becomes_ready(ask, provision):
    answer = provision(UNITS, tags=[{"key": "team", "value": "assistants"}])
    assert answer.status == 200
    (served,) = answer.body["pending_config"]["served_entities"]
    assert (served["name"], served["provisioned_model_units"]) == ("llama-2", 50)
    assert "burst_scaling_enabled" not in served
    assert answer.body["tags"] == [{"key": "team", "value": "assistants"}]
    ask.mock.advance(600)
    assert ask.get("fast").body["state"]["ready"] == "READY"
    assert "custom models" in ask.stop("fast").body["message"]


def test_a_version_may_be_left_out_there(provision):
    (served,) = provision({"entity_name": "system.ai.llama", "provisioned_model_units": 50}).body["pending_config"][
        "served_entities"
    ]
    assert (served["name"], served["entity_version"]) == ("llama-1", "1")


def test_an_update_wraps_its_config(ask, provision):
    provision(UNITS)
    ask.mock.advance(600)
    path = f"{ask.control}/pt/fast/config"
    body = {"served_entities": [{**UNITS, "provisioned_model_units": 100}]}
    unwrapped = ask("PUT", path, body)
    assert (unwrapped.code, unwrapped.body["message"]) == (
        "INVALID_PARAMETER_VALUE",
        "config must be a JSON object, not null.",
    )
    pending = ask("PUT", path, {"config": body}).body["pending_config"]
    assert pending["config_version"] == 2
    assert pending["served_entities"][0]["provisioned_model_units"] == 100


def test_these_routes_are_for_provisioned_throughput_alone(ask, provision, entity):
    answer = provision(entity())
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
    assert "provisioned_model_units is required" in answer.body["message"]
    assert ask("POST", f"{ask.control}/pt", {"name": "fast"}).body["message"] == "config is required."
    refused = ask("PUT", f"{ask.control}/pt/churn/config", {"config": {"served_entities": [UNITS]}})
    assert "does not have provisioned throughput" in refused.body["message"]


def test_what_is_provisioned_is_told_in_billing_units_as_well(ask, entity):
    served = entity("system.ai.llama", min_provisioned_throughput=9500, max_provisioned_throughput="19000")
    (shown,) = ask.create("fast", served).body["pending_config"]["served_entities"]
    assert (shown["min_provisioned_throughput"], shown["max_provisioned_throughput"]) == (9500, 19000)
    assert (shown["min_dbus"], shown["max_dbus"]) == (53.0, 106.0)
    assert (shown["workload_size"], shown["workload_type"]) == ("Small", "GPU_XLARGE_8")


def test_a_model_tells_the_steps_it_can_be_provisioned_in(ask):
    path = f"{ask.control}/get-model-optimization-info"
    assert ask("GET", f"{path}/system.ai.llama/2").body == {"optimizable": True, "throughput_chunk_size": 9500}
    assert ask("GET", f"{path}/main.ml.model/1").body == {"optimizable": False}


def test_an_endpoint_may_be_called_like_the_route(ask, entity):
    assert ask.create("pt").status == 200
    assert ask.get("pt").body["name"] == "pt"
    ask.mock.advance(300)
    assert ask.update("pt", entity(version="2")).status == 200
