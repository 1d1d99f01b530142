"""Who is asking: OAuth tokens end, and can be narrowed to one endpoint, as route-optimized ones want them."""

import base64
import json

import pytest

from serving_widgets.mock.state import oauth_tokens

TOKEN = "/oidc/v1/token"
EXCHANGE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
BODY = {"dataframe_records": [{"user_id": "u"}], "params": {"top_k": 2}}


class Principal:
    """A service principal with its secret, and what it gets for it."""

    def __init__(self, ask):
        self.ask = ask
        self.client = ask.mock.connection()["clients"][0]

    def sign_in(self, **more):
        return self.ask.raw("POST", TOKEN, data={"grant_type": "client_credentials", **self.client, **more})

    def narrow(self, token, details):
        form = {"grant_type": EXCHANGE, "assertion": token, "authorization_details": details}
        return self.ask.raw("POST", TOKEN, data=form)

    def send(self, method, path, token, body=None):
        return self.ask.raw(method, path, json=body, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def principal(ask):
    """Return the service principal of the demo workspace."""
    return Principal(ask)


@pytest.fixture
def recommender(ask):
    """Return the path and the authorization details of a route-optimized endpoint."""
    return where(ask, "recommender")


def where(ask, name):
    info = ask.get(name).body["data_plane_info"]["query_info"]
    return info["endpoint_url"].removeprefix(ask.mock.host), info["authorization_details"]


def test_host_metadata_leads_to_the_token_service_without_a_token(ask):
    oidc = ask.raw("GET", "/.well-known/databricks-config").body["oidc_endpoint"]
    found = ask.raw("GET", oidc.removeprefix(ask.mock.host) + "/.well-known/oauth-authorization-server").body
    assert found["token_endpoint"] == ask.mock.host + TOKEN


def test_a_secret_is_taken_in_the_form_or_as_basic_credentials(ask, principal):
    assert principal.sign_in().body["expires_in"] == 3600
    pair = "{client_id}:{client_secret}".format(**principal.client)
    headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    answer = ask.raw("POST", TOKEN, data={"grant_type": "client_credentials"}, headers=headers)
    assert answer.body["token_type"] == "Bearer"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials", "client_id": "x", "client_secret": "y"}, 401, "invalid_client"),
        ({"grant_type": EXCHANGE, "assertion": "x"}, 400, "invalid_request"),
        ({"grant_type": EXCHANGE, "assertion": "x", "authorization_details": "[]"}, 400, "invalid_grant"),
    ],
)
def test_the_token_service_refuses_in_the_words_of_oauth(ask, form, status, error):
    answer = ask.raw("POST", TOKEN, data=form)
    assert (answer.status, answer.body["error"]) == (status, error)


def test_a_token_is_good_for_an_hour_of_the_host(ask, principal, monkeypatch):
    token = principal.sign_in().body["access_token"]
    ask.mock.advance(2 * 3600)
    assert principal.send("GET", "/api/2.0/preview/scim/v2/Me", token).body["userName"] == principal.client["client_id"]
    clock = oauth_tokens.time.monotonic
    monkeypatch.setattr(oauth_tokens.time, "monotonic", lambda: clock() + 3600)
    answer = principal.send("GET", "/api/2.0/preview/scim/v2/Me", token)
    assert (answer.status, answer.body["message"]) == (401, "Access token has expired.")


def test_a_route_optimized_endpoint_answers_a_token_that_was_narrowed_to_it(ask, principal, recommender):
    path, details = recommender
    token = principal.narrow(principal.sign_in().body["access_token"], details).body["access_token"]
    answer = principal.send("POST", path, token, BODY)
    assert len(answer.body["predictions"][0]["items"]) == 2
    direct = principal.sign_in(authorization_details=details).body["access_token"]
    assert principal.send("POST", path, direct, BODY).status == 200


def test_it_answers_no_other_token(ask, principal, recommender):
    path, _ = recommender
    broad = principal.sign_in().body["access_token"]
    answers = [principal.send("POST", path, token, BODY) for token in (ask.mock.token, broad, "nonsense")]
    assert [answer.code for answer in answers] == ["PERMISSION_DENIED", "UNAUTHENTICATED", "UNAUTHENTICATED"]
    assert "Missing authorization details" in answers[1].body["message"]


def test_a_narrow_token_opens_nothing_but_its_endpoint(ask, principal, recommender, entity):
    path, details = recommender
    ask.create("other", entity(), route_optimized=True)
    ask.mock.advance(3600)
    assert ask("PATCH", f"/api/2.0/permissions/serving-endpoints/{ask.get('other').body['id']}", OPEN).status == 200
    token = principal.sign_in(authorization_details=details).body["access_token"]
    other, _ = where(ask, "other")
    refused = {
        "another endpoint": principal.send("POST", other, token, {"inputs": [1]}),
        "the workspace's path": principal.send("POST", "/serving-endpoints/chat/invocations", token, BODY),
        "the control plane": principal.send("GET", "/api/2.0/serving-endpoints", token),
        "who am I": principal.send("GET", "/api/2.0/preview/scim/v2/Me", token),
        "no path at all": principal.send("GET", "/nowhere", token),
    }
    assert {what: (answer.status, answer.code) for what, answer in refused.items()} == dict.fromkeys(
        refused, (403, "PERMISSION_DENIED")
    )
    assert principal.narrow(token, details).body["error"] == "invalid_grant"
    for wrong in (path.replace("/recommender/", "/example-endpoint/"), path.replace("/recommender/", "/nobody/")):
        assert principal.send("POST", wrong, token, BODY).status in (403, 404)


OPEN = {"access_control_list": [{"group_name": "applications", "permission_level": "CAN_QUERY"}]}


def test_nobody_gets_a_token_for_an_endpoint_that_he_may_not_query(ask, principal, entity):
    ask.create("closed", entity(), route_optimized=True)
    ask.mock.advance(3600)
    answer = principal.sign_in(authorization_details=where(ask, "closed")[1])
    assert (answer.status, answer.body["error"]) == (400, "invalid_authorization_details")


def test_a_personal_token_is_not_exchanged(ask, principal, recommender):
    assert principal.narrow(ask.mock.token, recommender[1]).body["error"] == "invalid_grant"


DETAIL = {
    "type": "workspace_permission",
    "object_type": "serving-endpoints",
    "object_path": "/serving-endpoints/nobody",
    "actions": ["query_inference_endpoint"],
}


@pytest.mark.parametrize(
    "details",
    [
        "{",
        "1",
        "[]",
        "[1]",
        json.dumps([DETAIL]),
        json.dumps([DETAIL, DETAIL]),
        json.dumps([{**DETAIL, "type": "x"}]),
        json.dumps([{**DETAIL, "object_path": 1}]),
        json.dumps([{**DETAIL, "actions": ["manage"]}]),
    ],
)
def test_authorization_details_name_one_endpoint_and_one_action(principal, details):
    answer = principal.sign_in(authorization_details=details)
    assert (answer.status, answer.body["error"]) == (400, "invalid_authorization_details")


def test_a_group_shows_among_those_of_its_member(ask):
    answer = ask("GET", "/api/2.0/preview/scim/v2/Me", user="ben@example.com").body
    assert (answer["userName"], answer["displayName"]) == ("ben@example.com", "Ben Okafor")
    assert {group["display"] for group in answer["groups"]} == {"users", "data-science"}
