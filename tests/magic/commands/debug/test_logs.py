"""``%serving logs``: the end of a log, a part of it, what a failure means, and how two builds differ."""

import re

import pytest

from serving_widgets import LogViewer
from serving_widgets.api.errors import ConfigError, ServingError
from serving_widgets.api.logs.builds import compare_builds
from serving_widgets.api.logs.log_lines import without_escapes
from serving_widgets.workspace.logs.log_text import LogText
from serving_widgets.workspace.runtime import event_loop

TRACEBACK = """[hc4q8] Traceback (most recent call last):
[hc4q8]   File "/model/model.py", line 3, in predict
[hc4q8]     return rows["age"]
[hc4q8] KeyError: 'age'"""
HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> </pre><a href='javascript:alert(3)'>x</a> "
    "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \u202egnp.exe"
)
PLAIN = {"p", "strong", "pre", "code", "br", "wbr", "table", "caption", "thead", "tbody", "tr", "th", "td"}


@pytest.fixture
def quiet(workspace):
    """Have an endpoint whose server writes nothing by itself, and return a function that writes to its log."""
    workspace.mock.roll_log("example-endpoint", 500, quiet=True)
    return lambda text: workspace.mock.write_log("example-endpoint", text)


def rows(text):
    """Return the lines of the log that a result shows, by their numbers."""
    shown = (re.match(r"(?:> |  )?\s*(\d+)  (.{0,7})(?:  (.*))?$", line) for line in text.split("\n"))
    return {int(row[1]): (row[2].strip(), row[3] or "") for row in shown if row}


def test_the_last_lines_are_shown_with_how_many_there_are(run, workspace):
    text = run("%serving logs unity-model-endpoint").text
    log = workspace.endpoints.get("unity-model-endpoint").logs()
    assert text.startswith("Server log of my-ads-model of unity-model-endpoint – mock workspace (demo)")
    assert f"{len(log.lines):,} lines" in text
    shown = rows(text)
    assert sorted(shown) == list(range(len(log.lines) - 49, len(log.lines) + 1))
    assert all(shown[number][1] == without_escapes(log.lines[number - 1]) for number in shown)


def test_fewer_or_more_lines_are_shown_on_request(run, workspace):
    assert len(rows(run("%serving logs unity-model-endpoint --tail 3").text)) == 3
    text = run("%serving logs unity-model-endpoint --tail all").text
    assert len(rows(text)) == 1000
    assert "An output shows 1,000 lines at most: 4,000 more are before these." in text


def test_the_level_of_a_line_is_told_by_a_word(run, quiet):
    quiet("[hc4q8] [2026-01-12 09:00:05 +0000] [7] [WARNING] slow\n" + TRACEBACK)
    shown = list(rows(run("%serving logs example-endpoint --tail 2").text).values())
    assert [level for level, _ in shown] == ["warning", "error", "", "", ""]


def test_a_traceback_is_shown_whole(run, quiet):
    quiet(TRACEBACK)
    assert [text for _, text in rows(run("%serving logs example-endpoint --tail 1").text).values()] == TRACEBACK.split(
        "\n"
    )


def test_levels_and_patterns_choose_lines_and_context_comes_along(run, quiet):
    quiet("[hc4q8] INFO: one\n[hc4q8] INFO: two\n[hc4q8] ERROR: three\n[hc4q8] INFO: four")

    def found(options):
        return [text[8:] for _, text in rows(run(f"%serving logs example-endpoint {options}").text).values()]

    assert found("--level error --tail 1") == ["ERROR: three"]
    assert found("--grep 'INFO: (one|four)$'") == ["INFO: one", "INFO: four"]
    assert found("--grep (?i)TWO --context 1") == ["INFO: one", "INFO: two", "ERROR: three"]
    text = run("%serving logs example-endpoint --grep two --context 1").text
    assert [line[-3:] for line in text.split("\n") if line.startswith("> ")] == ["two"]
    assert "⋯ 2 more" in run("%serving logs example-endpoint --grep 'INFO: (one|four)$'").text
    assert "None has a match of 'zzz'." in run("%serving logs example-endpoint --grep zzz").text


def test_the_value_is_the_whole_log(run, shell, workspace):
    assert run("log = %serving logs unity-model-endpoint --tail 1").text == ""
    log = shell.user_ns["log"]
    assert isinstance(log, LogText)
    assert log == workspace.endpoints.get("unity-model-endpoint").logs()
    assert run("%serving logs churn --build -o build").text == ""
    assert shell.user_ns["build"].entity == "churn_model-4"


def test_a_log_is_saved_without_escape_sequences(run, quiet, workspace, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quiet(HOSTILE)
    text = run("%serving logs example-endpoint --save it.log --tail 1").text
    assert "All lines were saved in it.log." in text
    log = workspace.endpoints.get("example-endpoint").logs()
    assert (tmp_path / "it.log").read_bytes() == without_escapes(log).encode()
    assert "\x1b" not in (tmp_path / "it.log").read_text()


def test_a_known_failure_is_explained_above_the_lines(run, workspace):
    text = run("%serving logs churn --build").text
    head = text.partition("\n18 ")[0]
    assert "Known failure: Version conflict" in head
    assert "Loosen or align the versions" in head
    number = int(re.search(r"^Line (\d+)", head, re.MULTILINE)[1])
    assert "scikit-learn 1.3.0 depends on numpy<2" in rows(text)[number][1]
    assert "Known failure" not in run("%serving logs unity-model-endpoint").text
    assert "Known failure" not in run("%serving logs churn --build --entity churn_model-3").text


def test_the_entity_need_not_be_said_where_only_one_can_be_meant(run, workspace):
    server = run("%serving logs churn --tail 1").text
    assert server.startswith("Server log of churn_model-3 of churn")
    assert "churn_model-4" not in server, "it never served, so its server's log would be empty"
    assert "churn_model-3 also has a log: --entity churn_model-3" in run("%serving logs churn --build --tail 1").text
    assert run("%serving logs churn --build --tail 1").text.startswith("Build log of churn_model-4 of churn")
    assert run("%serving logs fraud-detector --entity fraud_detector-7").error is None


def test_what_is_recommended_has_a_log(run, workspace):
    text = run("%serving logs fraud-detector").text
    serving = [entity.name for entity in workspace.endpoints.get("fraud-detector").info.config.entities]
    named = re.search(r"Say which one, such as --entity (\S+)", text)[1]
    assert named in serving
    text = run(f"%serving logs fraud-detector --entity {named} --tail 1").text
    (other,) = set(serving) - {named}
    assert f"{other} also has a log: --entity {other}" in text
    with pytest.raises(ConfigError) as raised:
        workspace.endpoints.get("fraud-detector").logs()
    assert f'entity="{named}"' in raised.value.hint


def test_how_many_lines_are_meant_does_not_contradict_how_many_errors_there_are(run, quiet):
    quiet("[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] asked\n" + TRACEBACK)
    text = run("%serving logs example-endpoint --level error").text
    assert "; 1 error, 27 warnings." in text
    assert "\n5 lines belong to the error, its traceback included.\n" in text
    quiet("[hc4q8] WARNING: slow")
    text = run("%serving logs example-endpoint --level warning --tail 1").text
    assert "33 lines have level warning or higher, tracebacks included; the last 1 are shown" in text
    quiet("[hc4q8] ERROR: twice")
    assert "6 lines have level error, tracebacks included." in run("%serving logs example-endpoint --level error").text
    assert (
        "1 line has level error and a match of 'twice'."
        in run("%serving logs example-endpoint --level error --grep twice").text
    )


def test_an_older_version_of_the_configuration_may_be_meant(run, workspace):
    outcome = run("%serving logs churn --build --entity churn_model-3 --config-version 3 --tail 1")
    assert outcome.text.startswith("Build log of churn_model-3 of churn, config version 3")
    (asked,) = [each for each in workspace.mock.journal() if each["path"].endswith("build-logs")]
    assert "3" in str(asked)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("pricing", "pricing is stopped, and a server writes only while it runs"),
        ("nightly-scores", "nightly-scores is scaled to zero"),
        ("fraud-detector --entity fraud_detector-8 --build", "once the build has got further"),
        ("fraud-detector --entity fraud_detector-8", "no server of it has written anything yet"),
    ],
)
def test_an_empty_log_says_why(name, why, run, workspace):
    assert why in run(f"%serving logs {name}").text


def test_what_runs_elsewhere_has_no_logs(run, workspace):
    text = run("%serving logs chat").text
    assert "Only what runs in a container of the workspace has logs" in text
    assert "Traceback" not in text


def test_two_builds_are_compared_by_their_packages(run, shell, workspace):
    ep = workspace.endpoints.get("churn")
    expected = compare_builds(ep.build_logs("churn_model-3"), ep.build_logs("churn_model-4"))
    text = run("%serving logs churn --compare churn_model-3").text
    assert re.search(r"^numpy +changed +1\.24\.1 +2\.1\.0$", text, re.MULTILINE)
    assert "what the two environments ask for is compared" in text
    assert "The failure names numpy and scikit-learn." in text
    other = run("%serving logs churn --compare churn_model-4 --entity churn_model-3").text
    assert "The failure names" not in other, "the newer one of the two is churn_model-3, which did not fail"
    run("changes = %serving logs churn --compare churn_model-3")
    assert shell.user_ns["changes"] == expected
    run("changes = %serving logs churn --compare 3")
    assert shell.user_ns["changes"] == expected


def test_the_viewer_opens_on_the_same_log(run, workspace):
    viewer = run("v = %serving logs churn --build --watch\nv").value
    assert isinstance(viewer, LogViewer)
    assert (viewer.state["entity"], viewer.state["sort"]) == ("churn_model-4", "build")
    viewer.close()
    run("%config ServingMagics.display = 'static'")
    assert "Known failure" in run("%serving logs churn --build --watch").text


def test_a_hostile_log_stays_text(run, quiet, elements):
    quiet(HOSTILE)
    (shown,) = run("%serving logs example-endpoint --tail 2").displays
    page, text = shown.data["text/html"], shown.data["text/plain"]
    assert {each for each in elements(page) if "[" not in each} <= PLAIN
    assert not {each for each in elements(page) if "[" in each} - {
        "caption[style]",
        "th[scope]",
        "th[style]",
        "td[style]",
    }
    for said in (page, text):
        assert "\x1b" not in said
        assert "\u202e" not in said
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    assert "<script>alert(2)</script>" in text
    assert "evil.example" not in text
    assert "red link" in text


def test_a_very_long_line_is_cut_in_the_output_only(run, quiet, shell):
    quiet("[hc4q8] " + "x" * 100_000)
    text = run("%serving logs example-endpoint --tail 1").text
    assert len(text) < 2_000
    assert "characters more" in text
    run("log = %serving logs example-endpoint")
    assert len(shell.user_ns["log"].lines[-1]) == 100_008


def test_a_failed_update_points_at_its_log(run, workspace):
    assert "Find out why     %serving logs churn --build" in run("%serving status churn").text
    waited = run("%serving wait churn").text
    assert "The whole build log: %serving logs churn --build --entity churn_model-4" in waited
    assert "Version conflict: " in waited
    assert "Find out why" not in run("%serving status pricing").text


def test_entities_versions_and_levels_are_offered_from_what_is_known(shell, run, workspace):
    from serving_widgets.magic.completion import complete

    assert complete("logs churn --entity ")[1] == ["churn_model-3"]  # of the list, which names what serves
    run("%serving status churn;")
    asked = len(workspace.mock.journal())
    assert complete("logs churn --entity ")[1] == ["churn_model-3", "churn_model-4"]
    assert complete("logs churn --build --config-version ")[1] == []
    assert complete("logs churn --compare ")[1] == ["churn_model-3", "churn_model-4", "4", "3"]
    assert complete("logs churn --level ")[1] == ["debug", "info", "warning", "error"]
    assert complete("logs churn --tail ")[1] == ["all"]
    assert len(workspace.mock.journal()) == asked


def test_the_findings_alone_are_data_with_json(run):
    told = run("%serving logs churn --build --findings --json").value.value
    assert told[0]["code"] == "version_conflict"
    assert told[0]["remedy"]
    assert told[0]["lines"]
    assert "Known failure: Version conflict" in run("%serving logs churn --build --findings").text


def test_of_a_log_without_failures_the_findings_say_so(run):
    assert "No failure was found" in run("%serving logs unity-model-endpoint --findings").text


def test_the_build_of_an_earlier_version_needs_no_entity(run):
    text = run("%serving logs churn --build --config-version 3 --tail 1").text
    assert "churn_model-3 of churn, config version 3" in text


def test_a_version_that_is_not_there_is_pointed_at(run):
    outcome = run("%serving logs churn --build --config-version 9")
    assert "Version 9 of the configuration of churn has no served entity" in str(outcome.error)
    assert "version 4 serves churn_model-4" in str(outcome.error)


def test_since_shows_what_is_young_enough(run, quiet, workspace):
    from datetime import UTC, datetime

    now = datetime.fromtimestamp(workspace.clock.now(), UTC)
    quiet(f"[hc4q8] [{now:%Y-%m-%d %H:%M:%S} +0000] [7] [WARNING] just now")
    text = run("%serving logs example-endpoint --since 1m --level warning").text
    assert "just now" in text
    assert "1 line has level warning or higher and a time in the last 60 seconds" in text


def test_a_challenger_stands_beside_its_champion_in_one_order_of_time(run):
    text = run("%serving logs fraud-detector --entity fraud_detector-7 --beside fraud_challenger-2 --tail all").text
    assert "Server log of fraud_detector-7, fraud_challenger-2 of fraud-detector" in text
    assert "fraud_detector-7   │ [" in text
    assert "fraud_challenger-2 │ [" in text
    outcome = run("%serving logs fraud-detector --entity fraud_detector-7 --beside nobody")
    assert "no served entity 'nobody'" in str(outcome.error)


@pytest.mark.parametrize(
    "line", ["status", "logs", "logs --build", "schema", "sample", "metrics", "permissions", "wait"]
)
def test_an_endpoint_without_a_configuration_is_no_reason_for_an_error_of_python(line, run, workspace):
    event_loop.run_sync(lambda: workspace.client().create_endpoint({"name": "hollow"}), twin="")
    command, *options = line.split()
    error = run(f"%serving {command} hollow {' '.join(options)}").error
    assert error is None or isinstance(error, ServingError)
