"""The benchmark that needs a browser can be started: with sizes that say nothing of speed."""

import inspect

import bench_browser
import pytest
from figures import ROWS, told

SMALL = {"ENDPOINTS": 50, "LINES": 2_000, "CLICKS": 1, "BADGES": 3, "PANELS": 1, "MINUTES": 2, "BUSY": {"idle": "None"}}


@pytest.mark.parametrize("name", [name for name in vars(bench_browser) if name.startswith("test_")])
def test_a_benchmark_of_the_browser_runs(lab, name, monkeypatch, tmp_path):
    # So it fetches no peer.
    monkeypatch.setenv(bench_browser.SMALL, "1")
    monkeypatch.setenv(ROWS, str(tmp_path / "rows.jsonl"))
    for size, number in SMALL.items():
        monkeypatch.setattr(bench_browser, size, number)
    measure = getattr(bench_browser, name)
    measure(lab, *([tmp_path] if "tmp_path" in inspect.signature(measure).parameters else []))
    assert told(str(tmp_path / "rows.jsonl"))
