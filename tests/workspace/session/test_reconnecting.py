"""A connection opened again, as after a restart of the kernel: the same one, and no token is kept for it."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.workspace.connect import reconnect

TOKEN = "dapi-scripted-0123456789"


def test_an_embedded_workspace_is_opened_again_as_it_was(connect):
    first = connect("mock", name="dev", scenario="empty", clock="manual", protect={"prod-*": "typed"}, colour="dev")
    record = json.loads(json.dumps(first.reconnect.to_dict()))
    assert reconnect(record) is first
    assert first.reconnect.python == (
        'sw.connect("mock", name="dev", colour="dev", scenario="empty", clock="manual", protect={"prod-*": "typed"})'
    )
    first.close()
    again = reconnect(record)
    assert (again.label, again.guard, again.colour) == (first.label, first.guard, first.colour)
    again.close()


def test_the_record_of_a_real_one_has_no_token_and_takes_that_of_the_environment(connect, service, monkeypatch):
    first = connect(host=service.host, token=TOKEN, read_only=True)
    record = first.reconnect.to_dict()
    assert TOKEN not in json.dumps(record)
    first.close()
    with pytest.raises(sw.ConfigError):
        reconnect(record)
    monkeypatch.setenv("DATABRICKS_HOST", service.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    again = reconnect(record)
    assert (again.host, again.read_only) == (service.host, True)
    again.close()


def test_one_that_was_found_is_not_taken_for_another_workspace(connect, service, monkeypatch):
    monkeypatch.setenv("DATABRICKS_HOST", service.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", TOKEN)
    first = connect()
    record = first.reconnect.to_dict()
    first.close()
    monkeypatch.setenv("DATABRICKS_HOST", "http://localhost:9")
    with pytest.raises(sw.ConfigError, match="what is configured here is for localhost:9"):
        reconnect(record)
