"""A list and a card tell what the service told, and no more."""

from datetime import UTC, datetime

from serving_widgets.api.endpoint.columns import served
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.api.endpoint.status import DELETED
from serving_widgets.render import endpoints_table, status_card

WHERE = "mock workspace (demo)"


def test_a_list_is_sorted_by_name_and_says_where_it_comes_from(info, page):
    table = endpoints_table([info(name="b"), info(name="a")], where=WHERE)
    assert table.caption == "2 endpoints – mock workspace (demo)"
    assert [row[0] for row in page(table._repr_html_()).rows] == ["Name", "a", "b"]


def test_a_list_row_has_status_kind_model_creator_and_time(info):
    table = endpoints_table([info()], where=WHERE)
    (row,) = table.rows
    assert "2022-10-27 00:05\n" in f"{table}\n"
    assert row == (
        "fraud-detector",
        "Ready",
        "Custom",
        "main.risk.fraud v1, main.risk.fraud v2",
        "ada@example.com",
        datetime(2022, 10, 27, 0, 5, 15, tzinfo=UTC),
    )


def test_an_empty_workspace_is_told_in_words():
    assert repr(endpoints_table([], where=WHERE)) == (
        "0 endpoints – mock workspace (demo)\n\nThere are no endpoints, or none that you may view."
    )


def test_a_list_does_not_depend_on_who_looked_closer_before(info):
    idle = [{"name": "m", "entity_name": "m", "entity_version": "1"}]
    state = {"state": {"deployment": "DEPLOYMENT_READY", "deployment_state_message": "Scaled to zero"}}
    summary = info(config={"served_entities": idle})
    detail = info(config={"served_entities": [{**idle[0], **state}], "config_version": 1})
    assert "Scaled to zero" in repr(status_card(detail, where=WHERE))
    assert repr(endpoints_table([summary], where=WHERE)) == repr(endpoints_table([detail], where=WHERE))


def test_many_entities_are_counted():
    entities = [{"name": f"m-{n}", "entity_name": "m", "entity_version": str(n)} for n in range(5)]
    (row,) = endpoints_table(
        [EndpointInfo.read({"name": "x", "config": {"served_entities": entities}})], where=WHERE
    ).rows
    assert row[3] == "m v0, m v1 and 3 more"


def test_models_of_others_are_named_with_their_provider(info):
    config = {"served_entities": [{"name": "gpt", "external_model": {"name": "gpt-x", "provider": "openai"}}]}
    assert [served(entity) for entity in info(config=config).entities] == ["gpt-x (openai)"]
    config = {
        "served_entities": [{"name": "llama", "foundation_model": {"name": "llama-3"}, "entity_name": "system.ai.l"}]
    }
    assert [served(entity) for entity in info(config=config).entities] == ["llama-3"]


def test_a_card_tells_the_facts_and_the_entities_with_their_share(info):
    assert (
        repr(status_card(info(), where=WHERE))
        == """fraud-detector – mock workspace (demo)

Status           Ready
Kind             Custom model
ID               0123456789abcdef0123456789abcdef
Config version   3
Creator          ada@example.com
Created          2022-10-27 00:04:15 UTC
Updated          2022-10-27 00:05:15 UTC
Your permission  CAN_MANAGE
Tags             team=risk, beta
Budget policy    b-1

Serving

Entity   Serves              State             Size       Scale to zero  Traffic
───────  ──────────────────  ────────────────  ─────────  ─────────────  ───────
fraud-1  main.risk.fraud v1  DEPLOYMENT_READY  Small CPU  no             90 %
fraud-2  main.risk.fraud v2  DEPLOYMENT_READY  Small CPU  no             10 %"""
    )


def test_a_card_tells_why_an_update_failed_and_what_it_was(info):
    pending = {
        "served_entities": [
            {
                "name": "fraud-3",
                "entity_name": "main.risk.fraud",
                "entity_version": "3",
                "state": {"deployment": "DEPLOYMENT_FAILED", "deployment_state_message": "No module named 'xgboost'"},
            }
        ],
        "config_version": 4,
    }
    failed = info(pending_config=pending, state={"ready": "READY", "config_update": "UPDATE_FAILED"})
    text = repr(status_card(failed, where=WHERE))
    assert "Status           ▲ Ready (Update failed)" in text
    assert "▲ DEPLOYMENT_FAILED" in text
    assert "Reason           No module named 'xgboost'" in text
    assert "Config version   3; 4 pending" in text
    assert "Not serving yet" in text


def test_a_card_counts_the_entities_that_are_ready(info):
    entities = [
        {"name": n, "entity_name": "m", "entity_version": "1", "state": {"deployment": f"DEPLOYMENT_{state}"}}
        for n, state in (("a", "READY"), ("b", "CREATING"))
    ]
    updating = info(
        pending_config={"served_entities": entities, "config_version": 4},
        state={"ready": "READY", "config_update": "IN_PROGRESS"},
    )
    assert "Ready (Updating) · 1 of 2 entities ready" in repr(status_card(updating, where=WHERE))


def test_a_deleted_endpoint_keeps_its_card(info):
    assert "Status           Deleted" in repr(status_card(info(), where=WHERE, status=DELETED))


def test_an_endpoint_of_which_nothing_is_known_has_a_card_too(page):
    card = status_card(EndpointInfo.read({"name": "x", "config": {"served_entities": [{}]}}), where=WHERE)
    assert "x – mock workspace (demo)" in repr(card)
    assert page(card._repr_html_()).rows


def test_what_the_service_sends_stays_text(info, page):
    evil = "<script>alert(1)</script>"
    card = status_card(info(name=evil, creator=evil, tags=[{"key": evil, "value": evil}], description=evil), where=evil)
    shown = page(card._repr_html_())
    assert "script" not in shown.tags
    assert evil in shown.text
