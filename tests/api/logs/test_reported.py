"""Logs as people have posted them: the right card for each failure, and none for a server that is well."""

import random
import re
import tracemalloc
from pathlib import Path

import pytest

import serving_widgets as sw
from serving_widgets.api.logs.diagnosis import RULES, diagnose

REPORTED = Path(__file__).parent / "reported"
CASES = Path(__file__).parents[4] / "shared" / "cases" / "logs"


def sections(name):
    """Return head and text of each section of a file; a head begins with three number signs."""
    parts = re.split(r"(?m)^### ", (REPORTED / name).read_text())[1:]
    return [(head, text) for head, _, text in (part.partition("\n") for part in parts)]


# The first set was written beside its rules; the second and fourth before their authors read them (85 % and 66 % had
# the right card then), the third to find gaps.
SETS = [sections(name) for name in ("failing.txt", "failing_2.txt", "failing_3.txt", "failing_4.txt")]
FAILING, HEALTHY = [case for cases in SETS for case in cases], sections("healthy.txt")


@pytest.mark.parametrize(
    ("head", "text"), FAILING, ids=[head.replace("https://github.com/", "") for head, _ in FAILING]
)
def test_a_reported_failure_gets_the_card_of_its_kind_first(head, text):
    codes, _, _ = head.partition(" | ")
    first, *_ = diagnose(text)
    assert first.code in codes.split(",")


def test_each_failure_names_a_report_or_the_tool_whose_words_it_has():
    assert all(len(cases) >= least for cases, least in zip(SETS, (50, 110, 95, 70), strict=True))
    assert all(re.fullmatch(r"[\w,]+ \| (?:https://\S+|words of .+)", head) for head, _ in FAILING)


@pytest.mark.parametrize("prefix", ["[hc4q8] ", "#23 0.267 ", "2026-03-02T08:15:01.123456789Z stderr F "])
def test_it_does_so_behind_the_prefix_of_a_collector(prefix):
    for head, text in FAILING:
        plain = diagnose(text)
        prefixed = diagnose("".join(prefix + line for line in text.splitlines(keepends=True)))
        assert prefixed[0].code in head.partition(" | ")[0].split(","), head
        assert prefixed[0].number == plain[0].number, head


@pytest.mark.parametrize(("head", "text"), HEALTHY, ids=[head for head, _ in HEALTHY])
def test_a_healthy_log_gets_no_card(head, text):
    assert diagnose(text) == ()


def busy_day(lines):
    """Return a day of a busy server: queries, slow ones, mistakes of clients, workers that come and go, warnings."""
    draw = random.Random(7)
    said = (
        ('[INFO] 10.0.0.{} "POST /invocations HTTP/1.1" 200 31', 60),
        ('[INFO] 10.0.0.{} "GET /health HTTP/1.1" 200 2', 30),
        ('[INFO] 10.0.0.{} "POST /invocations HTTP/1.1" 400 90', 3),
        ("[WARNING] feature store is slow: {} ms", 3),
        ("[INFO] Autorestarting worker after current request. {}", 1),
        ("[INFO] Booting worker with pid: {}", 1),
        ("[WARNING] Retrying in {} s: connection reset by peer", 1),
    )
    kinds = draw.choices([kind for kind, _ in said], [weight for _, weight in said], k=lines)
    return "\n".join(
        f"[hc4q8] [2026-01-12 {at * 24 // lines:02}:{at % 60:02}:05 +0000] [7] {kind.format(draw.randrange(250))}"
        for at, kind in enumerate(kinds)
    )


def test_a_day_of_a_busy_server_gets_none_whatever_it_warns_of():
    assert diagnose(busy_day(20_000)) == ()


def test_at_least_fifty_healthy_logs_were_collected():
    assert len(HEALTHY) >= 50


@pytest.mark.skipif(not CASES.exists(), reason="beside this checkout: shared/cases/logs")
@pytest.mark.parametrize("path", sorted(CASES.glob("*.txt")), ids=lambda path: path.stem)
def test_the_logs_beside_this_checkout_get_what_they_expect(path):
    expected, _, text = path.read_text().partition("\n")
    found = diagnose(text)
    if "expected: no card" in expected:
        assert found == ()
    else:
        words = re.search(r"\(code like ([\w/]+)\)", expected)
        assert any(word in found[0].code or found[0].code in SAME.get(word, ()) for word in words[1].split("/"))


# What others call the kinds.
SAME = {
    "abi": ("abi_mismatch",),
    "missing_module": ("package_incompatible",),
    "gated": ("hub_gated",),
    "segfault": ("crash",),
    "file": ("read_only_fs",),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_each_rule_holds_for_its_failing_example_and_not_for_its_healthy_one(rule):
    assert diagnose(rule.failing)[0].code == rule.code
    assert diagnose(rule.healthy) == ()


def test_what_no_rule_knows_is_called_that():
    text = "Traceback (most recent call last):\nacme.IndexCorruptError: page 7\nReason: Worker failed to boot."
    (finding,) = sw.diagnose(text)
    assert (finding.code, finding.title) == ("unknown", "Not a failure known here")


def test_an_unknown_exception_names_the_deepest_frame_of_the_models_own_code():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/model/code/churn.py", line 41, in load_context\n'
        '  File "/opt/conda/lib/python3.11/site-packages/acme/index.py", line 3, in open\n'
        "acme.errors.IndexError: page 7\n[1] [INFO] Reason: Worker failed to boot."
    )
    (finding,) = diagnose(text)
    assert "acme.errors.IndexError: page 7" in finding.meaning
    assert "/model/code/churn.py, line 41, in load_context" in finding.meaning
    assert finding.lines == (4,)
    assert finding.confidence < 0.5


def test_without_an_exception_the_last_error_line_is_told():
    (finding,) = diagnose("loading\nERROR: the licence server said no\nContainer exited with code 3")
    assert (finding.code, finding.number) == ("unknown", 1)


def test_several_causes_are_told_root_first():
    text = (
        "2024/06/11 14:31:12 WARNING mlflow.pyfunc: Detected one or more mismatches between the model's dependencies "
        "and the current Python environment:\n - numpy (current: 1.23.5, required: numpy==2.1.0)\n"
        "Traceback (most recent call last):\nModuleNotFoundError: No module named 'numpy._core'\n"
        "Reason: Worker failed to boot."
    )
    root, consequence = diagnose(text)
    assert (root.code, consequence.code) == ("environment_mismatch", "unpickling")
    assert "numpy (current: 1.23.5, required: numpy==2.1.0)" in root.meaning


def test_line_numbers_are_those_of_the_whole_log():
    text = (
        busy_day(20_000) + "\n[hc4q8] ModuleNotFoundError: No module named 'lightgbm'\n[hc4q8] Worker failed to boot."
    )
    (finding,) = diagnose(text)
    assert finding.lines == (20_001,)
    assert text.split("\n")[finding.number] == "[hc4q8] ModuleNotFoundError: No module named 'lightgbm'"


def test_a_long_log_takes_little_memory_beside_its_text():
    text = (busy_day(20_000) + "\n") * 10
    text += "[hc4q8] ModuleNotFoundError: No module named 'lightgbm'\n[hc4q8] Worker failed to boot.\n"
    tracemalloc.start()
    assert [finding.code for finding in diagnose(text)] == ["missing_module"]
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2 * len(text)
