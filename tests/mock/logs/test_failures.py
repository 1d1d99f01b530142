"""Every kind of failure can be had by the model's name, and its log says what went wrong."""

import re

import pytest

from serving_widgets.mock.logs import texts
from serving_widgets.mock.logs.failures import FAILURES, failure_of
from serving_widgets.mock.state.lifecycle import OUTCOMES

OF = {stage: [one for one in FAILURES if one.stage == stage] for stage in ("build", "load", "deploy", "serve")}
LATER = re.compile(r"20(?!26-01-12|26/01/12)\d\d[-/]\d\d[-/]\d\d \d\d:")


@pytest.fixture
def deployed(ask, mock):
    """Return a way to create an endpoint, let an hour pass, and read a log."""

    def deploy(model, kind, seconds=3600):
        ask.create("failing", {"entity_name": model, "entity_version": "1", "scale_to_zero_enabled": False})
        mock.advance(seconds)
        served = f"{model.rsplit('.', 1)[-1]}-1"
        return ask("GET", f"{ask.control}/failing/served-models/{served}/{kind}").body["logs"]

    return deploy


@pytest.mark.parametrize("failure", OF["build"], ids=lambda one: one.name)
def test_a_build_that_fails_ends_with_the_reason(deployed, failure):
    text = deployed(f"main.ml.broken_{failure.name}", "build-logs")
    assert failure.reason in text
    assert "Container image creation finished" not in text
    assert text.index(failure.reason) > len(text) / 3
    assert all(f"  - {one}\n" in text for one in failure.requirements)


@pytest.mark.parametrize("failure", OF["build"], ids=lambda one: one.name)
def test_without_an_image_there_is_no_server_log(deployed, failure):
    assert deployed(f"main.ml.broken_{failure.name}", "logs") == ""


@pytest.mark.parametrize("failure", OF["load"], ids=lambda one: one.name)
def test_a_model_that_cannot_be_loaded_crashes_again_and_again(deployed, failure, ask):
    text = deployed(f"main.ml.crashing_{failure.name}", "logs")
    assert ask.get("failing").body["state"]["config_update"] == "UPDATE_FAILED"
    assert text.count(failure.reason) > 3
    assert text.count("Starting gunicorn") > 2
    assert "startup complete" not in text
    assert (
        "Container image creation finished"
        in ask("GET", f"{ask.control}/failing/served-models/crashing_{failure.name}-1/build-logs").body["logs"]
    )


@pytest.mark.parametrize("failure", OF["load"], ids=lambda one: one.name)
def test_a_crash_loop_can_be_followed_and_ends_when_the_service_gives_up(deployed, failure, ask, mock):
    loading = deployed(f"main.ml.crashing_{failure.name}", "logs", seconds=230)
    mock.advance(600)
    path = f"{ask.control}/failing/served-models/crashing_{failure.name}-1/logs"
    failed = ask("GET", path).body["logs"]
    assert loading
    assert failed.startswith(loading)
    mock.advance(600)
    assert ask("GET", path).body["logs"] == failed


def test_a_deployment_that_times_out_shows_a_server_that_is_never_ready(deployed):
    (failure,) = OF["deploy"]
    text = deployed("main.ml.stuck", "logs")
    assert failure.reason in text
    assert "Startup probe failed" in text
    assert "GET /health" not in text


@pytest.mark.parametrize("failure", OF["serve"], ids=lambda one: one.name)
def test_a_server_in_trouble_shows_it_now_and_then(deployed, failure, ask):
    lines = deployed(f"main.ml.troubled_{failure.name}", "logs", seconds=86_400).splitlines()
    assert ask.get("failing").body["state"]["ready"] == "READY"
    troubled = sum(failure.reason in line for line in lines)
    assert 100 < troubled < len(lines) / 10
    assert sum("GET /health" in line for line in lines) > len(lines) / 3


@pytest.mark.parametrize("failure", OF["load"] + OF["deploy"] + OF["serve"], ids=lambda one: one.name)
def test_captured_lines_have_the_time_at_which_they_are_quoted(deployed, failure):
    word = {"load": "crashing", "deploy": "stuck", "serve": "troubled"}[failure.stage]
    text = deployed(f"main.ml.{word}_{failure.name}", "logs")
    assert not LATER.search(text)
    times = [re.findall(r"\[([\d-]+ [\d:]+) \+0000\]", line)[0] for line in text.splitlines() if "+0000" in line]
    assert times == sorted(times)


def test_a_failure_without_a_name_is_drawn_and_stays_the_same():
    kinds = {failure_of("build", "main.ml.broken", str(version)).name for version in range(100)}
    assert kinds == {one.name for one in OF["build"]}
    assert failure_of("build", "main.ml.broken", "7") is failure_of("build", "main.ml.broken", "7")


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: one.name)
def test_a_failure_is_found_by_its_stage_and_name_or_by_its_name_alone(failure):
    assert failure_of(failure.stage, f"main.ml.some_{failure.name}", "1") is failure
    assert failure_of(failure.stage, f"main.ml.some-{failure.name.replace('_', '-')}", "1") is failure
    assert failure_of(failure.name, "main.ml.model", "1") is failure


def test_where_nothing_fails_there_is_no_failure():
    assert failure_of("", "main.ml.module_not_found", "1") is None


def test_each_fate_that_fails_says_at_which_stage():
    stages = {"broken": "build", "crashing": "load", "stuck": "deploy", "troubled": "serve"}
    assert {name: fate.failing for name, fate in OUTCOMES.items() if fate.failing} == stages


def test_every_failure_has_its_words_from_somewhere():
    for failure in FAILURES:
        assert bool(failure.source) is (failure.name not in texts.sources())
        assert failure.reason in "\n".join(failure.lines)
        others = [one for one in FAILURES if one is not failure and failure.reason in "\n".join(one.lines)]
        # A worker that is silent for too long is killed in the end.
        assert [one.name for one in others] == (["worker_timeout"] if failure.name == "killed" else [])
    assert {one.name for one in FAILURES} >= texts.sources().keys()
    assert len(texts.sources()) >= 10
    assert len(FAILURES) - len(texts.sources()) >= 4


@pytest.mark.parametrize("name", texts.sources())
def test_a_captured_text_is_whole_and_neutral(name):
    text = "\n".join(texts.lines(name))
    assert len(texts.lines(name)) >= 4
    assert not re.search(r"/root|/home|/Users|pyenv|venv|file:///(?!tmp/wheels)", text)
    # pip's own words point to its documentation; no other address occurs.
    hosts = set(re.findall(r"https?://([^/\s:]+)", text))
    assert hosts <= {"pip.pypa.io", "0.0.0.0"}
    assert texts.sources()[name]["command"]
    assert texts.sources()[name]["note"]


def test_a_text_that_was_not_captured_is_an_error():
    with pytest.raises(KeyError):
        texts.lines("no_such_failure")
