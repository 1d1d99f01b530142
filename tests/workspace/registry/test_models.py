"""The registry in Python: models, versions, and aliases where a version is taken."""

import pytest

import serving_widgets as sw

MODEL = "main.risk.fraud_detector"
ENTITY = {"entity_name": MODEL, "scale_to_zero_enabled": True}


def sent(ws):
    return [entry["body"] for entry in ws.mock.journal() if entry["method"] in ("PUT", "POST")][-1]


def test_models_are_listed_by_schema_or_all_of_them(ws):
    assert [each.full_name for each in ws.models.list("main", "risk")] == ["main.risk.fraud_challenger", MODEL]
    listed = ws.models.list()
    assert len(listed) == 8
    assert list(listed.to_frame().columns) == ["model", "owner", "updated", "comment"]
    with pytest.raises(sw.ConfigError, match="given together"):
        ws.models.list("main")


def test_versions_tell_aliases_time_creator_comment_and_status(ws):
    versions = ws.models.versions(MODEL)
    assert [each.version for each in versions] == list(range(8, 0, -1))
    newest, serving = versions[:2]
    assert (newest.aliases, serving.aliases, newest.status) == (("Challenger",), ("Champion",), "READY")
    assert newest.created > serving.created
    assert newest.created_by == "ben@example.com"
    assert list(versions.to_frame().columns) == ["version", "aliases", "status", "created", "creator", "comment"]
    assert "Challenger" in repr(versions)
    with pytest.raises(sw.NotFound):
        ws.models.versions("main.risk.nothing")


@pytest.mark.parametrize("name", ["", "a/b", "..", None])
def test_what_is_no_models_name_is_not_asked_for(ws, name):
    before = len(ws.mock.journal())
    with pytest.raises(sw.ActionRefused):
        ws.models.versions(name)
    assert len(ws.mock.journal()) == before


@pytest.mark.parametrize("alias", ["Champion", "@champion", "CHAMPION"])
def test_an_alias_stands_for_its_version_in_create_and_update(ws, alias):
    ws.endpoints.create("copy", entity_name=MODEL, entity_version=alias)
    assert sent(ws)["config"]["served_entities"][0]["entity_version"] == "7"
    ep = ws.endpoints.get("fraud-detector").wait()
    # The configuration that came in meanwhile serves version 8, so the champion is another one now.
    assert ep.plan("update", entity_name=MODEL, entity_version=alias).body["served_entities"][0]["name"] == (
        "fraud_detector-8"
    )
    ep.update_config(entity="fraud_challenger-2", entity_version=alias)
    assert [each["entity_version"] for each in sent(ws)["served_entities"]] == ["8", "2"]


def test_an_alias_in_a_whole_configuration_is_looked_up_too(ws):
    config = {"served_entities": [ENTITY | {"entity_version": "@Challenger"}]}
    ws.endpoints.create("copy", config)
    assert sent(ws)["config"]["served_entities"] == [ENTITY | {"entity_version": "8"}]


def test_an_alias_that_the_model_does_not_have_is_refused_with_those_it_has(ws, writes):
    with pytest.raises(sw.ConfigError, match=r"has no alias 'Champon'. It has Champion \(version 7\)") as raised:
        ws.endpoints.create("copy", entity_name=MODEL, entity_version="Champon")
    assert "Champion" in raised.value.hint
    assert writes(ws) == []


def test_where_the_registry_may_not_be_read_a_number_works_and_an_alias_says_why(ws, writes):
    ws.mock.faults([{"path": "/api/2.1/unity-catalog/*", "status": 403}])
    with pytest.raises(
        sw.ConfigError, match=r"alias Champion of main\.risk\.fraud_detector can't be looked up"
    ) as raised:
        ws.endpoints.create("copy", entity_name=MODEL, entity_version="Champion")
    assert "A version's number works without the registry." in raised.value.hint
    assert writes(ws) == []
    ws.endpoints.create("copy", entity_name=MODEL, entity_version="7")
    assert len(writes(ws)) == 1


def test_no_number_asks_the_registry(ws):
    ws.endpoints.get("example-endpoint").update_config(entity_version="3")
    assert not any("unity-catalog" in entry["path"] for entry in ws.mock.journal())
