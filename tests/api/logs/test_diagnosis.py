"""Known failures in logs: the right card, or none."""

import pytest

from serving_widgets.api.logs.diagnosis import RULES, diagnose
from serving_widgets.api.logs.log_lines import without_escapes
from serving_widgets.mock import MockWorkspace
from serving_widgets.mock.logs.failures import FAILURES

# The failures that the embedded workspace can have, most of them captured from real programs, and what they are.
EXPECTED = {
    "version_conflict": "version_conflict",
    "version_conflict_in_colour": "version_conflict",
    "unsupported_python": "unsupported_python",
    "no_distribution": "package_not_found",
    "source_build": "package_build",
    "hash_mismatch": "hash_mismatch",
    "conda_unsolvable": "package_not_found",
    "build_killed": "out_of_memory",
    "disk_full": "disk_full",
    "no_privilege": "no_privilege",
    "module_not_found": "missing_module",
    "syntax_error": "syntax_error",
    "unpickling": "unpickling",
    "pickle_protocol": "unpickling",
    "wrong_artifact": "wrong_artifact",
    "shared_library": "missing_library",
    "out_of_memory": "out_of_memory",
    "killed": "out_of_memory",
    "port_in_use": "port_in_use",
    "cuda_out_of_memory": "out_of_memory",
    "slow_start": "timed_out",
    "model_error": "model_error",
    "wrong_input": "wrong_input",
    "worker_timeout": "timed_out",
    "throttled": "throttled",
}


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_a_failure_gets_its_card(failure):
    first, *_ = diagnose("\n".join(failure.lines))
    assert first.code == EXPECTED[failure.name]
    assert first.line == without_escapes(failure.lines[first.number])


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
def test_it_does_so_behind_the_prefixes_of_the_service_too(failure):
    prefixed = [f"[hc4q8] {line}" for line in failure.lines]
    assert diagnose("\n".join(prefixed))[0].code == EXPECTED[failure.name]


@pytest.fixture(scope="module")
def mock():
    with MockWorkspace("demo", clock="manual") as workspace:
        yield workspace


CLEAN = {
    "pip": "Collecting pandas==2.2.3\nInstalling collected packages: pandas\nSuccessfully installed pandas-2.2.3",
    "pip as root": "WARNING: Running pip as the 'root' user can result in broken permissions.",
    "pip that deprecates": "DEPRECATION: Loading egg at /opt/conda is deprecated.",
    "a dependency named in passing": "Note: scikit-learn 1.3.0 is what the model depends on",
    "conda": "Collecting package metadata (repodata.json): ...working... done\nSolving environment: ...working... done",
    "requests": '[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] "POST /invocations HTTP/1.1" 200 31',
    "a model's own words": "[hc4q8] error rate of the validation set: 0.02, memory: 3.1 GiB, timeout: 60 s",
    "words that look alike": "No modules were changed. Killed processes: 0. MemoryErrors so far: none",
    "a handled warning": "UserWarning: X does not have valid feature names, but IsolationForest was fitted with them",
    "a permission that exists": "User ada@example.com does have EXECUTE on the model",
    "nothing": "",
    "blank lines": "\n\n\n",
}


@pytest.mark.parametrize("text", CLEAN.values(), ids=CLEAN.keys())
def test_a_log_that_does_not_fail_gets_none(text):
    assert diagnose(text) == ()


@pytest.mark.parametrize("name", ["unity-model-endpoint", "example-endpoint", "user-features", "nightly-scores"])
def test_nor_does_one_of_an_endpoint_that_is_well(mock, name):
    import serving_widgets as sw

    with sw.connect(host=mock.host, token=mock.token, name="diagnosis") as ws:
        endpoint = ws.endpoints.get(name)
        assert diagnose(endpoint.build_logs()) == ()
        assert diagnose(endpoint.logs()) == ()


def test_the_card_says_which_module_and_where():
    (finding,) = diagnose("a\nb\n\x1b[31mModuleNotFoundError: No module named 'lightgbm'\x1b[0m\nc")
    assert (finding.number, finding.line) == (2, "ModuleNotFoundError: No module named 'lightgbm'")
    assert finding.meaning.endswith("Here: lightgbm.")


def test_the_line_that_names_the_cause_is_shown_rather_than_a_later_one_that_does_not():
    text = "    scikit-learn 1.3.0 depends on numpy<2\n\nERROR: ResolutionImpossible: for help visit a page"
    (finding,) = diagnose(text)
    assert finding.number == 0
    assert finding.meaning.endswith("Here: scikit-learn 1.3.0 depends on numpy<2.")


def test_a_long_log_in_which_nothing_failed_gets_no_card():
    text = "[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] nothing of interest in this line, as in most\n" * 200_000
    assert diagnose(text) == ()


def test_every_rule_has_words_for_people_and_a_code_of_its_own():
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert all(rule.title and rule.meaning.endswith(".") and rule.remedy.endswith(".") for rule in RULES)
