"""Whatever the service sends of endpoints, a report tells of it: documented shapes, and any other."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import status_of
from serving_widgets.api.metrics.metrics import read_metrics
from serving_widgets.api.metrics.prometheus_text import parse_prometheus
from serving_widgets.api.permissions.access_control_list import AccessControlList
from serving_widgets.render.report.data_block import read_data
from serving_widgets.workspace.metrics.metric_history import Scrape
from serving_widgets.workspace.report.reading import EndpointFacts
from serving_widgets.workspace.report.serving_report import make_report

CLOCK = SimpleNamespace(now=lambda: 1.7e9)
SESSION = SimpleNamespace(label="x.example", where="x.example", host="https://x.example", is_mock=False, clock=CLOCK)
MODEL = {"name": "m-3", "entity_name": "main.ml.m", "entity_version": "3", "type": "UC_MODEL", "workload_size": "Small"}
READY = {"ready": "READY", "config_update": "NOT_UPDATING", "suspend": "NOT_SUSPENDED"}


def served(*entities, version=1):
    return {"config_version": version, "served_entities": list(entities)}


def state(deployment, message=""):
    return {"state": {"deployment": deployment, "deployment_state_message": message}}


#: Answers in the shapes that the service's REST reference and its SDK document → what a report says of each.
SHAPES = {
    "just created": (
        {
            "state": {"ready": "NOT_READY", "config_update": "IN_PROGRESS"},
            "pending_config": {
                **served({**MODEL, **state("DEPLOYMENT_CREATING", "Creating resources.")}),
                "start_time": 1,
            },
        },
        ["Not ready (Updating)", "Creating resources.", "Not serving yet"],
    ),
    "scaled to zero": (
        {
            "state": READY,
            "config": served({**MODEL, "scale_to_zero_enabled": True, **state("DEPLOYMENT_READY", "Scaled to zero")}),
        },
        ["Ready · Scaled to zero", "It is paid for again with the next request"],
    ),
    "update failed": (
        {
            "state": {"ready": "READY", "config_update": "UPDATE_FAILED"},
            "config": served({**MODEL, **state("DEPLOYMENT_READY")}),
            "pending_config": served({**MODEL, **state("DEPLOYMENT_FAILED", "See the build logs.")}, version=2),
        },
        ["▲ Ready (Update failed)", "▲ DEPLOYMENT_FAILED", "1; 2 pending"],
    ),
    "aborted": (
        {
            "state": {"ready": "NOT_READY", "update_state": "UPDATE_FAILED"},
            "pending_config": served({**MODEL, **state("DEPLOYMENT_ABORTED", "The endpoint update timed out.")}),
        },
        ["▲ Not ready (Update failed)", "The endpoint update timed out."],
    ),
    "stopped": (
        {
            "state": {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"},
            "config": served({**MODEL, **state("DEPLOYMENT_ABORTED", "Endpoint is stopped")}),
        },
        ["Not ready (Stopped)", "Its resources are shut down."],
    ),
    "external": (
        {
            "state": READY,
            "task": "llm/v1/chat",
            "config": served(
                {
                    "name": "gpt-4o",
                    "external_model": {
                        "provider": "openai",
                        "name": "gpt-4o",
                        "openai_config": {"openai_api_key": "{{secrets/llm/openai}}"},
                    },
                }
            ),
        },
        ["External model", "gpt-4o (openai)"],
    ),
    "pay per token": (
        {
            "state": READY,
            "endpoint_type": "FOUNDATION_MODEL_API",
            "config": served(
                {"name": "llama", "foundation_model": {"name": "system.ai.llama", "display_name": "Llama"}}
            ),
        },
        ["Foundation model", "system.ai.llama"],
    ),
    "provisioned": (
        {
            "state": READY,
            "config": served({"name": "llama", "entity_name": "system.ai.llama", "min_provisioned_throughput": 19}),
        },
        ["Provisioned throughput"],
    ),
    "feature spec": (
        {"state": READY, "config": served({"name": "f", "entity_name": "main.feat.spec", "type": "FEATURE_SPEC"})},
        ["Feature spec", "main.feat.spec"],
    ),
    "legacy": (
        {"state": READY, "config": {"served_models": [{"name": "m-1", "model_name": "m", "model_version": "1"}]}},
        ["m v1"],
    ),
    "no config": ({"state": {"ready": "NOT_READY"}}, ["Not ready"]),
    "nothing at all": ({}, ["Not ready"]),
}


def facts(raw, **more):
    info = EndpointInfo.read(raw)
    return EndpointFacts(info, status_of(info), **more)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_tells_of_each_documented_shape(shape):
    raw, said = SHAPES[shape]
    report = make_report(SESSION, [facts({"name": "churn", **raw})], whole=True)
    text = report.html.replace("<wbr>", "")
    assert [words for words in said if words not in text] == []
    assert "churn" in report.markdown


def test_a_report_tells_permissions_with_where_they_come_from():
    grants = [
        {"user_name": "ana", "display_name": "Ana", "all_permissions": [{"permission_level": "CAN_MANAGE"}]},
        {"service_principal_name": "batch", "all_permissions": [{"permission_level": "CAN_QUERY", "inherited": False}]},
        {
            "group_name": "admins",
            "all_permissions": [
                {"permission_level": "CAN_MANAGE", "inherited": True, "inherited_from_object": ["/serving-endpoints/"]}
            ],
        },
    ]
    acl = AccessControlList.read({"access_control_list": grants})
    text = make_report(SESSION, [facts({"name": "churn"}, acl=acl)], whole=True).markdown
    assert "yes, inherited (/serving-endpoints/)" in text
    assert "the group admins" in text
    assert "ana" not in text.replace("managed", "").replace("Manage", "").replace("MANAGE", "").lower().split()


def test_a_report_tells_metrics_as_the_service_exports_them():
    exported = (
        'cpu_usage_percentage{endpoint_name="churn",served_model_name="m-3"} 2.34\n'
        'request_count_total{endpoint_name="churn",served_model_name="m-3"} 7\n'
        "# TYPE request_latency_ms histogram\n"
        'request_latency_ms_bucket{endpoint_name="churn",le="100.0"} 3\n'
        'request_latency_ms_bucket{endpoint_name="churn",le="+Inf"} 3\n'
        'request_latency_ms_sum{endpoint_name="churn"} 120.0\n'
        'request_latency_ms_count{endpoint_name="churn"} 3\n# EOF\n'
    )
    scrapes = (Scrape.of(1.7e9, read_metrics(parse_prometheus(exported))),)
    report = make_report(
        SESSION, [facts({"name": "churn", "state": READY, "config": served(MODEL)}, scrapes=scrapes)], whole=True
    )
    assert report.to_frame().loc[0, "requests_a_minute"] == 7
    assert "request\\_latency\\_ms | all | ms | 3 | 40" in report.markdown


SCALARS = st.none() | st.booleans() | st.integers(-(2**40), 2**70) | st.text(max_size=8)
JSON = st.recursive(
    SCALARS, lambda e: st.lists(e, max_size=3) | st.dictionaries(st.text(max_size=6), e, max_size=3), max_leaves=12
)
FIELDS = st.sampled_from(
    re.findall(
        r"\w+",
        "id creator state config pending_config served_entities served_models traffic_config routes tags key value "
        "name entity_name entity_version ready config_update suspend served_entity_name traffic_percentage "
        "environment_vars external_model creation_timestamp last_updated_timestamp config_version start_time",
    )
)
BODIES = st.recursive(
    JSON, lambda e: st.lists(e, max_size=3) | st.dictionaries(FIELDS, e, max_size=6), max_leaves=25
).filter(lambda value: isinstance(value, dict))


@given(BODIES, BODIES, JSON)
def test_no_answer_is_so_odd_that_a_report_fails(raw, earlier, odd):
    acl = AccessControlList.read(odd if isinstance(odd, dict) else {})
    first = make_report(SESSION, [facts({**earlier, "name": "churn"}, acl=acl)], whole=True)
    report = make_report(
        SESSION, [facts({**raw, "name": "churn"}, acl=acl)], whole=True, since=read_data(first.markdown)
    )
    assert "churn" in report.html
    assert "churn" in report.markdown
