"""What a workspace has room for: endpoints at a time, and changes in five minutes."""

import pytest

from serving_widgets.mock.state.rate_limit import change_limit


@pytest.fixture
def room(ask):
    """Return a way to say how many endpoints the workspace has room for, beside those that count already."""

    def leave(more):
        with ask.mock._world.lock:
            counted = sum(not (one.stopped or one.built_in) for one in ask.mock._world.endpoints())
            ask.mock._world.quota = counted + more

    return leave


def test_a_workspace_that_is_full_takes_no_further_endpoint(ask, room):
    room(1)
    assert ask.create("first").status == 200
    answer = ask.create("second")
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert "quota is 9" in answer.body["message"]
    assert "second" not in ask.names()
    assert ask("POST", ask.control, {"name": "bare"}).status == 400


def test_one_endpoint_is_counted_as_one(ask):
    with ask.mock._world.lock:
        for endpoint in ask.mock._world.endpoints():
            endpoint.stopped = endpoint.stopped or endpoint.name != "churn"
        ask.mock._world.quota = 1
    message = ask.create("second").body["message"]
    assert message.startswith("This workspace has 1 serving endpoint that is not stopped, and its quota is 1.")


@pytest.mark.parametrize("way", ["stop", "delete"])
def test_an_endpoint_that_is_stopped_or_deleted_makes_room(ask, room, way):
    room(0)
    assert ask.create("fresh").status == 400
    getattr(ask, way)("example-endpoint")
    assert ask.create("fresh").status == 200


def test_a_stopped_endpoint_starts_only_if_there_is_room(ask, room):
    room(0)
    before = ask.get("pricing").text
    answer = ask.start("pricing")
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert ask.get("pricing").text == before
    ask.delete("churn")
    assert ask.start("pricing").status == 200
    assert ask.create("fresh").status == 400


def test_an_update_needs_no_room(ask, room, entity):
    room(0)
    assert ask.update("churn", entity("main.customers.churn_model", "5")).status == 200


def test_there_is_room_for_a_thousand_unless_the_scenario_says_otherwise(ask, started):
    assert ask.mock._world.quota == 1000
    _, large = started("large:1100", clock="manual")
    assert large.create("fresh").status == 200


def test_fifty_changes_are_taken_in_five_minutes_and_more_when_they_have_passed(ask, entity):
    for number in range(25):
        assert ask.create(f"one-{number}").status == 200
    ask.mock.advance(299)
    for number in range(25):
        assert ask.create(f"two-{number}").status == 200
    answers = [ask.create("more"), ask.update("example-endpoint", entity())]
    for answer in answers:
        assert (answer.status, answer.code) == (429, "REQUEST_LIMIT_EXCEEDED")
        assert "50 create and update operations in 5 minutes" in answer.body["message"]
    ask.mock.advance(1)
    assert ask.update("example-endpoint", entity()).status == 200
    assert ask.create("more").status == 200


def test_what_is_refused_or_is_no_change_of_that_kind_does_not_count(ask):
    for _ in range(60):
        assert ask.create("churn").status == 409
        assert ask.get("churn").status == 200
        assert ask("PATCH", f"{ask.control}/churn/tags", {}).status == 200
    assert ask.create("fresh").status == 200


def test_the_limit_on_changes_can_be_lifted(ask):
    ask.mock._world.change_limit.limit = None
    assert {ask.create(f"one-{number}").status for number in range(60)} == {200}
    ask.mock.reset()
    assert ask.mock._world.change_limit.limit == 50


def test_a_count_forgets_what_is_five_minutes_old():
    limit = change_limit()
    limit.limit = 2
    for at in (0.0, 100.0):
        limit.admit(at)
    with pytest.raises(Exception, match="2 create and update"):
        limit.check(299.0)
    limit.check(300.0)
