"""How the tests are shared out among xdist's workers: by module, the longest first, a browser on half of them."""

import os
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parents[2]
#: Begun first, by the workers without a browser and by those that have one: they take longest.
FIRST = (
    *("tests/house/test_tools.py", "tests/house/test_notebook_runs.py", "tests/mock/state/test_random_operations.py"),
    *("tests/saved/", "tests/house/", "tests/workspace/", "tests/benchmarks/", "tests/widgets/", "tests/client/http/"),
    *("tests/browser/test_shipped_notebooks.py", "tests/browser/test_logs.py", "tests/browser/test_permissions.py"),
    *("tests/browser/test_metrics.py", "tests/browser/test_quickstart.py", "tests/browser/test_panel.py"),
)
#: Modules below which starting a worker takes longer than it saves.
FEW = 10


class Sharing(LoadScopeScheduling):
    """Gives whole modules to workers: every second worker begins with the browser's, the others end with them."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0]

    def _assign_work_unit(self, node: object) -> None:
        browsing = self.nodes.index(node) % 2 == 0
        self.workqueue.move_to_end(min(self.workqueue, key=lambda scope: rank(scope, browsing)), last=False)
        super()._assign_work_unit(node)


def rank(scope: str, browsing: bool) -> tuple[bool, int]:
    """Return where in the queue of a worker a module stands."""
    place = next((place for place, start in enumerate(FIRST) if scope.startswith(start)), len(FIRST))
    return scope.startswith("tests/browser/") is not browsing, place


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Sharing:
    """Share modules out, whatever ``--dist`` says."""
    return Sharing(config, log)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start no workers for a room or a module: they would begin later than the tests could have ended."""
    if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return None
    places = [config.invocation_params.dir / arg.split("::", 1)[0] for arg in config.args]
    files = {file for place in places for file in ([place] if place.is_file() else place.rglob("test_*.py"))}
    browser = any(file.is_relative_to(ROOT / "tests" / "browser") for file in files) and len(files) > 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # Tests wait more than they compute: for a page, for their service's clock, and for processes of their own.
    if browser:
        return 2 * cores
    return 3 * cores if len(files) > FEW else 0
