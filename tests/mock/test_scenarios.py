"""What a workspace holds at the start."""

from collections import Counter

import pytest

from serving_widgets.mock import MockWorkspace
from serving_widgets.mock.scenarios import large


def test_the_demo_varies_creators_tags_times_and_budget_policies(ask):
    items = ask("GET", ask.control).body["endpoints"]
    assert len({item["creator"] for item in items if "creator" in item}) >= 4
    assert {item.get("creator_kind") for item in items} == {"User", "ServicePrincipal", None}
    assert len({item["creation_timestamp"] for item in items}) == 10
    assert sum("effective_budget_policy_id" in item for item in items) == 3
    assert len({tag["key"] for item in items for tag in item.get("tags", ())}) >= 5


def test_in_the_demo_one_update_is_in_progress_one_failed_and_one_endpoint_is_stopped(ask):
    states = {item["name"]: item["state"] for item in ask("GET", ask.control).body["endpoints"]}
    assert {name for name, state in states.items() if state["config_update"] == "IN_PROGRESS"} == {"fraud-detector"}
    assert {name for name, state in states.items() if state["config_update"] == "UPDATE_FAILED"} == {"churn"}
    assert {name for name, state in states.items() if state.get("suspend") == "SUSPENDED"} == {"pricing"}


def test_the_large_workspace_has_every_kind_and_every_state(started):
    _, ask = started("large")
    items = ask("GET", ask.control).body["endpoints"]
    assert len({item["name"] for item in items}) == len({item["id"] for item in items}) == 1000
    states = Counter((item["state"]["ready"], item["state"]["config_update"]) for item in items)
    assert len(states) >= 6
    assert {item["state"].get("suspend") for item in items} == {"SUSPENDED", "NOT_SUSPENDED", None}
    types = {entity["type"] for item in items for entity in item.get("config", {}).get("served_entities", ())}
    assert types == {"UC_MODEL", "EXTERNAL_MODEL", "FEATURE_SPEC"}
    assert sum("config" not in item for item in items) > 0
    assert sum(item["route_optimized"] for item in items) > 0


def test_endpoints_of_the_large_workspace_live_like_others(started, entity):
    _, ask = started("large:50", clock="manual")
    items = ask("GET", ask.control).body["endpoints"]
    stopped = next(item["name"] for item in items if item["state"].get("suspend") == "SUSPENDED")
    assert ask.start(stopped).status == 200
    ask.mock.advance(180)
    assert ask.get(stopped).body["state"]["ready"] == "READY"


def test_ten_thousand_endpoints_are_built_when_somebody_looks(started, monkeypatch):
    built = []
    build = large._build
    monkeypatch.setattr(large, "_build", lambda world, index, name: built.append(name) or build(world, index, name))
    _, ask = started("large:10000")
    assert built == []
    assert ask.get("risk-churn-score-00000").status == 200
    assert built == ["risk-churn-score-00000"]
    assert len(ask.names()) == len(built) == 10_000


@pytest.mark.parametrize("name", ["", "nope", "large:", "large:x", "large:-1", "large:1000000", "demo:3"])
def test_an_unknown_scenario_is_refused_and_the_known_ones_are_named(name):
    with pytest.raises(ValueError, match="demo, empty, large"):
        MockWorkspace(name)
