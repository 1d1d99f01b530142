"""What is read while the tests run – which parts of them, and which are done – and at the end: what was not tried."""

import time
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

#: Seconds after which it is said again what runs.
OFTEN = 15.0


@dataclass
class Part:
    """A folder of tests: how many there are, and what became of those that ran."""

    tests: int
    seconds: float = 0.0
    ended: set[str] = field(default_factory=set)
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def running(self) -> bool:
        return bool(self.outcomes) and len(self.ended) < self.tests


class Progress:
    """Says which folders the workers are in, and what became of the tests in each; without workers, dots will do."""

    def __init__(self, terminal: Any) -> None:
        self._terminal = terminal
        self._parts: dict[str, Part] = {}
        self._began = self._said = time.monotonic()

    @pytest.hookimpl
    def pytest_xdist_node_collection_finished(self, node: object, ids: Sequence[str]) -> None:
        """Count the tests of each part; every worker finds the same ones."""
        self._parts = self._parts or {name: Part(number) for name, number in Counter(map(part_of, ids)).items()}

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self, report: Any) -> Generator[None, tuple[str, str, Any], tuple[str, str, Any]]:
        """Print no dots."""
        category, _, word = yield
        return category, "", "" if report.passed else word

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Say what failed, which part has ended, and from time to time what runs."""
        part = self._parts[part_of(report.nodeid)]
        new = not part.outcomes
        part.seconds += report.duration
        if report.when == "call" or not report.passed:
            part.outcomes[report.outcome] += 1
        if report.when == "teardown":
            part.ended.add(report.nodeid)
        if report.failed:
            self._say(f"FAILED {report.nodeid} ({report.when})")
        if part.outcomes and len(part.ended) == part.tests:
            counts = ", ".join(f"{number} {outcome}" for outcome, number in part.outcomes.items())
            self._say(f"{part_of(report.nodeid):20} {counts}; {part.seconds:.0f} s")
        elif (new and part.outcomes) or time.monotonic() > self._said + OFTEN:
            running = [f"{name} {len(one.ended)}/{one.tests}" for name, one in self._parts.items() if one.running]
            self._say(f"running: {', '.join(running)}")

    def _say(self, what: str) -> None:
        self._said = time.monotonic()
        minutes, seconds = divmod(int(self._said - self._began), 60)
        self._terminal.write_line(f"{minutes:2}:{seconds:02}  {what}")


def part_of(nodeid: str) -> str:
    """Return the folder whose progress a test counts to: a room's, not a sub-room's."""
    return "/".join(nodeid.split("::", 1)[0].split("/")[:-1][:2])


def pytest_sessionstart(session: pytest.Session) -> None:
    """Tell of parts where there are workers, unless each test is told of anyway."""
    plugins, verbose = session.config.pluginmanager, session.config.get_verbosity()
    if plugins.hasplugin("dsession") and verbose <= 0:
        plugins.register(Progress(plugins.getplugin("terminalreporter")))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None]:
    """Say in the last lines what was not tried here, and how to have it."""
    yield
    reasons = Counter(reason(report) for report in terminalreporter.stats.get("skipped", ()))
    if reasons:
        terminalreporter.write_sep("=", "not tried here")
    for why, number in reasons.most_common():
        terminalreporter.write_line(f"{number} test{'s' if number > 1 else ''}: {why}")


def reason(report: Any) -> str:
    """Return why a test or a module was skipped."""
    told = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return told.removeprefix("Skipped: ")
