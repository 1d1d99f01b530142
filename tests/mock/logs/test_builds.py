"""Logs of builds: what an image holds, how it differs from the one before, and when its log is there."""

import re

import pytest

from serving_widgets.mock.logs.build_log import build_log
from serving_widgets.mock.logs.packages import packages_of
from serving_widgets.mock.service import assumptions

MODELS = [("main.customers.churn_model", str(version)) for version in range(1, 40)]
MODELS += [("main.risk.fraud", str(version)) for version in range(1, 40)]


@pytest.fixture
def build(ask):
    """Return a way to read the log of a build."""
    return lambda endpoint, served: ask("GET", f"{ask.control}/{endpoint}/served-models/{served}/build-logs")


def pairs(model, version):
    """Return packages and their versions as the line says with which pip ends."""
    (line,) = (line for line in build_log(model, version, None).splitlines() if line.startswith("Successfully"))
    return dict(one.rsplit("-", 1) for one in line.removeprefix("Successfully installed ").split())


def as_numbers(version):
    return [int(part) for part in version.split(".")]


def test_a_log_has_the_environment_then_condas_lines_then_pips_then_the_image():
    lines = build_log("main.customers.churn_model", "3", None).splitlines()
    order = [
        "dependencies:",
        "name: mlflow-env",
        "Collecting package metadata (repodata.json): ...working... done",
        "Solving environment: ...working... done",
        "Pip subprocess output:",
        "#10 exporting to image",
        "Container image creation finished successfully",
    ]
    places = [lines.index(line) for line in order]
    assert places == sorted(places)
    assert lines[0] == "channels:"
    assert any("\x1b[" in line for line in lines), "pip draws its bars in colour"
    assert 70 < len(lines) < 200


def test_what_the_environment_asks_for_is_installed():
    text = build_log("main.customers.churn_model", "3", None)
    asked = dict(re.findall(r"^  - ([\w-]+)==([\w.]+)$", text, re.MULTILINE))
    installed = pairs("main.customers.churn_model", "3")
    assert len(asked) >= 8
    assert asked.items() <= installed.items()
    assert len(installed) > 2 * len(asked), "what they need comes along"


@pytest.mark.parametrize(("model", "version"), MODELS)
def test_from_one_version_to_the_next_packages_are_added_removed_and_newer(model, version):
    before, after = pairs(model, version), pairs(model, str(int(version) + 1))
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    assert len(after.keys() - before.keys()) == 1
    assert len(before.keys() - after.keys()) == 1
    assert changed
    assert all(as_numbers(before[name]) < as_numbers(after[name]) for name in changed), "nothing gets older"
    assert {"mlflow", "numpy", "pandas", "scikit-learn"} <= before.keys() & after.keys()


def test_the_same_version_always_has_the_same_log():
    text = build_log("main.ml.model", "1", None)
    build_log.cache_clear()
    packages_of.cache_clear()
    assert build_log("main.ml.model", "1", None) == text
    assert build_log("main.ml.other", "1", None) != text


@pytest.mark.parametrize("version", ["", "champion", "99999999999999999999"])
def test_a_version_that_is_no_ordinary_number_has_packages_too(version):
    assert len(pairs("main.ml.model", version)) > 20


def test_the_log_is_there_when_the_build_has_ended_and_stays(build, ask, mock):
    ask.create("fresh")
    assert build("fresh", "model-1").body == {"logs": ""}
    mock.advance(140)
    assert build("fresh", "model-1").body == {"logs": ""}
    mock.advance(20)
    text = build("fresh", "model-1").body["logs"]
    assert text.endswith("Container image creation finished successfully\n")
    for happens in (lambda: mock.advance(3600), lambda: ask.stop("fresh"), lambda: ask.start("fresh")):
        happens()
        assert build("fresh", "model-1").body["logs"] == text


def test_before_that_it_may_also_be_missing(build, ask, monkeypatch):
    monkeypatch.setattr(assumptions, "UNFINISHED_BUILD_LOG_IS_EMPTY", False)
    ask.create("fresh")
    answer = build("fresh", "model-1")
    assert (answer.status, answer.code) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("endpoint", "served"),
    [("pricing", "pricing_model-5"), ("nightly-scores", "nightly_scores-14"), ("user-features", "user_features")],
)
def test_an_image_outlives_its_servers(build, endpoint, served):
    assert build(endpoint, served).body["logs"].endswith("Container image creation finished successfully\n")


def test_an_entity_that_was_given_up_while_it_was_being_built_has_no_log(build, ask, mock, entity):
    half = [{"served_model_name": name, "traffic_percentage": 50} for name in ("broken-1", "model-1")]
    ask.create("pair", entity("main.ml.broken"), entity("main.ml.model"), traffic=half)
    mock.advance(3600)
    assert "Failed to build" in build("pair", "broken-1").body["logs"]
    assert build("pair", "model-1").body == {"logs": ""}


def test_the_demo_tells_why_the_update_of_churn_failed(build):
    text = build("churn", "churn_model-4").body["logs"]
    assert "scikit-learn 1.3.0 depends on numpy<2" in text
    assert "ResolutionImpossible" in text
    assert "  - numpy==2.1.0\n" in text
    assert "Container image creation finished" not in text
    assert "Container image creation finished" in build("churn", "churn_model-3").body["logs"]
