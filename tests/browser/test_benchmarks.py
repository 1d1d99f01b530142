"""The benchmarks that need a browser can be started: with sizes that say nothing of speed."""

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "benchmarks"


def benchmark(name, monkeypatch, **sizes):
    """Return a benchmark's module, made small."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for size, number in sizes.items():
        monkeypatch.setattr(module, size, number)
    return module


def test_that_of_many_endpoints_runs(lab, monkeypatch):
    benchmark("bench_browser", monkeypatch, ENDPOINTS=50).test_ten_thousand_endpoints(lab)


def test_that_of_long_logs_runs(lab, monkeypatch):
    benchmark("bench_logs", monkeypatch, LINES=2000).test_two_hundred_thousand_lines(lab)


def test_that_of_clicks_runs(lab, monkeypatch):
    benchmark("bench_acknowledgement", monkeypatch, CLICKS=1).test_click_to_acknowledgement(lab, "python3", "idle")
