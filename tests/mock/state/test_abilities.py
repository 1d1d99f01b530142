"""Who may do what: every route beside every permission level."""

from dataclasses import dataclass

import pytest

from serving_widgets.mock.routes import ROUTES
from serving_widgets.mock.service.users import BATCH

LEVELS = (None, "CAN_VIEW", "CAN_QUERY", "CAN_MANAGE")
VERA = "vera@example.com"
CHAT = {"messages": [{"role": "user", "content": "Hello"}]}
CONFIG = "/api/2.0/serving-endpoints/{name}"
PERMISSIONS = "/api/2.0/permissions/{}/{{id}}"
SPELLINGS = ("serving-endpoints", "servingendpoints")
SERVED = {"entity_name": "main.ml.model", "entity_version": "2", "scale_to_zero_enabled": False}

NEEDS = {
    ("GET", CONFIG): "CAN_VIEW",
    ("GET", CONFIG + "/metrics"): "CAN_VIEW",
    ("GET", CONFIG + "/openapi"): "CAN_VIEW",
    ("GET", CONFIG + "/served-models/{served}/build-logs"): "CAN_VIEW",
    ("GET", CONFIG + "/served-models/{served}/logs"): "CAN_VIEW",
    **{("GET", PERMISSIONS.format(one) + "/permissionLevels"): "CAN_VIEW" for one in SPELLINGS},
    ("POST", "/serving-endpoints/{name}/invocations"): "CAN_QUERY",
    ("POST", "/serving-endpoints/{name}/served-models/{served}/invocations"): "CAN_QUERY",
    ("POST", CONFIG + "/invocations"): "CAN_QUERY",
    ("POST", "/route-optimized/{shard}/serving-endpoints/{name}/invocations"): "CAN_QUERY",
    ("PUT", CONFIG + "/config"): "CAN_MANAGE",
    ("PUT", "/api/2.0/serving-endpoints/pt/{name}/config"): "CAN_MANAGE",
    ("POST", CONFIG + "/config:stop"): "CAN_MANAGE",
    ("POST", CONFIG + "/config:start"): "CAN_MANAGE",
    ("PATCH", CONFIG + "/tags"): "CAN_MANAGE",
    ("PUT", CONFIG + "/rate-limits"): "CAN_MANAGE",
    ("PUT", CONFIG + "/ai-gateway"): "CAN_MANAGE",
    ("PATCH", CONFIG + "/notifications"): "CAN_MANAGE",
    ("PATCH", CONFIG + "/telemetry-config"): "CAN_MANAGE",
    **{(method, PERMISSIONS.format(one)): "CAN_MANAGE" for method in ("GET", "PUT", "PATCH") for one in SPELLINGS},
    ("DELETE", CONFIG): "CAN_MANAGE",
}
"""The weakest level that each route takes."""

BY_MODEL = {
    ("POST", f"/serving-endpoints/{path}") for path in ("chat/completions", "completions", "embeddings", "responses")
}
"""Routes that name the endpoint in the body; the weakest level they take is CAN_QUERY."""

OPEN = {
    ("GET", "/api/2.0/preview/scim/v2/Me"),
    *(("GET", f"/api/2.0/preview/scim/v2/{one}") for one in ("Users", "Groups", "ServicePrincipals")),
    *(("GET", f"/api/2.0/preview/scim/v2/{one}/{{id}}") for one in ("Users", "Groups", "ServicePrincipals")),
    ("GET", "/api/2.1/unity-catalog/models"),
    *(
        ("GET", f"/api/2.1/unity-catalog/models/{{full_name}}{rest}")
        for rest in ("", "/versions", "/versions/{version}", "/aliases/{alias}")
    ),
    ("GET", "/api/2.0/serving-endpoints"),
    ("POST", "/api/2.0/serving-endpoints"),
    ("POST", "/api/2.0/serving-endpoints/pt"),
    ("GET", "/api/2.0/serving-endpoints/get-model-optimization-info/{model}/{version}"),
}
"""Routes for whoever is signed in."""


@dataclass
class Desk:
    """An endpoint, and somebody who has some level on it, and no more by any group."""

    ask: object
    id: str
    served: str

    def allow(self, level):
        grants = [{"user_name": VERA, "permission_level": level}] if level else []
        self.ask("PUT", f"/api/2.0/permissions/serving-endpoints/{self.id}", {"access_control_list": grants})

    def send(self, method, path, body=None, **options):
        shard = self.id[:12]
        path = path.format(name="desk", id=self.id, served=self.served, shard=shard, model="m", version="1")
        return self.ask(method, path, BODIES.get((method, path.rsplit("/", 1)[-1]), body), user=VERA, **options)


BODIES = {
    ("POST", "invocations"): {"inputs": [1], **CHAT},
    ("PUT", "config"): {"served_entities": [SERVED], "config": {}},
    ("PATCH", "tags"): {"add_tags": [{"key": "a"}]},
    ("PUT", "rate-limits"): {"rate_limits": []},
}


@pytest.fixture
def desk(ask, entity):
    """Return an endpoint that only its creator, who is an administrator, may do anything with."""
    shown = ask.create("desk", entity()).body
    ask.mock.advance(300)
    return Desk(ask, shown["id"], "model-1")


def test_the_table_has_every_route_that_needs_somebody():
    routes = {(route.method, route.path) for route in ROUTES if not route.public and not route.admin}
    assert routes == set(NEEDS) | BY_MODEL | OPEN


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("method", "path"), NEEDS)
def test_a_route_takes_its_level_and_those_above(desk, method, path, level):
    desk.allow(level)
    before = desk.ask.get("desk").body
    answer = desk.send(method, path)
    if "route-optimized" in path:
        # The address takes OAuth tokens only, so that a personal token is refused whatever the level.
        assert answer.code == "PERMISSION_DENIED"
    elif LEVELS.index(level) >= LEVELS.index(NEEDS[method, path]):
        assert answer.status not in (401, 403, 404, 405)
        assert answer.status < 500
    else:
        assert (answer.status, answer.code) == (403, "PERMISSION_DENIED")
        assert "desk" in answer.body["message"]
        assert desk.ask.get("desk").body == before


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("path", sorted(path for _, path in BY_MODEL))
def test_an_endpoint_named_in_the_body_is_guarded_as_well(ask, entity, path, level):
    desk = Desk(ask, ask.create("desk", entity.external()).body["id"], "gpt-4-1")
    desk.allow(level)
    answer = desk.send("POST", path, {"model": "desk", "prompt": "Hello", "input": "Hello", **CHAT})
    if level in ("CAN_QUERY", "CAN_MANAGE"):
        assert answer.status not in (401, 403, 404)
        assert answer.status < 500
    else:
        assert (answer.status, answer.code) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize("level", LEVELS)
def test_the_list_has_what_may_be_viewed_and_says_what_may_be_done(desk, level):
    desk.allow(level)
    listed = {one["name"]: one for one in desk.send("GET", "/api/2.0/serving-endpoints").body["endpoints"]}
    assert ("desk" in listed) == (level is not None)
    if level:
        assert listed["desk"]["permission_level"] == level
        assert desk.ask.get("desk", user=VERA).body["permission_level"] == level


def test_each_of_the_users_sees_the_demo_differently(ask):
    def levels(user):
        return {one["name"]: one["permission_level"] for one in ask("GET", ask.control, user=user).body["endpoints"]}

    ada, ben, quentin, vera = (levels(f"{name}@example.com") for name in ("ada", "ben", "quentin", "vera"))
    assert set(ada) == set(ben) == set(quentin)
    assert set(ada) - set(vera) == {"pricing"}
    for seen, level in ((ada, "CAN_MANAGE"), (ben, "CAN_MANAGE"), (quentin, "CAN_QUERY"), (vera, "CAN_VIEW")):
        assert set(seen.values()) == {level, "CAN_QUERY"}
        assert seen["databricks-llama"] == "CAN_QUERY"


def test_whoever_creates_an_endpoint_manages_it_and_their_colleagues_do_not(ask):
    assert ask.create("fresh", user=VERA).body["permission_level"] == "CAN_MANAGE"
    assert ask.get("fresh", user=VERA).body["permission_level"] == "CAN_MANAGE"
    assert ask.get("fresh", user="ada@example.com").body["permission_level"] == "CAN_MANAGE"
    assert ask.get("fresh", user="ben@example.com").code == "PERMISSION_DENIED"


def test_a_service_principal_has_what_its_groups_are_granted(ask):
    form = {"grant_type": "client_credentials", "scope": "all-apis"}
    client = ask.mock.connection()["clients"][0]
    assert client["client_id"] == BATCH.name
    token = ask.raw("POST", "/oidc/v1/token", data=form, auth=(client["client_id"], client["client_secret"]))
    headers = {"Authorization": f"Bearer {token.body['access_token']}", "Content-Type": "application/json"}
    shown = ask.raw("GET", f"{ask.control}/churn", headers=headers)
    assert shown.body["permission_level"] == "CAN_QUERY"
    assert ask.raw("PATCH", f"{ask.control}/churn/tags", headers=headers).code == "PERMISSION_DENIED"
    made = {"name": "fresh", "config": {"served_entities": [SERVED]}}
    created = ask.raw("POST", ask.control, headers=headers, json=made).body
    assert (created["creator"], created["creator_kind"]) == (BATCH.name, "ServicePrincipal")
    assert created["creator_display_name"] == BATCH.display_name
    (entry, _) = ask("GET", f"/api/2.0/permissions/serving-endpoints/{created['id']}").body["access_control_list"]
    assert (entry["service_principal_name"], entry["display_name"]) == (BATCH.name, BATCH.display_name)


def test_who_is_refused_is_told_which_request_it_was(ask):
    answer = ask.delete("churn", user=VERA)
    assert answer.body == {
        "error_code": "PERMISSION_DENIED",
        "message": "User vera@example.com does not have permission 'Manage' on endpoint 'churn'.",
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.RequestInfo",
                "request_id": answer.headers["x-request-id"],
                "serving_data": "",
            }
        ],
    }


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_ready_made_endpoint_is_nobodys_to_change(ask, method):
    path = f"{ask.control}/databricks-llama" + ("/config" if method == "PUT" else "")
    assert ask(method, path, {}).code == "PERMISSION_DENIED"
