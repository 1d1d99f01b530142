"""Every benchmark can be started: with sizes that say nothing of speed. Those in the browser are tests/browser's."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
#: Benchmark → what of its size is made small.
SMALL = {
    "bench_client": {"ENDPOINTS": 20, "ROUNDS": 1},
    "bench_completion": {"ENDPOINTS": 20, "ROUNDS": 1},
    "bench_mlflow_server": {"BODIES": 2},
    "bench_mock": {"ROUNDS": 1, "SECONDS": 0.01},
    "bench_predict": {"ROWS": 200, "ROUNDS": 1, "CHUNK": 100},
    "bench_schema": {"ROWS": 100, "ROUNDS": 1, "PATHS": 10, "MEGABYTES": 0.1},
    "bench_start": {"ROUNDS": 1},
}
RUN = """
import sys
sys.path.insert(0, {folder!r})
import {name} as benchmark
assert {sizes!r}.keys() <= vars(benchmark).keys()
vars(benchmark).update({sizes!r})
if __name__ == "__main__":
    benchmark.main()
"""


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_runs_with_what_the_tests_install(name, tmp_path):
    script = tmp_path / "quick.py"
    script.write_text(RUN.format(folder=str(HERE), name=name, sizes=SMALL[name]))
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_no_benchmark_is_left_out():
    in_the_browser = {"bench_acknowledgement", "bench_browser", "bench_logs"}
    assert {path.stem for path in HERE.glob("bench_*.py")} == SMALL.keys() | in_the_browser
