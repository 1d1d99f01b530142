"""Faults by rule: status, delay, dropped connections, broken answers; how often, and to whom."""

import threading
import time

import httpx
import pytest

from serving_widgets.mock.state.fault_kinds import KINDS, FaultKind, is_text

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
    client.join(60)
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


def test_a_retry_after_is_seconds_or_a_date_on_failures_and_on_answers_alike(ask):
    date = "Mon, 12 Jan 2026 09:00:30 GMT"
    ask.mock.faults([{"retry_after": date}, {"status": 503, "retry_after": 0}])
    first, second = ask.get("churn"), ask.get("churn")
    assert (first.status, first.headers["retry-after"]) == (200, date)
    assert (second.status, second.headers["retry-after"]) == (503, "0")


def test_every_says_which_of_many_requests_are_hit(ask):
    ask.mock.faults([{"skip": 1, "every": 3, "count": 2, "status": 503}])
    assert [ask.get("churn").status for _ in range(9)] == [200, 503, 200, 200, 503, 200, 200, 200, 200]


def test_since_and_until_are_service_seconds_after_the_start(ask):
    ask.mock.faults([{"since": 60, "until": 90, "count": None, "status": 503}])
    seen = []
    for _ in range(4):
        seen.append(ask.get("churn").status)
        ask.mock.advance(30)
    assert seen == [200, 200, 503, 200]


def test_the_first_rule_that_fits_applies_alone(ask):
    ask.mock.faults([{"path": "*/churn", "count": 1, "status": 500}, {"count": 2, "status": 503}])
    assert [ask.get("churn").status for _ in range(4)] == [500, 503, 503, 200]


def test_a_failure_has_the_code_of_its_status_and_one_without_a_body_has_none(ask):
    statuses = (400, 401, 403, 404, 409, 429, 499, 500, 501, 502, 503, 204, 304)
    ask.mock.faults([{"status": status} for status in statuses])
    answers = {status: ask.get("churn") for status in statuses}
    assert {status: answer.status for status, answer in answers.items()} == {status: status for status in statuses}
    assert (answers[409].code, answers[502].code) == ("RESOURCE_CONFLICT", "INTERNAL_ERROR")
    assert (answers[204].text, answers[304].text) == ("", "")


def test_a_failure_has_done_nothing(ask):
    ask.mock.faults([{"method": "DELETE", "status": 200, "body": {}}, {"method": "DELETE", "status": 500}])
    assert [ask.delete("churn").status for _ in range(2)] == [200, 500]
    assert ask.get("churn").status == 200


def test_a_stream_is_truncated_like_any_answer(ask):
    ask.mock.faults([{"path": "*/invocations", "truncate": 30}])
    question = {"messages": [{"role": "user", "content": "hi"}], "stream": True}
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
        ask.query("chat", question)
    assert ask.query("chat", question).text.endswith("data: [DONE]\n\n")


def test_a_truncated_write_is_done(ask):
    ask.mock.faults([{"method": "DELETE", "truncate": 0}])
    with pytest.raises(httpx.RemoteProtocolError):
        ask.delete("churn")
    assert ask.get("churn").status == 404


def test_a_kind_of_fault_is_one_row_of_a_table(ask, monkeypatch):
    async def slow_header(value, rule, answer):
        response = await answer()
        response.headers["x-toy"] = value
        return response

    monkeypatch.setitem(KINDS, "toy", FaultKind(None, is_text, "a text", slow_header))
    ask.mock.faults([{"toy": "here", "retry_after": 7}])
    headers = ask.get("churn").headers
    assert (headers["x-toy"], headers["retry-after"]) == ("here", "7")
    with pytest.raises(ValueError, match="'toy' of a fault rule must be a text, not 7"):
        ask.mock.faults([{"toy": 7}])


def test_a_reset_ends_all_faults(ask):
    ask.mock.faults([{"count": None, "status": 500}])
    ask.mock.reset()
    assert ask.get("churn").status == 200


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"colour": "red"}, "no member 'colour'; there are body, count, delay"),
        ({"seen": 3}, "no member 'seen'"),
        ("status", "an object, not 'status'"),
        (None, "an object, not None"),
        ({"method": 7}, "'method' of a fault rule must be a text, not 7"),
        ({"path": None}, "'path' of a fault rule must be a text, not None"),
        ({"status": "500"}, "'status' of a fault rule must be a whole number from 200 to 599, not '500'"),
        ({"status": 99}, "from 200 to 599, not 99"),
        ({"count": 1.5}, "'count' of a fault rule must be a whole number"),
        ({"count": -1}, "'count' of a fault rule must be a whole number"),
        ({"skip": True}, "'skip' of a fault rule must be a whole number, not True"),
        ({"every": 0}, "'every' of a fault rule must be a whole number above 0"),
        ({"since": "now"}, "'since' of a fault rule must be a number of seconds"),
        ({"delay": -1}, "'delay' of a fault rule must be a number of seconds"),
        ({"truncate": -1}, "'truncate' of a fault rule must be a whole number of bytes"),
        ({"disconnect": "maybe"}, '\'disconnect\' of a fault rule must be true, false, "before" or "after"'),
        ({"malformed": "yes"}, "'malformed' of a fault rule must be true or false"),
        ({"retry_after": "7\r\nX-Evil: 1"}, "'retry_after' of a fault rule must be a number of seconds or a date"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_with_the_reason_and_changes_nothing(ask, rule, said):
    ask.mock.faults([{"status": 500}])
    with pytest.raises(ValueError, match="fault rule") as refusal:
        ask.mock.faults([{"status": 418}, rule])
    assert said in str(refusal.value)
    answer = ask("POST", "/_mock/faults", [{"status": 418}, rule])
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert said in answer.body["message"]
    assert ask.get("churn").status == 500


@pytest.mark.parametrize("rules", [{"status": 500}, "[]", b""])
def test_rules_come_as_a_list(ask, rules):
    with pytest.raises(ValueError, match="list"):
        ask.mock.faults(rules)
    assert ask("POST", "/_mock/faults", {"status": 500}).status == 400


@pytest.mark.parametrize("body", [object(), {1, 2}, float("nan"), "\ud800"])
def test_a_body_that_cannot_be_sent_is_refused(ask, body):
    with pytest.raises(ValueError, match="'body' of a fault rule must be text or JSON"):
        ask.mock.faults([{"status": 500, "body": body}])


def test_credentials_are_checked_unless_a_fault_answers_first(ask):
    ask.mock.faults([{"path": "/api/*", "delay": 0.0}])
    assert ask.raw("GET", LIST).status == 401
