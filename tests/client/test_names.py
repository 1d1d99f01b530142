"""Names and addresses are checked before anything is sent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.errors import ActionRefused, ConfigError
from serving_widgets.client.names import address_of, check_name, is_loopback
from serving_widgets.client.routes import ROUTES, method_and_path


@given(st.text(max_size=70) | st.from_regex(r"[A-Za-z0-9_-]{1,70}", fullmatch=True))
def test_a_name_is_accepted_exactly_when_the_service_would(name):
    if re.fullmatch(r"[A-Za-z0-9_-]{1,63}", name):
        assert check_name(name) == name
    else:
        with pytest.raises(ActionRefused) as caught:
            check_name(name)
        assert caught.value.code == "invalid_name"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "is empty"),
        (None, "is missing"),
        (7, "is of type int, not text"),
        ("a/b", "'a/b' has '/' at position 2"),
        ("..", "'..' has '.' at position 1"),
        ("churn\n", "'churn\\n' has '\\n' at position 6"),
        ("prêt", "'pr\\xeat' has '\\xea' at position 3"),
        ("x" * 64, "has 64 characters"),
    ],
)
def test_a_refused_name_is_told_its_first_fault(name, fault):
    with pytest.raises(ActionRefused, match=re.escape(fault)):
        check_name(name)


def test_a_bad_name_is_refused_on_every_route(ask):
    for method, args in [
        ("get_endpoint", ("a/b",)),
        ("stop_endpoint", ("a b",)),
        ("start_endpoint", ("",)),
        ("delete_endpoint", ("..",)),
        ("update_config", ("x" * 64, {})),
        ("create_endpoint", ({"name": "a?b"},)),
        ("create_endpoint", ({},)),
        ("query_endpoint", ("a#b", "{}")),
        ("query_endpoint", ("a", "{}", "../b")),
    ]:
        error, service = ask(method, *args, script=[{}])
        assert isinstance(error, ActionRefused), method
        assert service.requests == []


def test_every_route_has_its_path():
    paths = {action: method_and_path(action, "churn", "m-3", "0a1b", model="main.ml.m", key="7") for action in ROUTES}
    base = "/api/2.0/serving-endpoints"
    acl = "/api/2.0/permissions/serving-endpoints/0a1b"
    assert paths == {
        "list": ("GET", base),
        "get": ("GET", f"{base}/churn"),
        "create": ("POST", base),
        "update": ("PUT", f"{base}/churn/config"),
        "delete": ("DELETE", f"{base}/churn"),
        "stop": ("POST", f"{base}/churn/config:stop"),
        "start": ("POST", f"{base}/churn/config:start"),
        "tags": ("PATCH", f"{base}/churn/tags"),
        "build_logs": ("GET", f"{base}/churn/served-models/m-3/build-logs"),
        "logs": ("GET", f"{base}/churn/served-models/m-3/logs"),
        "openapi": ("GET", f"{base}/churn/openapi"),
        "metrics": ("GET", f"{base}/churn/metrics"),
        "permissions": ("GET", acl),
        "grant": ("PATCH", acl),
        "set_permissions": ("PUT", acl),
        "levels": ("GET", f"{acl}/permissionLevels"),
        "me": ("GET", "/api/2.0/preview/scim/v2/Me"),
        "users": ("GET", "/api/2.0/preview/scim/v2/Users"),
        "groups": ("GET", "/api/2.0/preview/scim/v2/Groups"),
        "group": ("GET", "/api/2.0/preview/scim/v2/Groups/7"),
        "service_principals": ("GET", "/api/2.0/preview/scim/v2/ServicePrincipals"),
        "user": ("GET", "/api/2.0/preview/scim/v2/Users/7"),
        "service_principal": ("GET", "/api/2.0/preview/scim/v2/ServicePrincipals/7"),
        "models": ("GET", "/api/2.1/unity-catalog/models"),
        "model": ("GET", "/api/2.1/unity-catalog/models/main.ml.m"),
        "model_versions": ("GET", "/api/2.1/unity-catalog/models/main.ml.m/versions"),
        "query": ("POST", "/serving-endpoints/churn/invocations"),
        "query_entity": ("POST", "/serving-endpoints/churn/served-models/m-3/invocations"),
    }


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("https://w.example.com", "https://w.example.com"),
        ("w.example.com", "https://w.example.com"),
        (" https://W.example.com:443/?o=12#x ", "https://w.example.com"),
        ("https://w.example.com:8443/ml/endpoints", "https://w.example.com:8443"),
        ("http://127.0.0.1:8085", "http://127.0.0.1:8085"),
        ("http://localhost:8085/", "http://localhost:8085"),
        ("http://[::1]:8085", "http://[::1]:8085"),
    ],
)
def test_an_address_is_taken_as_people_have_it_at_hand(host, address):
    assert address_of(host) == address


@pytest.mark.parametrize("host", ["http://w.example.com", "http://10.0.0.1:80", "http://127.0.0.1.example.com"])
def test_a_token_is_never_sent_unencrypted_over_a_network(host):
    with pytest.raises(ConfigError, match="unencrypted"):
        address_of(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "https://",
        "ftp://w.example.com",
        "https://user:secret@w.example.com",
        "https://w:99999",
        "https://[::1",
        "a b",
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(host):
    with pytest.raises(ConfigError) as caught:
        address_of(host)
    assert "secret" not in str(caught.value)


@given(st.text(max_size=40))
def test_no_host_at_all_gives_anything_but_an_address_or_a_clear_error(host):
    try:
        address = address_of(host)
    except ConfigError:
        return
    assert address == address_of(address)
    assert address.startswith("https://") or is_loopback(address.split("://")[1].rsplit(":", 1)[0].strip("[]"))
