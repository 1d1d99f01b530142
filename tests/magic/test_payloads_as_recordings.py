"""Answers of the forms that the service's documentation shows, replayed: lines, widgets and the report draw each."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.recording import RecordedExchange, RecordingHeader

AT = 1_767_010_000.0
LIST = "/api/2.0/serving-endpoints"
READY = {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"}


def model(version, deployment="DEPLOYMENT_READY", message="", **more):
    state = {"deployment": deployment, "deployment_state_message": message}
    return {
        "name": f"churn_model-{version}",
        "entity_name": "main.ml.churn_model",
        "entity_version": str(version),
        "workload_size": "Small",
        "workload_type": "CPU",
        "scale_to_zero_enabled": True,
        "state": state,
        "creator": "ana@example.com",
        "creation_timestamp": 1_767_000_000_000,
        **more,
    }


def config(*entities, version=1, **more):
    routes = [{"served_entity_name": entities[0]["name"], "traffic_percentage": 100}]
    return {
        "config_version": version,
        "served_entities": [*entities],
        "traffic_config": {"routes": routes},
        **more,
    }


FAILED = model(4, "DEPLOYMENT_FAILED", "Failed to build the container image. See the build logs.")
CREATING = model(3, "DEPLOYMENT_CREATING", "Creating resources for served entity.")
STOPPED = model(3, "DEPLOYMENT_ABORTED", "Endpoint is stopped")
EXTERNAL = {
    "name": "gpt-4o",
    "type": "EXTERNAL_MODEL",
    "external_model": {
        "provider": "openai",
        "name": "gpt-4o",
        "task": "llm/v1/chat",
        "openai_config": {"openai_api_key": "{{secrets/llm/openai}}"},
    },
    "state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": ""},
}
FOUNDATION = {
    "name": "llama",
    "entity_name": "system.ai.llama",
    "type": "FOUNDATION_MODEL",
    "foundation_model": {"name": "system.ai.llama", "display_name": "Llama", "description": "A model."},
}
THROUGHPUT = {
    "name": "llama-3",
    "entity_name": "system.ai.llama_8b",
    "entity_version": "3",
    "min_provisioned_throughput": 19_000,
    "max_provisioned_throughput": 19_000,
    "workload_size": "Small",
    "workload_type": "GPU_XLARGE_8",
    "min_dbus": 106.0,
    "max_dbus": 106.0,
}
FEATURES = {
    "name": "user_features",
    "entity_name": "main.feat.user_spec",
    "workload_size": "Small",
    "scale_to_zero_enabled": True,
    "type": "FEATURE_SPEC",
}
IN_PROGRESS = {"ready": "NOT_READY", "config_update": "IN_PROGRESS", "suspend": "NOT_SUSPENDED"}

PAYLOADS = {
    "just created": ({"state": IN_PROGRESS, "pending_config": config(CREATING)}, "Not ready (Updating)"),
    "scaled to zero": ({"state": READY, "config": config(model(3, message="Scaled to zero"))}, "Ready"),
    "update failed": (
        {
            "state": {**READY, "config_update": "UPDATE_FAILED"},
            "config": config(model(3)),
            "pending_config": config(FAILED, version=2, start_time=1_767_003_600_000),
        },
        "Ready (Update failed)",
    ),
    "stopped": (
        {"state": {**READY, "ready": "NOT_READY", "suspend": "SUSPENDED"}, "config": config(STOPPED)},
        "Not ready (Stopped)",
    ),
    "external": (
        {
            "state": {"ready": "READY", "config_update": "NOT_UPDATING"},
            "config": config(EXTERNAL),
            "task": "llm/v1/chat",
            "endpoint_type": "EXTERNAL_MODEL",
        },
        "Ready",
    ),
    "pay per token": (
        {"state": READY, "config": config(FOUNDATION), "endpoint_type": "FOUNDATION_MODEL_API", "id": None},
        "Ready",
    ),
    "provisioned throughput": ({"state": READY, "config": config(THROUGHPUT)}, "Ready"),
    "features": ({"state": READY, "config": config(FEATURES)}, "Ready"),
    "older documents": ({"state": {"ready": "READY", "update_state": "NOT_UPDATING"}}, "Ready"),
    "a state of tomorrow": ({"state": {**READY, "config_update": "ROLLING_BACK"}}, "Unknown (ROLLING_BACK)"),
}


@pytest.fixture
def replay(tmp_path):
    """Return a way to open a workspace of one endpoint that is told by the service in this form."""
    opened = []

    def replay(payload):
        info = {
            "name": "churn",
            "id": "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "creator": "ana@example.com",
            "creation_timestamp": 1_767_000_000_000,
            "last_updated_timestamp": 1_767_000_000_000,
            "permission_level": "CAN_MANAGE",
            "route_optimized": False,
            **payload,
        }
        info = {key: value for key, value in info.items() if value is not None}
        said = [(LIST, {"endpoints": [info]}), (f"{LIST}/churn", info)]
        headers = {"content-type": "application/json"}
        lines = [
            RecordedExchange("GET", path, 200, 0.1, headers, at=AT, answer=json.dumps(answer).encode()).line()
            for path, answer in said
        ]
        file = tmp_path / "service.recording"
        file.write_text("\n".join([RecordingHeader("service", AT).line(), *lines, ""]))
        opened.append(sw.connect(replay=file))
        return opened[0]

    yield replay
    for each in opened:
        each.close()


@pytest.mark.parametrize(("payload", "label"), PAYLOADS.values(), ids=PAYLOADS)
def test_every_form_is_drawn_by_lines_widgets_and_the_report(replay, run, payload, label, tmp_path):
    replay(payload)
    for cell in (
        "%serving list",
        "%serving status churn",
        "sw.EndpointBrowser()",
        "sw.EndpointPanel('churn')",
        "sw.StatusBadge('churn')",
    ):
        outcome = run(f"import serving_widgets as sw\n{cell}")
        assert outcome.error is None, cell
        assert "churn" in outcome.text, cell
        assert label in outcome.text, cell
    report = tmp_path / "serving.md"
    assert run(f"sw.workspace().report({str(report)!r})").error is None
    assert label in report.read_text()
