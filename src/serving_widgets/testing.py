"""A pytest plugin: the embedded workspace as a fixture, for code of yours that talks to model serving.

It is there as soon as the package is installed, and costs nothing until a test asks for a fixture: nothing else of this
package is imported before.

.. code-block:: python

    import pytest
    from databricks.sdk import WorkspaceClient

    def test_my_code_stops_what_nobody_asks(serving_mock_env):
        stop_idle_endpoints(WorkspaceClient())           # your code; it finds the workspace in the environment
        serving_mock_env.advance(60)                     # service time stands until it is moved
        assert [one["path"] for one in serving_mock_env.journal() if one["method"] == "POST"] == [
            "/api/2.0/serving-endpoints/example-endpoint/config:stop"
        ]

    @pytest.mark.serving_mock(scenario="empty")
    def test_my_code_survives_a_busy_service(serving_mock):
        serving_mock.serve("doubling", lambda rows: [2 * row["x"] for row in rows])
        serving_mock.faults([{"path": "*/invocations", "status": 429, "retry_after": 1, "count": 2}])
        assert my_score(serving_mock.host, serving_mock.token, {"x": 2}) == 4
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .mock import MockWorkspace

_MARKER = "serving_mock"
_DEFAULTS = {"scenario": "demo", "speed": 60.0, "clock": "manual"}


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker, so that ``--strict-markers`` knows it."""
    config.addinivalue_line(
        "markers",
        f'{_MARKER}(scenario="demo", speed=60, clock="manual"): what the workspace of the fixture serving_mock holds.',
    )


@pytest.fixture
def serving_mock(request: pytest.FixtureRequest) -> Iterator[MockWorkspace]:
    """Return an embedded workspace of the test's own, which ends with it.

    Its clock stands until `advance` moves it. The marker ``serving_mock`` chooses the scenario, a name or a
    `serving_widgets.mock.Scenario`, and the clock: ``@pytest.mark.serving_mock(scenario="empty")``. On a class or a
    module it is for all tests there; what stands nearer to the test counts. Parametrised indirectly, the fixture takes
    the scenario from the parameter.
    """
    settings = _settings(request)
    from .mock import MockWorkspace

    with MockWorkspace(**settings) as mock:
        yield mock


@pytest.fixture
def serving_mock_env(serving_mock: MockWorkspace, monkeypatch: pytest.MonkeyPatch) -> MockWorkspace:
    """Return the workspace of `serving_mock`, to which ``DATABRICKS_HOST`` and ``DATABRICKS_TOKEN`` lead now.

    Whatever else is configured on the machine (a profile, other variables) is out of sight for the time of the test.
    """
    for name in [name for name in os.environ if name.startswith("DATABRICKS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", os.devnull)
    for name, value in serving_mock.env().items():
        monkeypatch.setenv(name, value)
    return serving_mock


def _settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    settings: dict[str, Any] = dict(_DEFAULTS)
    # The nearest marker comes first, and is to have the last word.
    for marker in reversed(list(request.node.iter_markers(_MARKER))):
        unknown = sorted(set(marker.kwargs) - set(_DEFAULTS))
        if marker.args or unknown:
            wrong = unknown[0] if unknown else repr(marker.args[0])
            raise pytest.UsageError(
                f"marker {_MARKER} takes {', '.join(f'{name}=' for name in _DEFAULTS)} and not {wrong}"
            )
        settings.update(marker.kwargs)
    if hasattr(request, "param"):
        settings["scenario"] = request.param
    return settings
