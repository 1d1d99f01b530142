"""What a workspace holds at the start, what happens in it, and how to describe one of one's own."""

from collections import Counter
from itertools import pairwise

import pytest

from serving_widgets.api.errors import ConfigError
from serving_widgets.mock import MockWorkspace, Scenario
from serving_widgets.mock.scenarios import initial_states, large
from serving_widgets.workspace import connect

MINUTE = 60


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


def test_endpoints_of_the_large_workspace_live_like_others(started):
    _, ask = started("large:50", clock="manual")
    items = ask("GET", ask.control).body["endpoints"]
    stopped = next(item["name"] for item in items if item["state"].get("suspend") == "SUSPENDED")
    assert ask.start(stopped).status == 200
    ask.mock.advance(180)
    assert ask.get(stopped).body["state"]["ready"] == "READY"


def test_updates_of_the_large_workspace_end_whether_or_not_somebody_looks(started):
    def under_way(ask):
        items = ask("GET", ask.control).body["endpoints"]
        return {item["name"] for item in items if item["state"]["config_update"] == "IN_PROGRESS"}

    _, watched = started("large:300", clock="manual")
    _, unwatched = started("large:300", clock="manual")
    assert len(under_way(watched)) > 5
    seen = set()
    for _ in range(10):
        watched.mock.advance(30)
        seen.add(len(under_way(watched)))
    unwatched.mock.advance(300)
    assert under_way(unwatched) == under_way(watched) == set()
    assert len(seen) > 3
    lists = [ask("GET", ask.control).text.replace(ask.mock.host, "") for ask in (watched, unwatched)]
    assert lists[0] == lists[1]


def test_ten_thousand_endpoints_are_built_when_somebody_looks(started, monkeypatch):
    built = []
    build = large._build
    monkeypatch.setattr(large, "_build", lambda world, index, name: built.append(name) or build(world, index, name))
    _, ask = started("large:10000")
    assert built == []
    assert ask.get("risk-churn-score-00000").status == 200
    assert built == ["risk-churn-score-00000"]
    assert len(ask.names()) == len(built) == 10_000


@pytest.mark.parametrize("name", ["", "nope", "large:", "large:x", "large:-1", "large:1000000", "demo:3", None, 7])
def test_an_unknown_scenario_is_refused(name):
    with pytest.raises(ValueError, match=r"demo, empty, large|not (None|7)"):
        MockWorkspace(name)


class TestIncident:
    """The bad day."""

    @pytest.fixture
    def ask(self, started):
        return started("incident", clock="manual")[1]

    def to(self, ask, minute):
        """Move to so many minutes after nine."""
        ask.mock.clock.advance_to(1768208400 + minute * MINUTE)

    def states(self, ask, name, minutes):
        found = []
        for minute in minutes:
            self.to(ask, minute)
            state = ask.get(name).body["state"]
            found.append((state["ready"], state["config_update"]))
        return found

    def test_it_begins_with_a_healthy_workspace_but_for_one_creation(self, ask):
        items = {item["name"]: item["state"] for item in ask("GET", ask.control).body["endpoints"]}
        troubled = [name for name, state in items.items() if state["config_update"] != "NOT_UPDATING"]
        assert troubled == ["demand-forecast"]
        assert [name for name, state in items.items() if state.get("suspend") == "SUSPENDED"] == ["churn-archive"]

    def test_a_healthy_endpoint_gets_an_update_that_breaks_and_later_one_that_holds(self, ask):
        seen = self.states(ask, "checkout-fraud", [11, 13, 17, 44, 46, 50])
        updates = ["NOT_UPDATING", "IN_PROGRESS", "UPDATE_FAILED", "UPDATE_FAILED", "IN_PROGRESS", "NOT_UPDATING"]
        assert seen == [("READY", update) for update in updates]
        entity = ask.get("checkout-fraud").body["config"]["served_entities"][0]
        assert entity["entity_version"] == "14"

    def test_one_entity_crashes_and_recovers_again_and_again(self, ask):
        seen = []
        for minute in range(4, 50):
            self.to(ask, minute)
            if 30 <= minute < 33:
                continue  # the service is busy then
            entity = ask.get("recommendations").body["config"]["served_entities"][0]
            seen.append(entity["state"]["deployment"])
        assert set(seen) == {"DEPLOYMENT_READY", "DEPLOYMENT_RECOVERING"}
        crashes = sum(one.endswith("READY") and other.endswith("RECOVERING") for one, other in pairwise(seen))
        assert crashes >= 5
        assert seen[-1] == "DEPLOYMENT_READY"

    def test_queries_are_throttled_for_half_an_hour(self, ask):
        def statuses():
            body = {"dataframe_records": [{"x": 1}]}
            return [ask.query("search-ranking", body).status for _ in range(6)]

        assert statuses() == [200] * 6
        self.to(ask, 20)
        assert statuses() == [429, 200, 200] * 2
        self.to(ask, 41)
        assert statuses() == [200] * 6

    def test_the_service_is_busy_for_three_minutes(self, ask):
        self.to(ask, 31)
        assert [ask.get("price-test").status for _ in range(6)] == [503, 200, 200, 200, 200, 503]
        self.to(ask, 33)
        assert ask.get("price-test").status == 200

    def test_the_creation_is_given_up_and_somebody_stops_a_test(self, ask):
        assert self.states(ask, "demand-forecast", [29, 34]) == [
            ("NOT_READY", "IN_PROGRESS"),
            ("NOT_READY", "UPDATE_FAILED"),
        ]
        self.to(ask, 91)
        assert ask.get("price-test").body["state"]["suspend"] == "SUSPENDED"

    def test_a_slow_one_waits_for_its_first_query_only(self, ask):
        before = ask.mock.clock.now()
        for _ in range(2):
            assert ask.query("invoice-reader", {"dataframe_records": [{"x": 1}]}).status == 200
        assert ask.mock.clock.now() == before + 30

    def test_other_peoples_queries_reach_the_metrics_errors_included(self, ask):
        self.to(ask, 29)
        metrics = ask("GET", f"{ask.control}/delivery-times/metrics").text
        counts = {
            line.split("{")[0]: float(line.split()[-1]) for line in metrics.splitlines() if line.startswith("request_")
        }
        assert counts["request_count_total"] >= 5
        errors = 0
        for _ in range(20):
            ask.mock.advance(MINUTE)
            for line in ask("GET", f"{ask.control}/delivery-times/metrics").text.splitlines():
                errors += line.startswith("request_5xx_count_total") and float(line.split()[-1])
        assert errors >= 3

    def test_the_day_is_the_same_however_often_somebody_looks(self, ask, started):
        _, other = started("incident", clock="manual")
        for minute in range(0, 121, 3):
            self.to(ask, minute)
            ask.get("checkout-fraud")
        self.to(other, 120)
        assert ask("GET", ask.control).text == other("GET", other.control).text
        for name in ask.names():
            assert ask.get(name).text == other.get(name).text


class TestOwn:
    """Scenarios that somebody describes."""

    def test_everything_that_is_described_is_there(self, started):
        scenario = (
            Scenario("shop", quota=3)
            .user("eve@example.com", groups=["shop"])
            .endpoint(
                "basket",
                lambda rows: [len(row["items"]) for row in rows],
                versions={"7": 90, "8": 10},
                tags={"team": "shop", "pii": None},
                grants={"shop": "CAN_QUERY", "ben@example.com": "CAN_VIEW"},
                creator="eve@example.com",
                description="Counts what is in a basket.",
                config_version=5,
            )
            .endpoint("prices", status="stopped")
        )
        mock, ask = started(scenario, clock="manual")
        assert mock.scenario == "shop"
        assert ask.names() == ["basket", "prices"]
        basket = ask.get("basket").body
        assert basket["tags"] == [{"key": "pii"}, {"key": "team", "value": "shop"}]
        assert (basket["creator"], basket["description"]) == ("eve@example.com", "Counts what is in a basket.")
        config = basket["config"]
        assert config["config_version"] == 5
        assert [
            (one["served_entity_name"], one["traffic_percentage"]) for one in config["traffic_config"]["routes"]
        ] == [
            ("basket-7", 90),
            ("basket-8", 10),
        ]
        assert ask.names(user="ben@example.com") == ["basket"]
        assert ask.get("basket", user="ben@example.com").body["permission_level"] == "CAN_VIEW"
        assert ask.get("basket", user="eve@example.com").body["permission_level"] == "CAN_MANAGE"
        body = {"dataframe_records": [{"items": ["a", "b"]}]}
        assert ask.query("basket", body, user="eve@example.com").body == {"predictions": [2]}
        assert ask.create("one").status == ask.create("two").status == 200
        assert "its quota is 3" in ask.create("three").body["message"]

    @pytest.mark.parametrize("status", initial_states.INITIAL_STATES)
    def test_an_endpoint_can_begin_in_any_situation(self, started, status):
        _, ask = started(Scenario().endpoint("one", status=status), clock="manual")
        body = ask.get("one").body
        state = body["state"]
        shown = (state["ready"], state["config_update"], state["suspend"], "config" in body, "pending_config" in body)
        assert (
            shown
            == {
                "ready": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", True, False),
                "scaled to zero": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", True, False),
                "stopped": ("NOT_READY", "NOT_UPDATING", "SUSPENDED", True, False),
                "creating": ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", False, True),
                "updating": ("READY", "IN_PROGRESS", "NOT_SUSPENDED", True, True),
                "update failed": ("READY", "UPDATE_FAILED", "NOT_SUSPENDED", True, True),
                "update canceled": ("READY", "UPDATE_CANCELED", "NOT_SUSPENDED", True, True),
                "creation failed": ("NOT_READY", "UPDATE_FAILED", "NOT_SUSPENDED", False, True),
                "without config": ("NOT_READY", "NOT_UPDATING", "NOT_SUSPENDED", False, False),
            }[status]
        )

    @pytest.mark.parametrize(
        ("kind", "type_"),
        [
            ("custom", "UC_MODEL"),
            ("provisioned", "UC_MODEL"),
            ("external", "EXTERNAL_MODEL"),
            ("foundation", "FOUNDATION_MODEL"),
            ("features", "FEATURE_SPEC"),
        ],
    )
    def test_an_endpoint_can_be_of_any_kind(self, started, kind, type_):
        _, ask = started(Scenario().endpoint("one", kind=kind))
        body = ask.get("one").body
        assert body["config"]["served_entities"][0]["type"] == type_
        assert ("id" in body) == (kind != "foundation")

    def test_things_happen_later(self, started):
        scenario = (
            Scenario()
            .endpoint("one", scale_to_zero=False)
            .endpoint("two", status="creating", outcome="broken")
            .later(100, "update", "one", outcome="stuck")
            .later(2500, "stop", "one")
            .later(2600, "start", "one")
            .later(3000, "crash", "one", seconds=10)
            .later(3100, "delete", "two")
            .later(3200, "stop", "two")
        )
        mock, ask = started(scenario, clock="manual")
        begin = mock.clock.now()
        seen = []
        for instant in (101, 2000, 2501, 2601, 2900, 3005, 3050):
            mock.clock.advance_to(begin + instant)
            body = ask.get("one").body
            entities = body["config"]["served_entities"]
            state = body["state"]
            seen.append((state["config_update"], state["suspend"], entities[0]["state"]["deployment"].split("_")[1]))
        assert seen == [
            ("IN_PROGRESS", "NOT_SUSPENDED", "READY"),
            ("UPDATE_FAILED", "NOT_SUSPENDED", "READY"),
            ("NOT_UPDATING", "SUSPENDED", "ABORTED"),
            ("IN_PROGRESS", "NOT_SUSPENDED", "ABORTED"),
            ("NOT_UPDATING", "NOT_SUSPENDED", "READY"),
            ("NOT_UPDATING", "NOT_SUSPENDED", "RECOVERING"),
            ("NOT_UPDATING", "NOT_SUSPENDED", "READY"),
        ]
        assert ask.get("two").body["state"]["config_update"] == "UPDATE_FAILED"
        mock.clock.advance_to(begin + 3300)
        assert ask.names() == ["one"]

    def test_faults_come_in_their_time_and_again_after_a_reset(self, started):
        rule = {"path": "*/one", "status": 503, "since": 60, "until": 120, "every": 2, "count": None}
        mock, ask = started(Scenario().endpoint("one").fault(**rule), clock="manual")
        for _ in range(2):
            assert [ask.get("one").status for _ in range(3)] == [200] * 3
            mock.advance(60)
            assert [ask.get("one").status for _ in range(3)] == [503, 200, 503]
            mock.advance(60)
            assert ask.get("one").status == 200
            mock.reset()

    def test_a_scenario_extends_another_and_leaves_it_as_it_was(self, started):
        base = Scenario("base", extends="demo")
        more = base.endpoint("one")
        assert len(started(base)[1].names()) == 10
        assert len(started(more)[1].names()) == 11
        assert len(started(Scenario(extends="large:3").endpoint("one"))[1].names()) == 4

    def test_a_workspace_is_connected_with_it_and_named_after_it(self):
        ws = connect("mock", scenario=Scenario("shop").endpoint("basket", tags={"team": "shop"}), name="own")
        try:
            assert ws.label == "mock workspace (shop)"
            assert [endpoint.name for endpoint in ws.endpoints.list()] == ["basket"]
        finally:
            ws.close()
        with pytest.raises(ConfigError, match="a scenario is a name or a Scenario, not 7"):
            connect("mock", scenario=7)

    def test_the_same_description_gives_the_same_workspace(self, started):
        def describe():
            return Scenario().endpoint("one", traffic=30, errors=0.2).endpoint("two", status="updating")

        texts = []
        for _ in range(2):
            mock, ask = started(describe(), clock="manual")
            mock.advance(200)
            texts.append([ask.get("one").text, ask.get("two").text, ask("GET", f"{ask.control}/one/metrics").text])
        assert texts[0] == texts[1]

    @pytest.mark.parametrize(
        ("describe", "said"),
        [
            (lambda: Scenario(""), "name of a scenario"),
            (lambda: Scenario(extends="nope"), "unknown scenario 'nope'"),
            (lambda: Scenario(quota=-1), "quota"),
            (lambda: Scenario().user("eve"), "e-mail"),
            (lambda: Scenario().user("ada@example.com"), "already"),
            (lambda: Scenario().endpoint("a b"), "'a b' is no name"),
            (lambda: Scenario().endpoint("a", kind="huge"), "custom, provisioned"),
            (lambda: Scenario().endpoint("a", status="sleepy"), "'sleepy'"),
            (lambda: Scenario().endpoint("a", kind="external", status="updating"), "can't be 'updating'"),
            (lambda: Scenario().endpoint("a", kind="features", status="stopped"), "can be stopped"),
            (lambda: Scenario().endpoint("a", 7), "a model is a function"),
            (lambda: Scenario().endpoint("a", "/nowhere"), "no saved MLflow model"),
            (lambda: Scenario().endpoint("a", print, kind="external"), "answers by itself"),
            (lambda: Scenario().endpoint("a", versions={"1": 50, "2": 40}), "sum to 100"),
            (lambda: Scenario().endpoint("a", versions="one"), "the service refuses"),
            (lambda: Scenario().endpoint("a", grants={"x": "CAN_DO"}), "CAN_VIEW, CAN_QUERY"),
            (lambda: Scenario().endpoint("a", creator="eve@example.com"), "add one first"),
            (lambda: Scenario().endpoint("a", outcome="stuck"), "nothing that is ready ends 'stuck'"),
            (lambda: Scenario().endpoint("a", traffic=-1), "queries per minute"),
            (lambda: Scenario().endpoint("a", traffic=1, errors=2), "share"),
            (lambda: Scenario().endpoint("a", age_days=-1), "age"),
            (lambda: Scenario().later(5, "explode", "a"), "update, stop, start, delete, crash"),
            (lambda: Scenario().later(-5, "stop", "a"), "after the start"),
            (lambda: Scenario().later(5, "update", "a", outcome="fine"), "no update ends 'fine'"),
            (lambda: Scenario().fault(colour="red"), "no member 'colour'"),
            (lambda: MockWorkspace(Scenario().endpoint("a").endpoint("a")), "'a' already"),
        ],
    )
    def test_a_description_that_makes_no_sense_says_why(self, describe, said):
        with pytest.raises(ValueError, match=said):
            describe()
