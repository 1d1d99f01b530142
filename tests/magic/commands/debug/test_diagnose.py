"""``%serving diagnose``: what a log means that stands in a file, a variable or the cell."""

import pytest

LOG = "Traceback (most recent call last):\nModuleNotFoundError: No module named 'lightgbm'\nWorker failed to boot."


@pytest.fixture
def log_file(tmp_path):
    """Return the path of a file that holds a failing log."""
    path = tmp_path / "server.log"
    path.write_text(LOG)
    return path


def test_a_file_a_variable_and_a_cell_give_the_same(run, shell, log_file):
    shell.user_ns["log"] = LOG
    for line, cell in ((f"diagnose @{log_file}", ""), ("diagnose $log", ""), ("diagnose", f"\n{LOG}")):
        assert "Known failure: Missing module" in run(f"{'%' if cell else ''}%serving {line}{cell}").text
        run(f"{'%' if cell else ''}%serving {line} -o found{cell}")
        assert [finding.code for finding in shell.user_ns["found"]] == ["missing_module"]


def test_as_data_each_finding_has_code_title_meaning_remedy_lines_and_confidence(run, log_file):
    (finding,) = run(f"%serving diagnose {log_file} --json").value.value
    assert (finding["code"], finding["title"], finding["lines"]) == ("missing_module", "Missing module", [2])
    assert "lightgbm" in finding["meaning"]
    assert finding["remedy"]
    assert 0 < finding["confidence"] <= 1


def test_of_a_log_in_which_nothing_failed_it_says_so(run, shell):
    shell.user_ns["log"] = "ready\n"
    assert "No failure was found" in run("%serving diagnose $log").text


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("%serving diagnose", "The log is missing: which one should be read?"),
        ("%serving diagnose @nothing.log", "can't be read"),
        ("%serving diagnose $number", "int is not text."),
        ("%%serving diagnose @x.log\nlines", "can't be read"),
    ],
)
def test_what_is_no_log_is_pointed_at(run, shell, cell, says):
    shell.user_ns["number"] = 3
    assert says in str(run(cell).error)
