"""Settings for every test: hypothesis profiles, no borrowed credentials, and no quiet skips where CI runs."""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings
from optional_engines import OPTIONAL, is_wanted

# For whoever wants a browser: `lab`, a notebook in a real JupyterLab, and `kernel`, one ipykernel after the other.
pytest_plugins = ["lab_driver.fixtures", "keyboard", "progress", "sharing_out", "warm_kernels"]

ROOT = Path(__file__).parents[1]
#: How the reason begins of a skip that is one everywhere: for want of something that is no part of the project.
BESIDE = "beside this checkout:"

settings.register_profile("default", max_examples=100, deadline=None)
settings.register_profile("thorough", max_examples=1000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

# Whoever runs the tests may have a workspace configured; no test may find it.
for name in [name for name in os.environ if name.startswith(("DATABRICKS_", "MLFLOW_"))]:
    del os.environ[name]
os.environ["DATABRICKS_CONFIG_FILE"] = os.devnull
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make strictness visible in ``--help``."""
    parser.addoption(
        "--strict-skips",
        action="store_true",
        default=os.environ.get("CI", "").lower() in ("1", "true") or os.environ.get("SERVING_WIDGETS_STRICT") == "1",
        help="a skipped test fails (default where CI=true or SERVING_WIDGETS_STRICT=1)",
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into a failure where skips are not wanted."""
    report = yield
    wanted = report.skipped and not hasattr(report, "wasxfail") and item.config.getoption("--strict-skips")
    # What lies beside a checkout no machine can install.
    if wanted and BESIDE not in str(report.longrepr) and not optional(report):
        fail(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into a failure where skips are not wanted."""
    report = yield
    if report.skipped and collector.config.getoption("--strict-skips") and not optional(report):
        fail(report)
    return report


def optional(report: pytest.TestReport | pytest.CollectReport) -> bool:
    """Tell whether a skip is for want of an engine that need not be there."""
    return OPTIONAL in str(report.longrepr) and not is_wanted()


def fail(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Rewrite a skip as a failure that keeps the reason."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{reason} - and skips count as failures here (--strict-skips)"


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the top of the checkout."""
    return ROOT
