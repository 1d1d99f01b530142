"""Faults by rule: status, delay, dropped connections, broken answers; how often, and to whom."""

import threading
import time

import httpx
import pytest

LIST = "/api/2.0/serving-endpoints"


def test_a_rule_hits_once_and_only_what_it_fits(ask):
    ask.mock.faults([{"method": "GET", "path": "*/churn", "status": 503}])
    assert ask.get("pricing").status == 200
    answer = ask.get("churn")
    assert (answer.status, answer.code) == (503, "TEMPORARILY_UNAVAILABLE")
    assert answer.headers["x-should-retry"] == "false"
    assert ask.get("churn").status == 200


def test_skip_lets_requests_through_first_and_count_says_how_many_are_hit(ask):
    ask.mock.faults([{"path": "*/churn", "skip": 1, "count": 2, "status": 500}])
    assert [ask.get("churn").status for _ in range(5)] == [200, 500, 500, 200, 200]


def test_without_a_count_it_goes_on_until_the_rules_are_replaced(ask):
    ask.mock.faults([{"count": None, "status": 429, "retry_after": 7}])
    answers = [ask.get("churn") for _ in range(3)]
    assert [answer.status for answer in answers] == [429] * 3
    assert answers[0].headers["retry-after"] == "7"
    ask.mock.faults([])
    assert ask.get("churn").status == 200


def test_the_body_is_as_given(ask):
    html = "<html>Bad gateway</html>"
    ask.mock.faults([{"status": 418, "body": {"error_code": "TEAPOT"}}, {"status": 502, "body": html}])
    assert ask.get("churn").body == {"error_code": "TEAPOT"}
    answer = ask.get("churn")
    assert answer.text == html
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_delay_is_in_host_seconds_and_holds_nobody_else_up(ask):
    ask.mock.faults([{"path": "*/churn", "delay": 0.25}])
    begin = time.monotonic()
    client = threading.Thread(target=ask.get, args=("churn",))
    client.start()
    assert ask.get("pricing").status == 200
    assert client.is_alive()
    client.join(5)
    assert time.monotonic() - begin >= 0.25


def test_a_connection_dropped_before_leaves_nothing_done(ask):
    ask.mock.faults([{"method": "DELETE", "disconnect": True}])
    with pytest.raises(httpx.RemoteProtocolError):
        ask.delete("churn")
    assert ask.get("churn").status == 200
    assert ask.mock.journal()[0]["status"] == 0


def test_a_connection_dropped_after_leaves_it_done_without_an_answer(ask):
    ask.mock.faults([{"method": "DELETE", "disconnect": "after"}])
    with pytest.raises(httpx.RemoteProtocolError):
        ask.delete("churn")
    assert ask.get("churn").status == 404


def test_a_truncated_answer_ends_in_its_middle(ask):
    ask.mock.faults([{"path": LIST, "truncate": 40}])
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", LIST)
    assert len(ask.names()) == 10


def test_a_malformed_answer_is_no_json(ask):
    ask.mock.faults([{"malformed": True}])
    answer = ask("GET", LIST)
    assert answer.status == 200
    with pytest.raises(ValueError, match="Expecting"):
        _ = answer.body


def test_rules_are_set_over_http_and_steering_itself_never_fails(ask):
    rules = [{"count": None, "status": 500}]
    assert ask("POST", "/_mock/faults", rules).body == {"rules": 1}
    assert ask.get("churn").status == 500
    assert ask("POST", "/_mock/faults", []).body == {"rules": 0}
    assert ask.get("churn").status == 200


@pytest.mark.parametrize(
    "rule", [{"colour": "red"}, {"status": "500"}, {"count": 1.5}, {"disconnect": "maybe"}, {"skip": True}, "status"]
)
def test_a_rule_that_makes_no_sense_is_refused_and_changes_nothing(ask, rule):
    ask.mock.faults([{"status": 500}])
    with pytest.raises(ValueError, match="fault rule"):
        ask.mock.faults([rule])
    answer = ask("POST", "/_mock/faults", [rule])
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert ask.get("churn").status == 500


def test_credentials_are_checked_unless_a_fault_answers_first(ask):
    ask.mock.faults([{"path": "/api/*", "delay": 0.0}])
    assert ask.raw("GET", LIST).status == 401
