"""Every benchmark can be started, with sizes that say nothing of speed. That of the browser is tests/browser's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from figures import ROWS, SMALL, Row, exponent

HERE = Path(__file__).parent
SUBJECTS = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def command(*arguments, **environ):
    """Run something of this folder and return what it printed."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, SMALL: "1", **environ},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("subject", [each for each in SUBJECTS if each not in ("browser", "logs")])
def test_a_benchmark_runs_with_what_the_tests_install(subject, tmp_path):
    told = tmp_path / "rows.jsonl"
    command(HERE / f"bench_{subject}.py", **{ROWS: str(told)})
    rows = [Row(**json.loads(line)) for line in told.read_text().splitlines()]
    assert rows
    for row in rows:
        assert row.what
        assert row.ours
        assert len(row.lines()) == max(len(row.peers), 1)


def test_one_command_prints_one_table_of_all_subjects():
    printed = command(HERE, "logs")
    assert "| what " in printed
    assert "budgets missed" in printed
    source = (HERE / "__main__.py").read_text()
    assert all(f'"{subject}"' in source for subject in SUBJECTS)


def test_a_row_tells_the_median_its_spread_the_ratio_and_whether_a_budget_is_missed():
    row = Row("list", [10.0, 11.0, 30.0], "ms", {"mlflow": [22.0], "sdk": []}, most=5.0, ratio=2.0)
    assert row.lines() == [
        ("list", "11 ± 5 ms", "mlflow", "22 ms", "2.00 ×", "≤ 5 ms, ≥ 2 ×", "missed"),
        ("", "", "sdk", "not installed", "", "", ""),
    ]
    assert Row("get", [50.0], "requests/s", {"bare": [100.0]}, ratio=0.75).lines()[0][4:] == (
        "0.50 ×",
        "≥ 0.75 ×",
        "missed",
    )


def test_the_exponent_tells_how_a_cost_grows():
    assert exponent([10, 100, 1000], [5, 50, 500]) == pytest.approx(1.0)
    assert exponent([10, 100], [3, 300]) == pytest.approx(2.0)
