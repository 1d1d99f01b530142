"""The incident scenario: a bad day in a shop, whose events happen in service time.

It begins at 09:00. What a script sees depends on the time alone:

======  ================================================================================================
09:00   ``demand-forecast`` is being created and never gets there: at 09:30 the service gives it up
09:05   ``recommendations`` crashes, is restarted, and crashes again, every six minutes until 09:45
09:10   queries of ``search-ranking`` are throttled until 09:40: each third is answered 429
09:12   ``checkout-fraud`` gets version 13, which can't be loaded: from 09:16 the update has failed, 12 serves on
09:30   the service itself is busy for three minutes: every fifth request to it is answered 503
09:45   the team tries version 14 of ``checkout-fraud``, and that is good
10:00   the provider behind ``support-chat`` is down for ten minutes: 503
10:30   ``price-test`` is stopped, which should never have been left running
======  ================================================================================================

All the while ``invoice-reader`` is scaled to zero (its first query is slow), ``delivery-times`` answers one query in
twelve with an error that its logs tell of, and ``churn-archive`` is stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from serving_widgets.mock.scoring import demo_models as model
from serving_widgets.mock.service.users import BATCH, BEN, TEAM_GRANTS

from . import empty
from .scenario import Scenario

if TYPE_CHECKING:
    from serving_widgets.mock.state.world import World

_MINUTE = 60.0
_TEAMS = {name: level for (_, name), level in TEAM_GRANTS.items()}
_CRASHES = range(5, 46, 6)


def fill(world: World) -> None:
    """Put the day into a workspace."""
    _DAY.fill(world)


def _endpoints(day: Scenario) -> Scenario:
    return (
        day.endpoint(
            "checkout-fraud", model.FRAUD, entity_name="shop.risk.checkout_fraud", versions="12", creator=BEN.name,
            tags={"team": "risk", "stage": "prod", "tier": "critical"}, grants=_TEAMS, workload_size="Medium",
            config_version=12, age_days=210, traffic=8, errors=0.01,
        )
        .endpoint(
            "recommendations", model.RECOMMENDER, entity_name="shop.web.recommendations", versions="31",
            creator=BEN.name, tags={"team": "web", "stage": "prod"}, grants=_TEAMS, workload_type="GPU_SMALL",
            config_version=9, age_days=120, traffic=5,
        )
        .endpoint(
            "search-ranking", entity_name="shop.web.search_ranking", versions={"5": 80, "6": 20}, creator=BEN.name,
            tags={"team": "web", "stage": "prod", "tier": "critical"}, grants=_TEAMS, config_version=17, age_days=300,
            traffic=10,
        )
        .endpoint(
            "delivery-times", model.CHURN, entity_name="shop.logistics.delivery_times", versions="3",
            tags={"team": "logistics", "stage": "prod"}, grants=_TEAMS, config_version=3, age_days=45, traffic=6,
            errors=1 / 12,
        )
        .endpoint(
            "invoice-reader", entity_name="shop.finance.invoice_reader", versions="2", status="scaled to zero",
            creator=BATCH.name, tags={"team": "finance", "stage": "prod"}, grants=_TEAMS, workload_type="GPU_MEDIUM",
            config_version=2, age_days=80,
        )
        .endpoint(
            "demand-forecast", entity_name="shop.logistics.demand_forecast", creator=BEN.name, status="creating",
            tags={"team": "logistics", "stage": "test"}, grants=_TEAMS, age_days=0, outcome="stuck",
        )
        .endpoint(
            "support-chat", kind="external", tags={"team": "support", "stage": "prod"}, grants=_TEAMS, age_days=60,
            traffic=2,
        )
        .endpoint(
            "price-test", model.PRICING, entity_name="shop.sales.price_test", versions="8", creator=BEN.name,
            tags={"team": "sales", "stage": "test"}, grants=_TEAMS, config_version=4, age_days=12, traffic=1,
        )
        .endpoint(
            "churn-archive", model.CHURN, entity_name="shop.customers.churn", versions="1", status="stopped",
            tags={"team": "customers"}, grants=_TEAMS, age_days=400,
        )
    )  # fmt: skip


def _events(day: Scenario) -> Scenario:
    for minute in _CRASHES:
        day = day.later(minute * _MINUTE, "crash", "recommendations", seconds=150)
        day = day.fault(
            path="/serving-endpoints/recommendations/*", status=503, count=None,
            since=minute * _MINUTE, until=minute * _MINUTE + 150,
            body={"error_code": "TEMPORARILY_UNAVAILABLE", "message": "The model server is not available."},
        )  # fmt: skip
    return (
        day.later(12 * _MINUTE, "update", "checkout-fraud", outcome="crashing")
        .later(45 * _MINUTE, "update", "checkout-fraud")
        .later(90 * _MINUTE, "stop", "price-test")
    )


def _faults(day: Scenario) -> Scenario:
    return (
        day.fault(
            path="/serving-endpoints/search-ranking/*", status=429, every=3, count=None, retry_after=1,
            since=10 * _MINUTE, until=40 * _MINUTE,
            body={"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "Too many requests."},
        )
        .fault(
            path="/api/2.0/*", status=503, every=5, count=None, retry_after=1,
            since=30 * _MINUTE, until=33 * _MINUTE,
            body={"error_code": "TEMPORARILY_UNAVAILABLE", "message": "The service is busy. Try again later."},
        )
        .fault(
            path="/serving-endpoints/support-chat/*", status=503, count=None,
            since=60 * _MINUTE, until=70 * _MINUTE,
            body={"error_code": "TEMPORARILY_UNAVAILABLE", "message": "The provider of the model does not answer."},
        )
    )  # fmt: skip


_DAY = _faults(_events(_endpoints(Scenario.of("incident", empty.fill))))
