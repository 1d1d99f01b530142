"""Logs of model servers over HTTP: who may read which, what queries leave in them, how they start, end and roll."""

import re
import time
from itertools import pairwise

import pytest

CHURN = {
    "dataframe_split": {"columns": ["tenure_months", "monthly_charge", "contract"], "data": [[1, 9.5, "one year"]]}
}
NO_CONTRACT = {"dataframe_split": {"columns": ["tenure_months", "monthly_charge"], "data": [[1, 9.5]]}}
GUNICORN = re.compile(r"\[[a-z0-9]{5}\] \[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000\] \[\d+\] \[[A-Z]+\] \S")


@pytest.fixture
def logs(ask):
    """Return a way to read logs: of servers, of builds with ``kind="build-logs"``."""

    def read(endpoint, served, kind="logs", query="", body=None, **options):
        return ask("GET", f"{ask.control}/{endpoint}/served-models/{served}/{kind}{query}", body, **options)

    return read


@pytest.fixture
def lines(logs):
    """Return a way to read the lines of a server's log."""
    return lambda *args, **options: logs(*args, **options).body["logs"].splitlines()


def test_a_log_is_one_string_of_lines(logs):
    answer = logs("example-endpoint", "vanilla_simple_model-2")
    assert answer.status == 200
    assert list(answer.body) == ["logs"]
    assert answer.body["logs"].endswith("\n")


def test_lines_have_the_replica_the_time_the_process_and_the_level(lines):
    written = lines("example-endpoint", "vanilla_simple_model-2")
    shaped = [line for line in written if GUNICORN.match(line)]
    assert len(shaped) > 0.8 * len(written)
    assert all(re.match(r"\[[a-z0-9]{5}\] ", line) for line in written)
    assert {"INFO", "DEBUG", "WARNING"} <= {level for line in shaped for level in re.findall(r"\] \[([A-Z]+)\] ", line)}


def test_replicas_interleave_and_there_are_more_of_them_where_more_is_asked_for(lines, mock):
    mock.advance(3600)
    small = [line[1:6] for line in lines("example-endpoint", "vanilla_simple_model-2")[-200:]]
    medium = [line[1:6] for line in lines("fraud-detector", "fraud_detector-7", query="?config_version=11")[-200:]]
    assert len(set(small)) == 2
    assert sum(one != other for one, other in pairwise(small)) > 50
    # By then version 12 serves: the servers of version 11 are gone.
    assert medium == []
    assert len({line[1:6] for line in lines("fraud-detector", "fraud_detector-8")}) == 3


def test_colours_and_warnings_of_two_lines_occur(lines):
    written = lines("example-endpoint", "vanilla_simple_model-2")
    assert any("\x1b[3" in line and line.count("\x1b[") % 2 == 0 for line in written)
    place = next(place for place, line in enumerate(written) if "InconsistentVersionWarning" in line)
    assert written[place + 1].endswith("]   warnings.warn(")


def test_a_query_leaves_its_method_path_status_and_milliseconds(lines, ask):
    before = lines("churn", "churn_model-3")
    assert ask.query("churn", CHURN).status == 200
    after = lines("churn", "churn_model-3")
    assert after[:-1] == before[1:]
    assert re.search(r'- "POST /invocations HTTP/1.1" 200 \d+\.\dms$', after[-1])


def test_a_refused_query_leaves_the_reason_and_a_traceback(lines, ask):
    assert ask.query("churn", NO_CONTRACT).status == 400
    written = lines("churn", "churn_model-3")
    assert '" 400 ' in written[-1]
    (start,) = (place for place, line in enumerate(written) if "[ERROR]" in line)
    error = written[start:-1]
    assert any("Model is missing inputs ['contract']" in line for line in error)
    trace = next(place for place, line in enumerate(error) if line.endswith("Traceback (most recent call last):"))
    assert len(error) - trace > 4
    assert len({line[:7] for line in error}) == 1, "a traceback is written by one replica, in one piece"


def test_the_models_own_traceback_is_in_the_log(mock, lines, ask):
    def predict(rows):
        raise ZeroDivisionError("no rows, no mean")

    mock.serve("means", predict)
    assert ask.query("means", {"inputs": [[1]]}).status == 400
    written = lines("means", "means-1")
    assert any(line.endswith("] ZeroDivisionError: no rows, no mean") for line in written)
    assert any("in predict" in line for line in written)


@pytest.mark.parametrize("message", ["", " ", "\n", "\u2028", "Traceback (most recent call last):", "two\nlines"])
def test_whatever_a_model_raises_leaves_an_error(mock, lines, ask, message):
    def predict(rows):
        raise RuntimeError(message)

    mock.serve("odd", predict)
    assert ask.query("odd", {"inputs": [[1]]}).status == 400
    written = lines("odd", "odd-1")
    assert any("[ERROR]" in line for line in written)
    assert '" 400 ' in written[-1]


def test_each_entity_has_only_its_own_queries(lines, ask):
    path = "/serving-endpoints/fraud-detector/served-models/fraud_challenger-2/invocations"
    body = {"dataframe_records": [{"amount": 1.0, "hour": 1, "country": "NO"}]}
    assert ask("POST", path, body).status == 200
    asked = [
        sum("POST /invocations" in line for line in lines("fraud-detector", served, query="?config_version=11"))
        for served in ("fraud_challenger-2", "fraud_detector-7")
    ]
    assert asked == [1, 0]


def test_looking_twice_at_the_same_time_shows_the_same(lines):
    assert lines("example-endpoint", "vanilla_simple_model-2") == lines("example-endpoint", "vanilla_simple_model-2")


def test_a_log_goes_on_by_itself_and_loses_at_its_front_what_it_gains_at_its_end(lines, mock):
    before = lines("example-endpoint", "vanilla_simple_model-2")
    mock.advance(300)
    after = lines("example-endpoint", "vanilla_simple_model-2")
    gained = len(after) - after.index(before[-1]) - 1
    assert len(before) == len(after) == 5_000
    assert 10 <= gained <= 40
    assert after[:-gained] == before[gained:]


def test_a_new_server_begins_with_its_start_and_is_quiet_before(lines, ask, mock):
    ask.create("fresh")
    assert lines("fresh", "model-1") == []
    mock.advance(170)
    assert lines("fresh", "model-1") == [], "the image is still being built"
    mock.advance(60)
    starting = lines("fresh", "model-1")
    assert "Starting gunicorn" in starting[0]
    mock.advance(600)
    running = lines("fresh", "model-1")
    assert running[: len(starting)] == starting
    assert any("Application startup complete." in line for line in running)
    assert any("GET /health" in line for line in running)


def test_a_stopped_endpoint_has_no_log_and_starts_a_new_one(lines, ask, mock):
    before = lines("churn", "churn_model-3")
    ask.stop("churn")
    assert lines("churn", "churn_model-3") == []
    ask.start("churn")
    mock.advance(600)
    after = lines("churn", "churn_model-3")
    assert "Starting gunicorn" in after[0]
    assert not {line[1:6] for line in before} & {line[1:6] for line in after}, "these are other replicas"


def test_scaled_to_zero_there_is_no_log_until_a_query_wakes_a_server(lines, ask, mock):
    assert lines("nightly-scores", "nightly_scores-14") == []
    body = {"dataframe_records": [{"customer_id": "c-1", "balance": 1.0}]}
    assert ask.query("nightly-scores", body).status == 200
    written = lines("nightly-scores", "nightly_scores-14")
    assert "Starting gunicorn" in written[0]
    assert "POST /invocations" in written[-1]
    mock.advance(7200)
    assert lines("nightly-scores", "nightly_scores-14") == []


def test_a_recovering_server_starts_again(lines, ask, mock, entity):
    ask.create("moody", entity("main.ml.flaky_model"))
    mock.advance(850)
    before = lines("moody", "flaky_model-1")
    mock.advance(120)
    again = lines("moody", "flaky_model-1")
    assert "Starting gunicorn" in again[0]
    assert before[0] != again[0]


def test_a_deleted_endpoint_leaves_nothing_to_the_next_of_its_name(lines, ask, mock):
    for _ in range(2):
        ask.create("again")
        mock.advance(400)
        assert not [line for line in lines("again", "model-1") if "POST" in line]
        ask.query("again", {"inputs": [1]})
        assert [line for line in lines("again", "model-1") if "POST" in line]
        ask.delete("again")


@pytest.mark.parametrize("kind", ["logs", "build-logs"])
class TestAddressing:
    """Both kinds of log take the same path, version and permission."""

    def test_the_newest_version_that_has_the_entity_is_meant(self, logs, kind):
        newest = logs("fraud-detector", "fraud_challenger-2", kind)
        assert newest.status == 200
        assert newest.text == logs("fraud-detector", "fraud_challenger-2", kind, "?config_version=12").text
        older = logs("fraud-detector", "fraud_challenger-2", kind, "?config_version=11")
        assert older.status == 200
        assert (older.text == newest.text) is (kind == "build-logs"), "they share an image, but not a server"
        assert logs("fraud-detector", "fraud_detector-7", kind).body["logs"], "only version 11 has it"

    def test_the_version_may_stand_in_the_query_or_in_the_body(self, logs, kind):
        for version, status in ((11, 200), (12, 404)):
            in_query = logs("fraud-detector", "fraud_detector-7", kind, f"?config_version={version}")
            in_body = logs("fraud-detector", "fraud_detector-7", kind, body={"config_version": version})
            assert in_query.status == in_body.status == status
            assert in_query.text == in_body.text

    def test_the_log_of_an_entity_that_is_on_its_way_is_empty_and_no_error(self, logs, kind):
        assert logs("fraud-detector", "fraud_detector-8", kind, body={"config_version": 12}).body == {"logs": ""}

    @pytest.mark.parametrize(
        ("endpoint", "served", "query", "code"),
        [
            ("nowhere", "model-1", "", "RESOURCE_DOES_NOT_EXIST"),
            ("churn", "churn_model-9", "", "RESOURCE_DOES_NOT_EXIST"),
            ("churn", "churn_model-3", "?config_version=4", "RESOURCE_DOES_NOT_EXIST"),
            ("churn", "churn_model-3", "?config_version=99", "RESOURCE_DOES_NOT_EXIST"),
            ("churn", "churn_model-3", "?config_version=three", "INVALID_PARAMETER_VALUE"),
            ("churn", "churn_model-3", "?config_version=", "INVALID_PARAMETER_VALUE"),
            ("chat", "gpt-4o", "", "INVALID_PARAMETER_VALUE"),
            ("databricks-llama", "databricks-llama", "", "INVALID_PARAMETER_VALUE"),
        ],
    )
    def test_what_is_not_there_is_refused(self, logs, kind, endpoint, served, query, code):
        answer = logs(endpoint, served, kind, query)
        assert (answer.status, answer.code) == (404 if code == "RESOURCE_DOES_NOT_EXIST" else 400, code)

    @pytest.mark.parametrize("version", [True, 1.5, "one", [3]])
    def test_a_version_in_the_body_that_is_no_integer_is_refused(self, logs, kind, version):
        answer = logs("churn", "churn_model-3", kind, body={"config_version": version})
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")

    def test_who_may_view_may_read(self, logs, kind):
        assert logs("churn", "churn_model-3", kind, user="vera@example.com").status == 200
        answer = logs("pricing", "pricing_model-5", kind, user="vera@example.com")
        assert (answer.status, answer.code) == (403, "PERMISSION_DENIED")


class TestScripting:
    """What a tutorial or a test does to a log."""

    def test_text_is_added_as_it_is(self, mock, lines):
        text = "[hc4q8] Traceback (most recent call last):\n<img src=x onerror=alert(1)> \x1b[31mred\x1b[0m"
        mock.write_log("example-endpoint", text)
        assert lines("example-endpoint", "vanilla_simple_model-2")[-2:] == text.split("\n")

    def test_what_is_written_later_stands_later(self, mock, lines):
        mock.write_log("example-endpoint", "first")
        mock.write_log("example-endpoint", "second")
        mock.advance(120)
        mock.write_log("example-endpoint", "third")
        written = lines("example-endpoint", "vanilla_simple_model-2")
        assert [line for line in written if line in ("first", "second", "third")] == ["first", "second", "third"]
        assert written.index("second") == written.index("first") + 1
        assert written[-1] == "third"

    def test_a_quiet_log_has_only_what_was_added(self, mock, lines):
        mock.roll_log("example-endpoint", 3, quiet=True)
        for number in range(5):
            mock.write_log("example-endpoint", f"line {number}")
            mock.advance(600)
        assert lines("example-endpoint", "vanilla_simple_model-2") == ["line 2", "line 3", "line 4"]

    def test_a_quiet_log_stays_quiet_when_its_window_changes(self, mock, lines):
        mock.roll_log("example-endpoint", 3, quiet=True)
        mock.write_log("example-endpoint", "first")
        mock.advance(600)
        mock.roll_log("example-endpoint", 2)
        mock.advance(600)
        mock.write_log("example-endpoint", "second")
        mock.roll_log("example-endpoint", 2, quiet=True)
        assert lines("example-endpoint", "vanilla_simple_model-2") == ["first", "second"]

    def test_only_a_line_feed_ends_a_line(self, mock, logs):
        text = "one\r\x0b\x0c\x85\u2028\u2029\u202e\x00line"
        mock.write_log("example-endpoint", text + "\n")
        assert logs("example-endpoint", "vanilla_simple_model-2").body["logs"].split("\n")[-2:] == [text, ""]

    def test_a_window_may_be_made_larger_and_smaller(self, mock, lines):
        mock.roll_log("example-endpoint", 20_000)
        large = lines("example-endpoint", "vanilla_simple_model-2")
        mock.roll_log("example-endpoint", 7)
        assert len(large) == 20_000
        assert lines("example-endpoint", "vanilla_simple_model-2") == large[-7:]

    def test_with_several_entities_one_has_to_be_named(self, mock, lines):
        with pytest.raises(ValueError, match="fraud_detector-7, fraud_challenger-2"):
            mock.write_log("fraud-detector", "which?")
        mock.write_log("fraud-detector", "this one", entity="fraud_detector-7")
        assert lines("fraud-detector", "fraud_detector-7")[-1] == "this one"

    @pytest.mark.parametrize(
        ("endpoint", "reason"),
        [
            ("nowhere", "no endpoint 'nowhere'"),
            ("pricing", "no model server of pricing is running"),
            ("nightly-scores", "no model server of nightly-scores is running"),
            ("chat", "no logs: external models"),
        ],
    )
    def test_where_no_server_runs_nothing_can_be_written(self, mock, endpoint, reason):
        with pytest.raises(ValueError, match=reason):
            mock.write_log(endpoint, "hello")

    @pytest.mark.parametrize("window", [0, -1])
    def test_a_window_without_lines_is_refused(self, mock, window):
        with pytest.raises(ValueError, match="one line at least"):
            mock.roll_log("churn", window)

    def test_reset_forgets_all_of_it(self, mock, lines):
        before = lines("example-endpoint", "vanilla_simple_model-2")
        mock.roll_log("example-endpoint", 10)
        mock.write_log("example-endpoint", "hello")
        mock.reset()
        assert lines("example-endpoint", "vanilla_simple_model-2") == before


def test_a_log_of_200_000_lines_is_there_at_once_and_rolls_on(mock, lines):
    began = time.process_time()
    mock.fill_log("example-endpoint")
    written = lines("example-endpoint", "vanilla_simple_model-2")
    took = time.process_time() - began
    assert len(written) == 200_000
    assert 15e6 < sum(map(len, written)) < 30e6
    assert sum("Traceback" in line for line in written) > 100
    assert took < 10, "about a second; ten would mean that something is very wrong"
    mock.advance(600)
    later = lines("example-endpoint", "vanilla_simple_model-2")
    gained = len(later) - later.index(written[-1]) - 1
    assert later[:-gained] == written[gained:]


def test_an_incident_leaves_its_errors_in_the_logs(started):
    mock, ask = started("incident", clock="manual")
    mock.advance(3600)
    text = ask("GET", f"{ask.control}/delivery-times/served-models/delivery_times-3/logs").body["logs"]
    assert '" 500 ' in text
    assert '" 200 ' in text
    assert "KeyError: 'weekly'" in text


def test_a_start_can_be_followed_line_by_line(lines, ask, mock):
    """Neither a first build, an unchanged entity of an update, a start nor a wake-up tells anything twice or late."""
    ask.create("watched")
    for step in (None, lambda: ask.stop("watched"), lambda: ask.start("watched")):
        if step is not None:
            step()
        before = []
        for _ in range(80):
            after = lines("watched", "model-1")
            assert after[: len(before)] == before
            before = after
            mock.advance(5)


def test_an_unchanged_entity_can_be_followed_through_an_update(lines, ask, mock, entity):
    ask.create("watched")
    mock.advance(400)
    half = [{"served_model_name": name, "traffic_percentage": 50} for name in ("model-1", "other-1")]
    ask.update("watched", entity(), entity("main.ml.other"), traffic_config={"routes": half})
    before = []
    for _ in range(150):
        after = lines("watched", "model-1", query="?config_version=2")
        assert after[: len(before)] == before
        before = after
        mock.advance(2)
    assert any("startup complete" in line for line in before)
