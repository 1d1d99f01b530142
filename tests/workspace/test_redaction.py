"""Secrets in configurations: hidden wherever a configuration is shown, said back or written down."""

import json
import logging

import pytest

import serving_widgets as sw

VARIABLE, KEY, WRONG = "canary-variable-0123", "canary-plain-key-0123", "canary-misplaced-key"
CONFIG = {
    "served_entities": [
        {
            "name": "model-1",
            "entity_name": "main.ml.model",
            "entity_version": "1",
            "workload_size": "Small",
            "scale_to_zero_enabled": True,
            "environment_vars": {"API_KEY": VARIABLE, "BY_REFERENCE": "{{secrets/scope/key}}"},
        }
    ]
}
EXTERNAL = {
    "served_entities": [
        {
            "name": "gpt",
            "external_model": {
                "name": "gpt-4o",
                "provider": "openai",
                "task": "llm/v1/chat",
                "openai_config": {"openai_api_key_plaintext": KEY, "openai_api_base": "https://x.example"},
            },
        }
    ]
}


@pytest.fixture
def clean():
    """Check that nothing of a text is secret."""

    def check(*shown):
        for each in shown:
            text = each if isinstance(each, str) else repr(each)
            assert text
            assert not [secret for secret in (VARIABLE, KEY, WRONG) if secret in text], text

    return check


def test_no_place_that_shows_an_endpoint_shows_its_variables(ws, clean, caplog):
    with caplog.at_level(logging.DEBUG):
        ep = ws.endpoints.create("secretive", CONFIG)
        assert ep.entities[0].environment_vars["API_KEY"] == VARIABLE
        bundle = ep._repr_mimebundle_()
        browser, badge = sw.EndpointBrowser(workspace=ws, selected="secretive"), sw.StatusBadge(ep)
        clean(ep, ep.info, ep.entities, ep.status, *bundle.values(), ws.endpoints.list())
        for widget in (browser, badge, sw.EndpointControls(ep)):
            clean(json.dumps(widget._repr_mimebundle_()), json.dumps(widget.state), widget)
            widget.close()
    clean(ws.mock.journal())
    assert "API_KEY" in json.dumps(ws.mock.journal())
    clean(caplog.text)


@pytest.mark.parametrize(("config", "name"), [(CONFIG, "API_KEY"), (EXTERNAL, "openai_api_key_plaintext")])
def test_no_preview_of_a_request_shows_a_secret_and_each_shows_what_is_set(ws, clean, capsys, config, name):
    ep = ws.endpoints.get("example-endpoint")
    planned = [ws.endpoints.plan("new", config), ep.plan("update", config)]
    clean(*planned, *map(str, planned), *(plan.card() for plan in planned), *(p.card()._repr_html_() for p in planned))
    ws.endpoints.create("new", config, dry_run=True)
    ws.endpoints.ensure("new", config, dry_run=True)
    ep.update_config(config, dry_run=True)
    out = capsys.readouterr().out
    clean(out)
    assert out.count(name) >= 3


def test_a_difference_shows_that_a_variable_changed_and_not_what_it_was_or_is(ws, clean, capsys):
    ws.endpoints.create("secretive", CONFIG, wait=True)
    changed = json.loads(json.dumps(CONFIG).replace(VARIABLE, WRONG))
    ws.endpoints.ensure("secretive", changed)
    out = capsys.readouterr().out
    clean(out)
    assert "environment_vars" in out


@pytest.mark.parametrize(("config", "secret"), [(CONFIG, VARIABLE), (EXTERNAL, KEY)])
def test_an_error_of_the_service_that_quotes_the_request_is_told_without_the_secret(ws, clean, config, secret):
    said = f"Invalid value '{secret}' for parameter x"
    body = {"error_code": "INVALID_PARAMETER_VALUE", "message": said, "details": [{"reason": said}]}
    ws.mock.faults([{"method": "POST", "status": 400, "body": body}, {"method": "PUT", "status": 500, "body": said}])
    for attempt in (
        lambda: ws.endpoints.create("new", config),
        lambda: ws.endpoints.get("example-endpoint").update_config(config),
    ):
        with pytest.raises(sw.ApiError, match=r"Invalid value '•••' for parameter x") as caught:
            attempt()
        clean(str(caught.value), vars(caught.value), caught.value.problem())


def test_short_values_of_variables_do_not_garble_what_the_service_says(ws):
    config = json.loads(json.dumps(CONFIG).replace(VARIABLE, "1"))
    ws.mock.faults(
        [{"method": "POST", "status": 400, "body": {"error_code": "BAD_REQUEST", "message": "At most 100."}}]
    )
    with pytest.raises(sw.ApiError, match=r"At most 100\."):
        ws.endpoints.create("new", config)
