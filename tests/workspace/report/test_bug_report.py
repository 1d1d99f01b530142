"""Bug reports: what they tell of a problem, and what they keep to themselves."""

import json
from pathlib import Path

import pytest

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.errors import ServingError
from serving_widgets.api.http_exchange import HttpExchange
from serving_widgets.workspace.report.bug_report import make_bug_report, unused


@pytest.fixture
def failed(ws):
    """Return the error of a request that the service refused."""
    ws.mock.faults([{"method": "POST", "status": 403, "count": 1}])
    with pytest.raises(sw.ServingError) as caught:
        ws.endpoints.get("pricing").start()
    return caught.value


@pytest.fixture
def cells():
    """Return a function that gives the rows of a heading's table."""

    def of(report, heading):
        block = next(each for each in report.content.front if each.heading == heading).blocks[0]
        return [list(row) for row in getattr(block, "rows", getattr(block, "facts", ()))]

    return of


def test_it_tells_the_last_error_with_the_id_of_its_request(ws, failed, cells):
    report = make_bug_report(ws, failed)
    told = dict(cells(report, "Last error"))
    assert told["Kind"] == "PermissionDenied"
    assert told["Status"] == "403"
    assert cells(report, "Ids of requests that failed")[0][2] == failed.request_id


def test_it_tells_where_the_error_was_raised_without_the_folders_of_a_machine(ws, failed):
    text = make_bug_report(ws, failed).markdown
    assert "serving_widgets/client/http/" in text
    assert str(Path(sw.__file__).parents[1]) not in text
    assert str(Path(__file__).parent) not in text


def test_it_tells_the_last_requests_without_what_was_said_in_them(ws, failed, cells):
    rows = cells(make_bug_report(ws, failed), "The last requests")
    assert ["GET", "/api/2.0/serving-endpoints/pricing", 200] in [row[1:4] for row in rows]
    assert ["POST", "/api/2.0/serving-endpoints/pricing/config:start", 403] in [row[1:4] for row in rows]


def test_of_a_request_only_the_names_of_its_parameters_are_told(ws, cells):
    with pytest.raises(sw.ServingError):
        ws.endpoints.get("churn").permissions.grant("Grace Hopper", "CAN_VIEW")
    report = make_bug_report(ws)
    assert "/api/2.0/preview/scim/v2/Users?filter=…" in [row[2] for row in cells(report, "The last requests")]
    assert "Hopper" not in report.markdown


def test_it_tells_versions_hosts_and_sources_of_settings(ws, cells):
    report = make_bug_report(ws)
    assert dict(cells(report, "Versions"))["serving-widgets"] == sw.__version__
    assert dict(cells(report, "Where it ran"))["Workspace"] == "mock workspace (demo)"
    assert ["arguments", '"mock"', "yes"] in [row[:3] for row in cells(report, "Where the settings came from")]


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("https://adb-1.7.azuredatabricks.net", "Databricks on Azure"),
        ("https://dbc-a1b2.cloud.databricks.com", "Databricks on AWS"),
        ("https://1.2.gcp.databricks.com", "Databricks on Google Cloud"),
        ("https://proxy.corp.example", "another host"),
    ],
)
def test_of_a_host_only_its_kind_is_told(connect, cells, host, said):
    ws = connect(host=host, token="dapi-canary-0123456789")
    report = make_bug_report(ws)
    assert dict(cells(report, "Where it ran"))["Workspace"] == said
    assert host.split("://")[1] not in report.markdown + report.html
    assert "canary" not in report.markdown + report.html


def test_it_is_made_without_a_connection_and_without_an_error(cells):
    report = make_bug_report(None)
    assert dict(cells(report, "Where it ran"))["Workspace"] == "none is open"
    assert "There was none in this kernel." in report.markdown


def test_it_asks_the_service_for_nothing(ws):
    asked = len(ws.mock.journal())
    make_bug_report(ws)
    assert len(ws.mock.journal()) == asked


def test_secrets_and_addresses_are_in_none_of_its_bytes(ws):
    secret = "canary-variable-0123"
    entity = {"entity_name": "main.ml.m", "entity_version": "1", "scale_to_zero_enabled": True}
    entity |= {"workload_size": "Small", "environment_vars": {"KEY": secret}}
    ws.endpoints.create("secretive", {"served_entities": [entity]})
    for error in (
        ServingError(f"It said {secret} to ada@example.com", hint="password=hunter22"),
        ValueError(f"{secret}, dapi0123456789abcdef, ada@example.com"),
    ):
        report = make_bug_report(ws, error)
        for text in (report.markdown, report.html.replace("<wbr>", ""), repr(report)):
            for hidden in (secret, "hunter22", "dapi0123456789abcdef", "ada@example.com", "ada&#64;example.com"):
                assert hidden not in text


@pytest.mark.parametrize("told", ["by a later answer", "before the last minute", "before it was deleted"])
def test_a_recording_has_no_secret_of_a_log_that_was_answered_before_or_without_the_endpoint(ws, tmp_path, told):
    secret, raw = "canary-variable-0123\ncanary-line-4567", {"name": "secretive", "id": "1"}
    raw["config"] = {"served_entities": [{"name": "m", "environment_vars": {"V": secret}}]}
    path, log = "/api/2.0/serving-endpoints/secretive", ws.client().log

    def said(path, answer):
        log.keep(HttpExchange("GET", path, 200, 0.1, answer=json.dumps(answer).encode()))

    said(f"{path}/served-models/m/logs", {"logs": f"starts with {secret}, then\ncanary-line-4567 alone"})
    if told == "by a later answer":
        said(path, raw)
    else:
        ws.watcher.store.take(EndpointInfo.read(raw), 0.0)
    if told == "before it was deleted":
        ws.watcher.store.take_deleted("secretive", 0.0)
    report = make_bug_report(ws)
    report.save(tmp_path / "serving-bug.md")
    text = report.recording.read_text()
    assert "starts with •••, then" in text
    assert "canary" not in text


def test_a_file_that_is_there_is_left_alone(tmp_path):
    path = tmp_path / "serving-bug.md"
    assert unused(path) == path
    path.touch()
    assert unused(path).name == "serving-bug-2.md"
    unused(path).touch()
    assert unused(path).name == "serving-bug-3.md"
