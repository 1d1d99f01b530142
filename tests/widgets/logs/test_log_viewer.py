"""LogViewer: which log, its lines in parts, following, and nothing of it in a notebook but a short tail."""

import json

import pytest

import serving_widgets as sw
from serving_widgets.workspace.logs.line_buffer import PART
from serving_widgets.workspace.logs.log_feed import TAIL

E = "example-endpoint"
HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> \x1b]8;;https://evil.example\x1b\\go\x1b]8;;\x1b\\ a\u202eb"
)


@pytest.fixture
def viewed(ws, page, until):
    """Return a viewer that a page looks at, and the page, once the first lines are known."""

    def show(*args, lines=True, **kwargs):
        viewer = sw.LogViewer(*args, **kwargs)
        view = page(viewer)
        assert view.ask("hello", view="v1")["type"] == "result"
        if lines:
            assert until(lambda: viewer.state["log"]["total"] > 0 and not viewer.state["log"]["reading"])
        return viewer, view

    return show


def asked(view, op, **args):
    """Send an intent; return what came while it was carried out, and the result."""
    answers = view.answers(view.ask(op, **args)["id"])
    return [answer["data"] for answer in answers if answer["type"] == "progress"], answers[-1]["data"]


def lines_of(view, begin, end):
    parts, _ = asked(view, "lines", begin=begin, end=end)
    return [line for part in parts for line in part["text"].split("\n")], parts


def patches(view):
    return [content["patch"] for content in view.customs() if content.get("type") == "delta"]


def test_the_only_entity_is_found_without_being_named(ws, viewed):
    viewer, _ = viewed(E)
    assert (viewer.state["entity"], viewer.state["sort"]) == ("vanilla_simple_model-2", "server")
    assert viewer.state["log"]["total"] == 5000
    assert viewer.state["log"]["state"] == "live"


def test_of_several_entities_the_build_that_failed_is_shown_first(ws, viewed):
    viewer, _ = viewed("churn", sort="build")
    assert viewer.state["entity"] == "churn_model-4"
    assert viewer.state["log"]["findings"][0]["title"] == "Version conflict"
    assert [(each["name"], each["versions"], each["pending"]) for each in viewer.state["entities"]] == [
        ("churn_model-3", [3], False),
        ("churn_model-4", [4], True),
    ]
    assert [each["older"] for each in viewer.state["entities"]] == [[2, 1], [2, 1]]


def test_an_entity_that_is_not_there_is_said_with_what_is_meant(ws, viewed, until):
    viewer, _ = viewed("churn", "churn_model-33", lines=False)
    assert until(lambda: viewer.state["log"]["problem"])
    problem = viewer.state["log"]["problem"]
    assert "no served entity 'churn_model-33'" in problem["message"]
    assert problem["hint"] == "Did you mean churn_model-3?"


def test_lines_are_sent_by_their_numbers_in_parts_below_a_megabyte(ws, viewed):
    _viewer, view = viewed(E)
    lines, parts = lines_of(view, 0, 5000)
    assert lines == sw.workspace().endpoints.get(E).logs().split("\n")[:-1]
    assert next(part["begin"] for part in parts) == 0
    assert len(parts) >= 2
    assert all(len(json.dumps(part)) < 1.2 * PART for part in parts)
    assert lines_of(view, 4990, 9999)[0] == lines[4990:]
    assert lines_of(view, 7, 7)[0] == []


def test_two_hundred_thousand_lines_go_in_messages_below_a_megabyte(ws, viewed):
    ws.mock.roll_log(E, 200_000, quiet=True)
    ws.mock.fill_log(E, 200_000)
    _viewer, view = viewed(E)
    _, parts = lines_of(view, 0, 200_000)
    assert sum(len(part["marks"]) for part in parts) == 200_000
    assert max(len(json.dumps(content)) for content in view.customs()) < 1_000_000


def test_new_lines_come_as_a_small_message_not_as_a_new_picture(ws, viewed, until):
    viewer, view = viewed(E)
    ws.mock.roll_log(E, 5000, quiet=True)
    assert until(lambda: viewer._feed._task is not None)
    states, total = len(view.states()), viewer.state["log"]["total"]
    ws.mock.write_log(E, "[hc4q8] [2026-01-12 10:00:00 +0000] [7] [ERROR] news")
    assert until(lambda: any(patch.get("log", {}).get("total", 0) > total for patch in patches(view)))
    patch = next(patch for patch in patches(view) if patch.get("log", {}).get("total", 0) > total)
    assert patch["log"]["counts"]["error"] == 1
    assert set(patch) == {"log", "clock"}
    assert len(json.dumps(patch)) < 2000
    assert len(view.states()) == states
    assert lines_of(view, total, total + 9)[0][-1].endswith("[ERROR] news")


def test_nothing_new_is_no_message(ws, viewed, until):
    _viewer, view = viewed(E)
    ws.mock.roll_log(E, 5000, quiet=True)

    def asked():
        return sum(entry["path"].endswith("/logs") for entry in ws.mock.journal())

    begin, told = asked(), len(view.customs())
    assert until(lambda: asked() >= begin + 5)
    assert len(view.customs()) == told


def test_a_page_that_stops_to_follow_ends_the_asking(ws, viewed, until):
    viewer, view = viewed(E)
    view.ask("follow", on=False)
    assert until(lambda: viewer.state["follow"] is False)
    assert until(lambda: viewer._feed._task.done())
    view.ask("follow", on=True)
    assert until(lambda: not viewer._feed._task.done())
    view.ask("bye", view="v1")
    assert until(lambda: viewer._feed._task.done())


def test_a_viewer_that_is_not_to_follow_still_shows_the_log_and_can_be_refreshed(ws, viewed, until):
    viewer, view = viewed(E, follow=False)
    ws.mock.roll_log(E, 5000, quiet=True)
    total = viewer.state["log"]["total"]
    ws.mock.write_log(E, "[hc4q8] [2026-01-12 10:00:00 +0000] [7] [INFO] news")
    view.ask("refresh")
    assert until(lambda: viewer.state["log"]["total"] > total)


def test_another_log_is_opened_at_the_pages_wish(ws, viewed, until):
    viewer, view = viewed("churn")
    key = viewer.state["log"]["key"]
    view.ask("open", sort="build")
    assert until(lambda: viewer.state["log"]["key"] != key and viewer.state["log"]["total"] > 0)
    assert viewer.state["entity"] == "churn_model-3"
    assert lines_of(view, 0, 1)[0] == ["channels:"]
    assert viewer.state["recipe"]["magic"] == "%serving logs churn --build --entity churn_model-3"
    view.ask("open", entity="churn_model-4")
    assert until(lambda: viewer.state["log"]["findings"])
    view.ask("open", version=3)
    assert until(lambda: viewer.state["log"]["problem"] is not None)
    assert until(lambda: (viewer.entity, viewer.sort) == ("churn_model-4", "build"))


@pytest.mark.parametrize(
    ("op", "args"),
    [
        ("open", {"sort": "other"}),
        ("open", {"entity": 7}),
        ("open", {"version": "3"}),
        ("open", {"version": True}),
        ("lines", {"begin": "0", "end": 5}),
        ("lines", {}),
        ("compare", {"entity": None}),
    ],
)
def test_what_a_page_can_not_mean_is_refused(ws, viewed, op, args):
    _, view = viewed(E)
    answer = view.ask(op, **args)
    assert answer["type"] == "error"


def test_a_service_that_refuses_is_quoted_and_the_view_goes_on(ws, viewed, until):
    viewer, _view = viewed("chat", lines=False)
    assert until(lambda: viewer.state["log"]["state"] == "error")
    assert "external models do not run in a container" in viewer.state["log"]["problem"]["message"]
    assert viewer.state["endpoint"] is not None


def test_an_endpoint_that_only_the_list_told_of_is_not_said_to_serve_nothing(ws, viewed, until):
    ws.endpoints.list()
    ws.mock.faults([{"path": f"*/{E}", "status": 500, "count": 1000}])
    viewer, view = viewed(E, lines=False)
    assert viewer.state["endpoint"] is not None
    assert until(lambda: viewer.state["log"]["state"] == "error")
    assert "Couldn't read" in viewer.state["log"]["problem"]["message"]
    ws.mock.faults([])
    view.ask("refresh")
    assert until(lambda: viewer.state["log"]["total"] > 0)
    assert viewer.state["log"]["problem"] is None


def test_an_endpoint_without_entities_is_not_awaited(ws, viewed):
    info = ws.endpoints.get(E).info
    ws.mock.faults([{"path": f"*/{E}", "count": 1000, "status": 200, "body": {"name": E, "id": info.id, "state": {}}}])
    ws.endpoints.get(E)
    viewer, _ = viewed(E, lines=False)
    assert viewer.state["entities"] == []
    assert viewer.state["log"]["state"] == "live"


def test_the_whole_log_is_saved_without_escape_sequences(ws, viewed):
    _viewer, view = viewed("unity-model-endpoint")
    pieces, result = asked(view, "save")
    text = "".join(piece["text"] for piece in pieces)
    log = ws.endpoints.get("unity-model-endpoint").logs()
    assert "\x1b" in log
    assert "\x1b" not in text
    assert len(text.splitlines()) == len(log.splitlines())
    assert result == {"name": "unity-model-endpoint-my-ads-model-server.log"}


def test_two_builds_are_compared(ws, viewed):
    _viewer, view = viewed("churn", sort="build")
    changes = view.ask("compare", entity="churn_model-3")["data"]["changes"]
    assert changes
    assert {"name", "before", "after", "blamed"} == set(changes[0])
    assert all(change["before"] != change["after"] for change in changes)


def test_a_build_that_has_no_log_yet_can_not_be_compared(ws, viewed):
    _, view = viewed("fraud-detector", "fraud_detector-7", sort="build")
    answer = view.ask("compare", entity="fraud_detector-8")
    assert answer["error"]["code"] == "no_build_log"


def test_a_notebook_keeps_a_short_tail_and_nothing_else_of_the_log(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    for number in range(50):
        ws.mock.write_log(E, f"[hc4q8] [2026-01-12 10:00:{number:02d} +0000] [7] [INFO] number {number} {HOSTILE}")
    viewer, _view = viewed(E)
    data, _ = viewer._repr_mimebundle_()
    text, html = data["text/plain"], data["text/html"]
    assert text.count("number ") == html.count("number ") == TAIL
    assert "number 49 " in text
    assert "number 29 " not in text
    for shown in (text, html):
        assert "\x1b" not in shown
        assert "\u202e" not in shown
    assert "<img" not in html
    assert "<script" not in html
    assert "<a " not in html
    saved = json.dumps(viewer.get_state())
    assert saved.count("number ") <= TAIL + 1
    assert len(saved) < 40_000


def test_the_saved_output_is_the_same_every_time(ws, viewed):
    viewer, _ = viewed(E)
    assert viewer._repr_mimebundle_()[0]["text/plain"] == viewer._repr_mimebundle_()[0]["text/plain"]
    assert viewer._repr_mimebundle_()[0]["text/plain"].startswith(
        "Server log of vanilla_simple_model-2 of example-endpoint – mock workspace (demo)\n\n… 4,980 lines before"
    )


def test_an_endpoint_without_lines_says_so_in_the_saved_output(ws, viewed):
    viewer, _ = viewed("pricing", lines=False)
    assert "There are no lines." in viewer._repr_mimebundle_()[0]["text/plain"]
    missing = sw.LogViewer("nope")
    assert "nope" in missing._repr_mimebundle_()[0]["text/plain"]


def test_lone_surrogates_reach_no_message(ws, viewed, until):
    viewer, view = viewed(E)
    ws.mock.write_log(E, "[hc4q8] [2026-01-12 10:00:00 +0000] [7] [INFO] broken \ud800 text")
    assert until(lambda: "broken" in (viewer._feed.state.tail.text))
    lines, _ = lines_of(view, 0, 99_999)
    json.dumps(lines, ensure_ascii=False).encode()


def test_a_closed_viewer_gives_everything_back(ws, viewed, until):
    viewer, _ = viewed(E)
    found = viewer._feed
    viewer.close()
    assert until(lambda: not found.used and found._task.done())


def test_arguments_that_mean_nothing_are_refused(ws):
    with pytest.raises(TypeError, match="colour"):
        sw.LogViewer(E, colour="red")
    with pytest.raises(sw.ConfigError, match="no log of sort"):
        sw.LogViewer(E, sort="access")


def test_a_version_of_the_configuration_opens_the_log_of_what_it_served(ws, viewed, until):
    viewer, _ = viewed("churn", sort="build", config_version=3)
    assert until(lambda: viewer.entity == "churn_model-3")
    assert viewer.state["log"]["problem"] is None


def test_the_kernel_searches_all_lines_and_sends_their_numbers(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    ws.mock.write_log(E, "[hc4q8] a needle, here")
    viewer, view = viewed(E)
    (part,), answer = asked(view, "search", **{**ALL, "text": "NEEDLE,"})
    assert part == {"runs": [viewer.state["log"]["total"] - 1, 1], "after": 0}
    assert answer["count"] == 1
    assert viewer._feed.archive.texts[-1] == "[hc4q8] a needle, here"


ALL = {"text": "", "regex": False, "exact": False, "levels": []}
FAILED = """[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] Exception on /invocations [POST]
[hc4q8] Traceback (most recent call last):
[hc4q8]   File "/model/code/churn.py", line 3, in predict
[hc4q8] KeyError: 'weekly'"""


def test_the_page_gets_the_lines_that_it_shows_wherever_they_stand(ws, viewed, until):
    ws.mock.roll_log(E, 5000, quiet=True)
    viewer, view = viewed(E)
    total = viewer.state["log"]["total"]
    ws.mock.write_log(E, FAILED)
    viewer._feed.wake()
    assert until(lambda: viewer.state["log"]["total"] == total + 4)
    (found,), answer = asked(view, "search", **{**ALL, "levels": [4], "replica": "hc4q8"})
    assert (found["runs"], answer["count"]) == ([total, 4], 4)
    (part,), _ = asked(view, "lines", begin=0, end=0, numbers=[total + 3, 10**9])
    assert (part["text"], part["numbers"]) == ("[hc4q8] KeyError: 'weekly'", [total + 3])


def test_errors_that_are_alike_are_one_group_and_a_traceback_is_told_without_what_stands_before_its_lines(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    for _ in range(3):
        ws.mock.write_log(E, FAILED)
    _, view = viewed(E)
    _, answer = asked(view, "groups", **ALL)
    (group,) = answer["groups"]
    assert (group["text"], group["count"]) == ("KeyError: 'weekly'", 3)
    _, unit = asked(view, "unit", line=group["last"] + 2)
    assert unit["text"].split("\n") == [
        "Traceback (most recent call last):",
        '  File "/model/code/churn.py", line 3, in predict',
        "KeyError: 'weekly'",
    ]


def test_the_lines_of_a_log_are_counted_over_time_and_by_level(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    for minute in range(20):
        ws.mock.write_log(E, f"[hc4q8] [2036-01-12 09:{minute:02}:05 +0000] [7] [WARNING] slow")
    _, view = viewed(E)
    since = 2083741200.0
    _, answer = asked(view, "histogram", **ALL, since=since)
    found = answer["histogram"]
    assert sum(bar[3] for bar in found["bars"]) == 20
    assert found["begin"] >= since
    assert found["step"] * len(found["bars"]) < 80 * 60
    _, nothing = asked(view, "histogram", **ALL, since=since * 2)
    assert nothing["histogram"] is None


def test_the_levels_of_a_range_of_time_are_counted(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    for minute in range(20):
        ws.mock.write_log(E, f"[hc4q8] [2036-01-12 09:{minute:02}:05 +0000] [7] [WARNING] slow")
    ws.mock.write_log(E, FAILED.replace("2026", "2036"))
    viewer, view = viewed(E)
    _, whole = asked(view, "levels", **ALL)
    assert whole["counts"] == viewer.state["log"]["counts"]
    _, some = asked(view, "levels", **ALL, since=2083741200.0, until=2083741200.0 + 300)
    assert some["counts"] == {"plain": 0, "debug": 0, "info": 0, "warning": 5, "error": 1}


def test_the_nearest_match_is_told_before_all_are_known(ws, viewed):
    ws.mock.roll_log(E, 30_000, quiet=True)
    ws.mock.write_log(E, "[hc4q8] a needle")
    ws.mock.fill_log(E, 30_000)
    viewer, view = viewed(E)
    total = viewer.state["log"]["total"]
    parts, answer = asked(view, "search", **{**ALL, "text": "health"}, near=total - 5)
    assert total - 100 < parts[0]["nearest"] < total
    assert answer["count"] > 1000
    assert [part for part in parts if part["runs"]]


def test_what_is_shown_is_saved_and_told_as_a_line_for_a_cell(ws, viewed):
    ws.mock.roll_log(E, 5000, quiet=True)
    ws.mock.write_log(E, FAILED)
    _, view = viewed(E)
    shown = {**ALL, "text": "weekly'", "levels": [4, 3]}
    (piece,), answer = asked(view, "save", shown=shown)
    assert piece["text"] == "[hc4q8] KeyError: 'weekly'\n"
    assert answer["name"].endswith("-server-shown.log")
    _, line = asked(view, "link", **shown, since=ws.clock.now() - 600)
    assert "--since 10m --level warning --grep" in line["magic"]
    assert "(?i)weekly'" in line["magic"]


def test_a_challenger_stands_beside_its_champion_in_one_order_of_time_and_with_its_name(ws, viewed, until):
    viewer, view = viewed("fraud-detector", "fraud_detector-7", beside=["fraud_challenger-2"])
    assert until(lambda: not viewer.state["log"]["reading"] and viewer.state["log"]["total"])
    assert set(viewer.state["log"]["replicas"]) == {"", "fraud_detector-7", "fraud_challenger-2"}
    parts, _ = asked(view, "lines", begin=0, end=viewer.state["log"]["total"])
    lines = [line for part in parts for line in part["text"].split("\n")]
    assert {line.partition("│")[0].strip() for line in lines} == set(viewer._feed.source.entities)
    assert list(viewer._feed.archive.times) == sorted(viewer._feed.archive.times)
    assert "--beside fraud_challenger-2" in viewer.state["recipe"]["magic"]
    assert ".beside(" in viewer.state["recipe"]["python"]
    asked(view, "open", beside=[])
    assert until(lambda: viewer.state["beside"] == [] and "fraud_challenger-2" not in viewer.state["log"]["replicas"])
    asked(view, "open", beside=["nobody"])
    assert until(lambda: viewer.state["log"]["problem"])


def test_what_is_written_while_two_are_followed_comes_behind_with_its_name(ws, viewed, until):
    viewer, _ = viewed("fraud-detector", "fraud_detector-7", beside=["fraud_challenger-2"])
    before = viewer.state["log"]["total"]
    ws.mock.write_log(
        "fraud-detector",
        "[hc4q8] [2046-01-12 09:00:05 +0000] [7] [ERROR] of the challenger",
        entity="fraud_challenger-2",
    )
    viewer._feed.wake()
    assert until(lambda: viewer.state["log"]["total"] > before)
    assert viewer._feed.archive.texts[-1].startswith("fraud_challenger-2 │ ")
