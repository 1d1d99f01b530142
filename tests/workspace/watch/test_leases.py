"""Leases: who is looking."""

import pytest

from serving_widgets.workspace.watch.leases import TTL, Leases


@pytest.fixture
def clock():
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def leases(clock):
    return Leases(clock)


def test_nobody_looks_at_first(leases):
    assert not leases.sweep()
    assert leases.names() == set()
    assert not leases.on_screen()


def test_a_lease_ends_when_its_page_sends_no_heartbeat_for_150_seconds(leases, clock):
    leases.hold("view", ["churn"])
    clock.now += TTL - 1
    assert leases.sweep()
    clock.now += 1
    assert not leases.sweep()
    assert leases.names() == set()


def test_a_heartbeat_renews_the_leases_that_it_names_and_no_others(leases, clock):
    leases.hold("seen", ["a"])
    leases.hold("hidden", ["b"])
    clock.now += TTL - 1
    leases.beat(["seen", "never-heard-of"])
    clock.now += 1
    assert leases.sweep()
    assert leases.names() == {"a"}


def test_a_lasting_lease_needs_no_heartbeat(leases, clock):
    leases.hold("wait", ["a"], screen=False, lasting=True)
    clock.now += 10 * TTL
    assert leases.sweep()
    assert not leases.on_screen()
    leases.drop("wait")
    assert not leases.sweep()


def test_rows_in_sight_count_as_looked_at_and_survive_a_change_of_the_lease(leases):
    leases.hold("grid")
    leases.show("grid", ["a", "b"])
    assert leases.names() == {"a", "b"}
    leases.hold("grid", ["open"])
    assert leases.names() == {"a", "b", "open"}
    leases.show("gone", ["c"])
    assert "gone" not in leases


def test_a_view_that_comes_back_into_sight_need_not_introduce_itself_again(leases, clock):
    leases.hold("view", ["churn"])
    clock.now += TTL
    assert not leases.sweep()
    leases.beat(["view"])
    assert leases.sweep()
    assert leases.names() == {"churn"}


def test_a_list_on_screen_is_glanced_at_until_someone_looks_closely_or_wants_to_be_told(leases):
    assert not leases.glancing()
    leases.hold("browser")
    assert leases.glancing()
    for key, closer in (("panel", {"names": ["churn"]}), ("notify", {"screen": False, "lasting": True})):
        leases.hold(key, **closer)
        assert not leases.glancing()
        leases.drop(key)
        assert leases.glancing()


def test_a_lease_that_was_given_back_does_not_come_back(leases, clock):
    leases.hold("view", ["churn"])
    clock.now += TTL
    leases.sweep()
    leases.drop("view")
    leases.beat(["view"])
    assert not leases.sweep()
