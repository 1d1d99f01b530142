"""Unity Catalog's model registry: it holds what the endpoints name, and tells the same each time."""

import pytest

MODELS = "/api/2.1/unity-catalog/models"


def models(ask, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return ask("GET", f"{MODELS}?{text}").body["registered_models"]


def versions(ask, name, query=""):
    return [one["version"] for one in ask("GET", f"{MODELS}/{name}/versions{query}").body["model_versions"]]


def test_every_model_that_an_endpoint_names_is_there_with_all_versions_up_to_the_highest(ask):
    named = {}
    for endpoint in ask.names():
        body = ask.get(endpoint).body
        for entity in [e for key in ("config", "pending_config") for e in body.get(key, {}).get("served_entities", ())]:
            if "entity_version" in entity:
                name = entity["entity_name"]
                named[name] = max(named.get(name, 0), int(entity["entity_version"]))
    assert named == {one["full_name"]: len(versions(ask, one["full_name"])) for one in models(ask)}
    assert versions(ask, "main.risk.fraud_detector") == [8, 7, 6, 5, 4, 3, 2, 1]


def test_a_model_can_be_looked_up_by_its_schema(ask):
    found = models(ask, catalog_name="main", schema_name="risk")
    assert [one["full_name"] for one in found] == ["main.risk.fraud_challenger", "main.risk.fraud_detector"]
    assert models(ask, catalog_name="main", schema_name="nowhere") == []
    assert ask("GET", f"{MODELS}?catalog_name=main").status == 400


def test_aliases_tell_which_version_serves_and_which_is_newer(ask):
    path = f"{MODELS}/main.risk.fraud_detector"
    assert "aliases" not in ask("GET", path).body
    shown = ask("GET", f"{path}?include_aliases=true").body["aliases"]
    assert shown == [
        {"alias_name": "Champion", "version_num": 7},
        {"alias_name": "Challenger", "version_num": 8},
    ]
    assert ask("GET", f"{path}/aliases/champion").body["version"] == 7
    assert ask("GET", f"{path}/versions/8?include_aliases=true").body["aliases"][0]["alias_name"] == "Challenger"
    ask.mock.advance(600)
    assert ask("GET", f"{path}/aliases/Champion").body["version"] == 8
    assert ask("GET", f"{path}/aliases/Challenger").status == 404


def test_versions_are_older_the_lower_they_are_and_older_than_what_serves_them(ask):
    body = ask("GET", f"{MODELS}/main.risk.fraud_detector/versions").body["model_versions"]
    created = [one["created_at"] for one in body]
    assert created == sorted(created, reverse=True)
    accepted = ask.get("fraud-detector").body["config"]["served_entities"][0]["creation_timestamp"]
    assert body[1]["created_at"] < accepted
    assert {one["status"] for one in body} == {"READY"}


def test_a_model_stays_when_its_endpoints_are_deleted(ask, entity):
    ask.create("fresh", entity("main.new.thing", "3"))
    before = ask("GET", f"{MODELS}/main.new.thing/versions").text
    ask.delete("fresh")
    assert ask("GET", f"{MODELS}/main.new.thing/versions").text == before
    assert versions(ask, "main.new.thing") == [3, 2, 1]


def test_a_list_comes_in_pages(ask):
    path = f"{MODELS}/main.customers.nightly_scores/versions"
    seen, token = [], ""
    while True:
        page = ask("GET", f"{path}?max_results=5&page_token={token}").body
        seen.append([one["version"] for one in page["model_versions"]])
        token = page.get("next_page_token")
        if not token:
            break
    assert seen == [[14, 13, 12, 11, 10], [9, 8, 7, 6, 5], [4, 3, 2, 1]]


@pytest.mark.parametrize(
    "path", ["/a.b.c", "/a.b.c/versions", "/main.risk.fraud_detector/versions/9", "/a.b.c/aliases/x"]
)
def test_what_is_not_there_is_404(ask, path):
    answer = ask("GET", MODELS + path)
    assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize("query", ["/main.risk.fraud_detector/versions/x", "?max_results=-1", "?page_token=x"])
def test_what_makes_no_sense_is_400(ask, query):
    assert ask("GET", MODELS + query).status == 400
