"""Whatever a dry run shows is what is sent then, whichever way it is asked for."""

import inspect
import json
import re

import pytest

from serving_widgets.api.redaction import HIDDEN
from serving_widgets.workspace import Endpoint, Endpoints, Workspace
from serving_widgets.workspace.handles.permissions import Permissions

SECRET = {"TOKEN": "hunter2-0123456789", "MODE": "{{secrets/ads/mode}}"}
ADS = {"entity_name": "main.ml.ads", "entity_version": "1", "environment_vars": SECRET, "tags": {"team": "ads"}}
TWO = {
    "served_entities": [
        {"entity_name": "main.ml.ads", "entity_version": "1", "workload_size": "Small", "scale_to_zero_enabled": True},
        {"entity_name": "main.ml.ads", "entity_version": "2", "workload_size": "Large", "scale_to_zero_enabled": False},
    ],
    "traffic_config": {"routes": [{"served_model_name": f"ads-{n}", "traffic_percentage": 50} for n in (1, 2)]},
}


def undo_a_stop(ws, **how):
    """Take back a stop, which is done the first time."""
    if not ws.history.of("churn"):
        ws.endpoints.get("churn").stop()
        ws.mock.advance(60)
    return ws.undo(**how)


#: Each method that has a dry run, with calls that send one request.
CALLS = {
    "Endpoint.stop": [lambda ws, **how: ws.endpoints.get("churn").stop(**how)],
    "Endpoint.start": [lambda ws, **how: ws.endpoints.get("pricing").start(**how)],
    "Endpoint.delete": [lambda ws, **how: ws.endpoints.get("churn").delete(**how)],
    "Endpoint.set_tags": [
        lambda ws, **how: ws.endpoints.get("churn").set_tags({"team": "risk", "old": None}, **how),
        lambda ws, **how: ws.endpoints.get("churn").set_tags(remove=["team"], **how),
    ],
    "Endpoint.update_config": [
        lambda ws, **how: ws.endpoints.get("churn").update_config(entity_version=3, **how),
        lambda ws, **how: ws.endpoints.get("churn").update_config(environment_vars=SECRET, **how),
        lambda ws, **how: (
            ws.endpoints.get("fraud-detector").wait().update_config(traffic={"fraud_challenger-2": 30}, **how)
        ),
        lambda ws, **how: ws.endpoints.get("fraud-detector").wait().update_config(remove=["fraud_challenger-2"], **how),
        lambda ws, **how: ws.endpoints.get("churn").update_config(TWO, replace=True, **how),
    ],
    "Endpoints.create": [
        lambda ws, **how: ws.endpoints.create("ads", **ADS, **how),
        lambda ws, **how: ws.endpoints.create("ads", TWO, **how),
    ],
    "Endpoints.ensure": [
        lambda ws, **how: ws.endpoints.ensure("ads", **ADS, **how),
        lambda ws, **how: ws.endpoints.ensure("churn", entity_name="main.ml.churn", entity_version=3, **how),
        lambda ws, **how: ws.endpoints.ensure("churn", TWO, **how),
    ],
    "Permissions.grant": [
        lambda ws, **how: ws.endpoints.get("churn").permissions.grant("vera@example.com", "query", **how)
    ],
    "Permissions.revoke": [
        lambda ws, **how: ws.endpoints.get("churn").permissions.revoke("analysts", confirm=True, **how)
    ],
    "Permissions.change": [
        lambda ws, **how: ws.endpoints.get("churn").permissions.change({"vera@example.com": "view"}, **how)
    ],
    "Workspace.copy": [lambda ws, **how: ws.copy("churn", "churn-copy", **how)],
    "Workspace.undo": [undo_a_stop],
}


def shown_requests(text):
    """Return (method, path, body) of each request that a dry run showed."""
    found = []
    for match in re.finditer(r"This request would be sent[^\n]*:\n\n(\S+) (\S+)\n?", text):
        rest = text[match.end() :]
        body = json.JSONDecoder().raw_decode(rest)[0] if rest.startswith("{") else None
        found.append((match[1], match[2], body))
    return found


def sent_requests(ws):
    """Return (method, path, body) of each write that the mock has seen."""
    return [
        (each["method"], each["path"], json.loads(json.dumps(each["body"]).replace("[redacted]", HIDDEN)) or None)
        for each in ws.mock.journal()
        if each["method"] != "GET"
    ]


def test_every_method_with_a_dry_run_is_tried_here():
    kinds = (Endpoint, Endpoints, Permissions, Workspace)
    methods = {
        f"{kind.__name__}.{name}"
        for kind in kinds
        for name, method in inspect.getmembers(kind, callable)
        if not name.startswith("_") and "dry_run" in inspect.signature(method).parameters
    }
    assert methods == set(CALLS)


@pytest.mark.parametrize(
    "call", [pytest.param(call, id=f"{name}-{n}") for name, calls in CALLS.items() for n, call in enumerate(calls)]
)
def test_what_a_dry_run_shows_is_what_is_sent_then(ws, call, capsys):
    if call is undo_a_stop:
        call(ws, dry_run=True)
        capsys.readouterr()
    before = len(sent_requests(ws))
    call(ws, dry_run=True)
    shown = shown_requests(capsys.readouterr().out)
    assert len(shown) == 1
    assert sent_requests(ws)[before:] == []
    call(ws)
    assert sent_requests(ws)[before:] == shown
