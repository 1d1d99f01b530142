"""Whole answers, field by field, in each situation that the service is known to show."""

import pytest
from mlflow.exceptions import ERROR_CODE_TO_HTTP_STATUS

from serving_widgets.mock.service.clock import EPOCH
from serving_widgets.mock.service.errors import STATUS_OF
from serving_widgets.mock.state.lifecycle import OUTCOMES

AT = 1_768_208_400_000
POLICY = "11111111-2222-3333-4444-555555555555"
ADA = "ada@example.com"
SERVED = {
    "entity_name": "main.ml.churn_model",
    "entity_version": "3",
    "workload_size": "Small",
    "scale_to_zero_enabled": True,
}


def config(version, *entities):
    """A configuration as it is shown: both lists of entities, and traffic with both names."""
    names = [entity["name"] for entity in entities]
    return {
        "config_version": version,
        "served_entities": list(entities),
        "served_models": [mirror(entity) for entity in entities],
        "traffic_config": {
            "routes": [
                {"served_model_name": name, "served_entity_name": name, "traffic_percentage": 100} for name in names
            ]
        },
    }


def mirror(entity):
    names = {"entity_name": "model_name", "entity_version": "model_version"}
    return {names.get(key, key): value for key, value in entity.items()}


def served(deployment, message="", *, version="3", at=AT, creator=ADA):
    """An entity as it is shown."""
    return {
        "name": f"churn_model-{version}",
        "entity_name": "main.ml.churn_model",
        "entity_version": version,
        "type": "UC_MODEL",
        "workload_size": "Small",
        "workload_type": "CPU",
        "scale_to_zero_enabled": True,
        "state": {"deployment": deployment, "deployment_state_message": message},
        "creator": creator,
        "creation_timestamp": at,
    }


def endpoint(state, *, id, updated=AT, **parts):
    """An endpoint as it is shown."""
    return {
        "name": "churn-new",
        "creator": ADA,
        "creation_timestamp": AT,
        "last_updated_timestamp": updated,
        "state": state,
        **parts,
        "id": id,
        "permission_level": "CAN_MANAGE",
        "route_optimized": False,
        "creator_display_name": "Ada Nyman",
        "creator_kind": "User",
        "resource_credential_strategy": "EMBEDDED_CREDENTIALS",
        "effective_budget_policy_id": POLICY,
        "description": "",
    }


@pytest.fixture
def churn(ask):
    """Return an endpoint that has just been created."""
    assert EPOCH * 1000 == AT
    return ask.create("churn-new", SERVED, budget_policy_id=POLICY).body


def test_just_created(churn):
    state = {"ready": "NOT_READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"}
    entity = served("DEPLOYMENT_CREATING", "Creating resources for served entity.")
    pending = {"start_time": AT, **config(1, entity)}
    assert len(churn["id"]) == 32
    assert churn == endpoint(state, id=churn["id"], pending_config=pending)


def test_ready(ask, churn):
    ask.mock.advance(300)
    state = {
        "ready": "READY",
        "config_update": "NOT_UPDATING",
        "suspend": "NOT_SUSPENDED",
        "system_update_failure": False,
    }
    assert ask.get("churn-new").body == endpoint(state, id=churn["id"], config=config(1, served("DEPLOYMENT_READY")))


def test_ready_and_scaled_to_zero(ask, churn):
    ask.mock.advance(300 + 1800)
    state = {
        "ready": "READY",
        "config_update": "NOT_UPDATING",
        "suspend": "NOT_SUSPENDED",
        "system_update_failure": False,
    }
    shown = config(1, served("DEPLOYMENT_READY", "Scaled to zero"))
    assert ask.get("churn-new").body == endpoint(state, id=churn["id"], config=shown)


def test_update_failed_while_the_old_version_serves(ask, churn):
    ask.mock.advance(300)
    ask.mock._world.lifecycle.outcomes["main.ml.churn_model", "4"] = OUTCOMES["broken"]
    begun = ask.update("churn-new", {**SERVED, "entity_version": "4"}).body["pending_config"]["start_time"]
    assert begun == AT + 300_000
    ask.mock.advance(240)
    failed = served(
        "DEPLOYMENT_FAILED", "Failed to build the container image. See the build logs.", version="4", at=begun
    )
    state = {"ready": "READY", "config_update": "UPDATE_FAILED", "suspend": "NOT_SUSPENDED"}
    assert ask.get("churn-new").body == endpoint(
        state,
        id=churn["id"],
        updated=begun,
        config=config(1, served("DEPLOYMENT_READY")),
        pending_config={"start_time": begun, **config(2, failed)},
    )


def test_aborted_as_it_took_too_long(ask, entity):
    ask.create("fresh", entity("main.ml.stuck_model"))
    ask.mock.advance(1800)
    (stuck,) = ask.get("fresh").body["pending_config"]["served_entities"]
    assert stuck["state"] == {
        "deployment": "DEPLOYMENT_ABORTED",
        "deployment_state_message": "Served model creation aborted because the endpoint update timed out. "
        "Please see service logs for more information.",
    }


def test_stopped(ask, churn):
    ask.mock.advance(300)
    state = {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"}
    shown = config(1, served("DEPLOYMENT_ABORTED", "Endpoint is stopped"))
    stopped = ask.stop("churn-new").body
    assert stopped == endpoint(state, id=churn["id"], config=shown)
    assert ask.get("churn-new").body == stopped


def test_in_the_list(ask, churn):
    ask.mock.advance(300)
    (item,) = [one for one in ask("GET", ask.control).body["endpoints"] if one["name"] == "churn-new"]
    state = {
        "ready": "READY",
        "config_update": "NOT_UPDATING",
        "suspend": "NOT_SUSPENDED",
        "system_update_failure": False,
    }
    brief = {
        "name": "churn_model-3",
        "entity_name": "main.ml.churn_model",
        "entity_version": "3",
        "type": "UC_MODEL",
    }
    short = {"served_entities": [brief], "served_models": [mirror(brief)]}
    assert item == endpoint(state, id=churn["id"], config=short)


def test_the_first_example_of_the_documentation(ask):
    shown = ask.get("unity-model-endpoint").body
    assert shown == {
        "name": "unity-model-endpoint",
        "creator": "customer@example.com",
        "creation_timestamp": 1666829055000,
        "last_updated_timestamp": 1666829055000,
        "state": {
            "ready": "READY",
            "config_update": "NOT_UPDATING",
            "update_state": "NOT_UPDATING",
            "suspend": "NOT_SUSPENDED",
            "system_update_failure": False,
        },
        "config": config(
            1,
            {
                "name": "my-ads-model",
                "entity_name": "myCatalog.mySchema.my-ads-model",
                "entity_version": "1",
                "type": "UC_MODEL",
                "workload_size": "Small",
                "workload_type": "CPU",
                "scale_to_zero_enabled": False,
                "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
                "creator": "customer@example.com",
                "creation_timestamp": 1666829055000,
            },
        ),
        "id": shown["id"],
        "permission_level": "CAN_MANAGE",
        "route_optimized": False,
        "creator_display_name": "Example Customer",
        "creator_kind": "User",
        "resource_credential_strategy": "EMBEDDED_CREDENTIALS",
        "description": "",
    }


def test_an_external_model(ask):
    model = {
        "provider": "openai",
        "name": "gpt-4o",
        "task": "llm/v1/chat",
        "openai_config": {"openai_api_key": "{{secrets/llm/openai}}", "openai_api_key_plaintext": "hunter2"},
    }
    shown = ask.create("gateway", {"external_model": model}).body
    del model["openai_config"]["openai_api_key_plaintext"]
    assert shown == {
        "name": "gateway",
        "creator": ADA,
        "creation_timestamp": AT,
        "last_updated_timestamp": AT,
        "state": {"ready": "READY", "config_update": "NOT_UPDATING"},
        "config": {
            "config_version": 1,
            "served_entities": [
                {
                    "name": "gpt-4o",
                    "type": "EXTERNAL_MODEL",
                    "external_model": model,
                    "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
                    "creator": ADA,
                    "creation_timestamp": AT,
                }
            ],
            "traffic_config": {
                "routes": [{"served_model_name": "gpt-4o", "served_entity_name": "gpt-4o", "traffic_percentage": 100}]
            },
        },
        "id": shown["id"],
        "permission_level": "CAN_MANAGE",
        "route_optimized": False,
        "task": "llm/v1/chat",
        "endpoint_type": "EXTERNAL_MODEL",
        "creator_display_name": "Ada Nyman",
        "creator_kind": "User",
        "resource_credential_strategy": "EMBEDDED_CREDENTIALS",
        "description": "",
    }


def test_a_pay_per_token_model(ask):
    shown = ask.get("databricks-llama").body
    (entity,) = shown["config"]["served_entities"]
    assert set(entity) == {"name", "entity_name", "type", "foundation_model"}
    assert entity["name"] == "databricks-llama"
    assert entity["entity_name"] == "system.ai.databricks-llama"
    assert entity["type"] == "FOUNDATION_MODEL"
    assert set(entity["foundation_model"]) == {"name", "display_name", "docs", "description"}
    assert entity["foundation_model"]["name"] == "system.ai.databricks-llama"
    assert (shown["endpoint_type"], shown["task"]) == ("FOUNDATION_MODEL_API", "llm/v1/chat")
    assert not {"creator", "id", "effective_budget_policy_id"} & set(shown)


def test_provisioned_throughput(ask):
    asked = {
        "name": "llama-3",
        "entity_name": "system.ai.meta_llama_v3_1_8b_instruct",
        "entity_version": "3",
        "min_provisioned_throughput": 19000,
        "max_provisioned_throughput": 19000,
    }
    (shown,) = ask.create("llama", asked).body["pending_config"]["served_entities"]
    assert shown == {
        **asked,
        "type": "UC_MODEL",
        "workload_size": "Small",
        "workload_type": "GPU_XLARGE_8",
        "min_dbus": 106.0,
        "max_dbus": 106.0,
        "state": {
            "deployment": "DEPLOYMENT_CREATING",
            "deployment_state_message": "Creating resources for served entity.",
        },
        "creator": ADA,
        "creation_timestamp": AT,
    }


def test_a_feature_spec(ask):
    asked = {
        "name": "user_features",
        "entity_name": "main.feat.user_spec",
        "workload_size": "Small",
        "scale_to_zero_enabled": True,
    }
    created = ask.create("features", asked).body
    (shown,) = created["pending_config"]["served_entities"]
    assert shown == {
        **asked,
        "type": "FEATURE_SPEC",
        "state": {
            "deployment": "DEPLOYMENT_CREATING",
            "deployment_state_message": "Creating resources for served entity.",
        },
        "creator": ADA,
        "creation_timestamp": AT,
    }
    assert "served_models" not in created["pending_config"]


def test_permissions(ask, churn):
    sp = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"
    entries = [
        {"group_name": "analysts", "permission_level": "CAN_VIEW"},
        {"service_principal_name": sp, "permission_level": "CAN_QUERY"},
    ]
    path = f"/api/2.0/permissions/serving-endpoints/{churn['id']}"
    answer = ask("PATCH", path, {"access_control_list": entries})
    assert answer.body == ask("GET", path).body
    assert answer.body == {
        "object_id": f"/serving-endpoints/{churn['id']}",
        "object_type": "serving-endpoint",
        "access_control_list": [
            {
                "user_name": ADA,
                "display_name": "Ada Nyman",
                "all_permissions": [{"permission_level": "CAN_MANAGE", "inherited": False}],
            },
            {
                "service_principal_name": sp,
                "display_name": "batch-scoring",
                "all_permissions": [{"permission_level": "CAN_QUERY", "inherited": False}],
            },
            {"group_name": "analysts", "all_permissions": [{"permission_level": "CAN_VIEW", "inherited": False}]},
            {
                "group_name": "admins",
                "all_permissions": [
                    {
                        "permission_level": "CAN_MANAGE",
                        "inherited": True,
                        "inherited_from_object": ["/serving-endpoints/"],
                    }
                ],
            },
        ],
    }


CONTROL = "/api/2.0/serving-endpoints"
QUERY = "/serving-endpoints"
ERRORS = {
    "an unknown endpoint": (
        ("GET", f"{CONTROL}/nope", None),
        404,
        {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "Endpoint with name 'nope' does not exist."},
    ),
    "a query to an unknown endpoint": (
        ("POST", f"{QUERY}/nope/invocations", {}),
        404,
        {
            "error_code": "ENDPOINT_NOT_FOUND",
            "message": "The given endpoint does not exist, please retry after checking the specified model and "
            "version deployment exists.",
        },
    ),
    "a query to an unknown entity": (
        ("POST", f"{QUERY}/churn/served-models/nope/invocations", {}),
        404,
        {
            "error_code": "ENDPOINT_NOT_FOUND",
            "message": "The given endpoint does not exist, please retry after checking the specified model and "
            "version deployment exists.",
        },
    ),
    "a name that is taken": (
        ("POST", CONTROL, {"name": "churn", "config": {"served_entities": [SERVED]}}),
        409,
        {"error_code": "RESOURCE_ALREADY_EXISTS", "message": "Serving endpoint with name churn already exists"},
    ),
    "an update of what is updating": (
        ("PUT", f"{CONTROL}/fraud-detector/config", {"served_entities": [SERVED]}),
        409,
        {"error_code": "RESOURCE_CONFLICT", "message": "Endpoint fraud-detector is currently updating."},
    ),
    "a query to what is stopped": (
        ("POST", f"{QUERY}/pricing/invocations", {"inputs": [[1, 2, 3]]}),
        400,
        {"error_code": "BAD_REQUEST", "message": "Endpoint pricing is stopped; start it before sending queries."},
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_errors(ask, case):
    request, status, body = ERRORS[case]
    answer = ask(*request)
    assert (answer.status, answer.body) == (status, body)
    assert answer.headers["content-type"] == "application/json"


def test_a_query_that_is_not_allowed(ask):
    answer = ask.query("churn", {}, user="vera@example.com")
    assert answer.status == 403
    assert answer.code == "PERMISSION_DENIED"
    assert answer.body["details"] == [
        {
            "@type": "type.googleapis.com/google.rpc.RequestInfo",
            "request_id": answer.headers["x-request-id"],
            "serving_data": "",
        }
    ]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}, {"Authorization": "Basic YTpi"}])
def test_nobody_is_let_in(ask, headers):
    answer = ask.raw("GET", CONTROL, headers=headers)
    assert (answer.status, answer.code) == (401, "UNAUTHENTICATED")
    assert answer.body["message"]


def test_too_many_requests(ask):
    ask.mock._world.change_limit.limit = 0
    answer = ask.create("fresh")
    assert answer.status == 429
    assert answer.code == "REQUEST_LIMIT_EXCEEDED"
    assert answer.body["message"].startswith("Too many requests.")


def test_every_refusal_has_a_code_that_mlflow_knows_for_the_same_status():
    # The official clients disagree about these two; the second is said of stop and start alone, which MLflow can't ask.
    differing = {"RESOURCE_ALREADY_EXISTS": 400, "INVALID_STATE": 500}
    assert {code: ERROR_CODE_TO_HTTP_STATUS.get(code) for code in STATUS_OF} == {**STATUS_OF, **differing}


def test_host_metadata_and_discovery(ask):
    metadata = ask.raw("GET", "/.well-known/databricks-config").body
    assert metadata == {
        "oidc_endpoint": f"{ask.mock.host}/oidc",
        "account_id": "00000000-0000-0000-0000-000000000000",
        "workspace_id": metadata["workspace_id"],
        "cloud": "AWS",
    }
    assert metadata["workspace_id"].isdecimal()
    assert ask.raw("GET", "/oidc/.well-known/oauth-authorization-server").body == {
        "authorization_endpoint": f"{ask.mock.host}/oidc/v1/authorize",
        "token_endpoint": f"{ask.mock.host}/oidc/v1/token",
    }


def test_metrics(ask, churn):
    ask.mock.advance(300)
    for _ in range(3):
        ask.query("churn-new", {"inputs": [1]})
    lines = ask("GET", f"{CONTROL}/churn-new/metrics").text.splitlines()
    served = 'endpoint_name="churn-new",served_model_name="churn_model-3"'
    assert lines[0] == "# TYPE cpu_usage_percentage gauge"
    assert lines[1].startswith(f"cpu_usage_percentage{{{served}}} ")
    expected = [
        "# TYPE request_count_total gauge",
        f"request_count_total{{{served}}} 3",
        "# TYPE request_latency_ms histogram",
        'request_latency_ms_bucket{endpoint_name="churn-new",le="100.0"} 3',
        'request_latency_ms_bucket{endpoint_name="churn-new",le="+Inf"} 3',
        'request_latency_ms_count{endpoint_name="churn-new"} 3',
    ]
    assert [line for line in lines if line in expected] == expected
    assert any(line.startswith('request_latency_ms_sum{endpoint_name="churn-new"} ') for line in lines)
    assert lines[-1] == "# EOF"
