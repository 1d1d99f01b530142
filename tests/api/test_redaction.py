"""Configurations without their secrets."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.redaction import HIDDEN, redacted, secrets_in

SECRET = "canary-0123456789"
REFERENCE = "{{secrets/scope/key}}"

FIELDS = [
    "openai_api_key",
    "openai_api_key_plaintext",
    "microsoft_entra_client_secret",
    "microsoft_entra_client_secret_plaintext",
    "anthropic_api_key",
    "cohere_api_key_plaintext",
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_secret_access_key_plaintext",
    "databricks_api_token",
    "palm_api_key",
    "private_key",
    "private_key_plaintext",
    "token",
    "value_plaintext",
]
OPEN = ["name", "entity_name", "workload_size", "max_tokens", "key", "description", "openai_api_base", "region"]


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_an_external_model_that_takes_a_key_is_hidden_unless_it_is_a_reference(field):
    config = {"external_model": {"provider": "openai", "config": {field: SECRET}}}
    assert SECRET not in json.dumps(redacted(config))
    assert list(secrets_in(config)) == [SECRET]
    config["external_model"]["config"][field] = REFERENCE
    assert redacted(config) == config
    assert list(secrets_in(config)) == []


@pytest.mark.parametrize("field", OPEN)
def test_what_is_no_secret_stays(field):
    assert redacted([{field: SECRET}]) == [{field: SECRET}]
    assert list(secrets_in({field: SECRET})) == []


@pytest.mark.parametrize("name", ["KEY", "key", "PLAIN"])
def test_every_environment_variable_is_hidden_whatever_its_name_and_its_name_stays(name):
    shown = redacted({"environment_vars": {name: SECRET, "BY_REFERENCE": REFERENCE, "NOTHING": None}})
    assert shown == {"environment_vars": {name: HIDDEN, "BY_REFERENCE": REFERENCE, "NOTHING": None}}


def test_a_key_under_a_plain_name_is_hidden_and_the_name_of_its_header_stays():
    config = {"custom_provider_config": {"api_key_auth": {"key": "x-api-key", "value": SECRET}}}
    assert redacted(config) == {"custom_provider_config": {"api_key_auth": {"key": "x-api-key", "value": HIDDEN}}}
    assert list(secrets_in(config)) == [SECRET]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(REFERENCE),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*FIELDS, *OPEN, "environment_vars", "api_key_auth"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_nothing_is_left_to_take_out_and_what_has_no_secret_is_as_it_was(value):
    once = redacted(value)
    assert set(secrets_in(once)) <= {HIDDEN}
    assert redacted(once) == once
    if once == value:
        assert set(secrets_in(value)) <= {HIDDEN}


def test_no_object_of_the_service_shows_a_key_that_somebody_put_where_a_reference_belongs():
    entity = {
        "name": "m",
        "environment_vars": {"KEY": SECRET},
        "external_model": {"name": "gpt", "openai_config": {"openai_api_key": SECRET}},
        "something_new": {"api_key": SECRET},
    }
    config = {"served_entities": [entity], "served_models": [entity]}
    info = EndpointInfo.read({"name": "chat", "config": config, "pending_config": config})
    shown = f"{info!r}{info}{info.config!r}{info.entities!r}{info.entities[0]}"
    assert "gpt" in shown
    assert SECRET not in shown
    assert info.config.entities[0].environment_vars == {"KEY": SECRET}
