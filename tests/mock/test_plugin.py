"""The pytest plugin: a workspace as a fixture, in a test run of somebody else's."""

import os
import re
import subprocess
import sys
import textwrap
import tomllib

import pytest

PLUGIN = "serving_widgets.testing"


@pytest.fixture
def run(tmp_path, project):
    """Return a way to run a test file in a process of its own, with the plugin and no other."""

    def run(source, *options, **variables):
        (tmp_path / "test_theirs.py").write_text(textwrap.dedent(source))
        environment = {**os.environ, **variables, "PYTHONPATH": str(project / "src")}
        environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", PLUGIN, "--strict-markers", *options],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        counts = re.findall(r"(\d+) (passed|failed|errors?)", done.stdout.splitlines()[-1])
        return {word.rstrip("s"): int(count) for count, word in counts}, done.stdout + done.stderr

    return run


def test_a_test_of_theirs_gets_a_workspace_of_its_own_that_ends_with_it(run):
    counts, output = run("""
        import http.client, socket, threading
        import pytest

        hosts = []

        def names(mock):
            connection = http.client.HTTPConnection(mock.host.removeprefix("http://"))
            connection.request("GET", "/api/2.0/serving-endpoints", headers={"Authorization": f"Bearer {mock.token}"})
            import json
            return {one["name"] for one in json.load(connection.getresponse())["endpoints"]}

        def test_demo(serving_mock):
            hosts.append(serving_mock.host)
            assert "churn" in names(serving_mock)
            now = serving_mock.clock.now()
            serving_mock.advance(60)
            assert serving_mock.clock.now() == now + 60

        @pytest.mark.serving_mock(scenario="empty")
        def test_empty(serving_mock):
            assert serving_mock.host not in hosts
            serving_mock.serve("doubling", lambda rows: [2 * row["x"] for row in rows])
            assert names(serving_mock) == {"doubling"}

        def test_the_workspace_has_ended():
            assert "serving-mock" not in {thread.name for thread in threading.enumerate()}
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.1", int(hosts[0].rsplit(":", 1)[1])))

        @pytest.mark.serving_mock(scenario="large:3", clock="scaled", speed=1000)
        class TestNearest:
            def test_of_the_class(self, serving_mock):
                assert (len(names(serving_mock)), serving_mock.clock.rate()) == (3, 1000)

            @pytest.mark.serving_mock(scenario="large:4")
            def test_of_the_test(self, serving_mock):
                assert (len(names(serving_mock)), serving_mock.clock.rate()) == (4, 1000)

        @pytest.mark.parametrize("serving_mock", ["empty", "large:2"], indirect=True)
        def test_parametrised(serving_mock):
            assert len(names(serving_mock)) in (0, 2)
    """)
    assert counts == {"passed": 7}, output


def test_clients_find_the_workspace_in_the_environment_and_nothing_else(run):
    counts, output = run(
        """
        import os

        def test_inside(serving_mock_env):
            assert os.environ["DATABRICKS_HOST"] == serving_mock_env.host
            assert os.environ["DATABRICKS_TOKEN"] == serving_mock_env.token
            assert "DATABRICKS_CLIENT_ID" not in os.environ
            from databricks.sdk import WorkspaceClient
            assert "churn" in {one.name for one in WorkspaceClient().serving_endpoints.list()}

        def test_afterwards():
            assert os.environ["DATABRICKS_HOST"] == "https://elsewhere.example.com"
            assert os.environ["DATABRICKS_CLIENT_ID"] == "theirs"
        """,
        DATABRICKS_HOST="https://elsewhere.example.com",
        DATABRICKS_CLIENT_ID="theirs",
        DATABRICKS_CLIENT_SECRET="theirs",
    )
    assert counts == {"passed": 2}, output


@pytest.mark.parametrize(
    ("marker", "said"),
    [('("empty")', "'empty'"), ('(scenaroi="empty")', "scenaroi"), ('(scenario="nope")', "unknown scenario 'nope'")],
)
def test_a_marker_that_makes_no_sense_is_an_error_that_says_so(run, marker, said):
    counts, output = run(f"""
        import pytest

        @pytest.mark.serving_mock{marker}
        def test_it(serving_mock):
            pass
    """)
    assert counts == {"error": 1}
    assert said in output


def test_the_plugin_loads_nothing_heavy_until_a_fixture_is_used(run):
    counts, output = run("""
        import sys

        HEAVY = {"pandas", "pydantic", "httpx", "starlette", "uvicorn", "IPython", "ipywidgets", "jsonschema"}

        def test_before():
            ours = {name for name in sys.modules if name.startswith("serving_widgets")}
            assert ours == {"serving_widgets", "serving_widgets._version", "serving_widgets.testing"}
            assert not HEAVY & set(sys.modules)

        def test_with_it(serving_mock):
            assert not {"pandas", "pydantic", "httpx", "IPython"} & set(sys.modules)
    """)
    assert counts == {"passed": 2}, output


THEIRS = """
import http.client, json, time

def stop_idle_endpoints(client):
    client.api_client.do("POST", "/api/2.0/serving-endpoints/example-endpoint/config:stop")

def score(host, token, rows):
    while True:
        connection = http.client.HTTPConnection(host.removeprefix("http://"))
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps({"dataframe_records": rows})
        connection.request("POST", "/serving-endpoints/doubling/invocations", body, headers)
        answer = connection.getresponse()
        if answer.status == 200:
            return json.load(answer)["predictions"]
        assert answer.getheader("Retry-After") == "1"
"""


def test_the_examples_in_the_readme_work(run, project):
    blocks = re.findall(r"```python\n(.*?)```", (project / "README.md").read_text(), re.DOTALL)
    (tests,) = [block for block in blocks if "serving_mock_env" in block]
    (scenario,) = [block for block in blocks if "Scenario(" in block]
    use = """
@pytest.mark.serving_mock(scenario=checkout)
def test_of_ones_own(serving_mock):
    assert serving_mock.scenario == "checkout"
"""
    counts, output = run(THEIRS + tests + scenario + use)
    assert counts == {"passed": 3}, output


def test_the_markers_and_fixtures_of_the_plugin_explain_themselves(run):
    _, output = run("", "--markers")
    assert "@pytest.mark.serving_mock(scenario=" in output
    _, output = run("", "--fixtures")
    assert "serving_mock -- " in output
    assert "serving_mock_env -- " in output


def test_installing_the_package_installs_the_plugin(project):
    entries = tomllib.loads((project / "pyproject.toml").read_text())["project"]["entry-points"]
    assert entries == {"pytest11": {PLUGIN: PLUGIN}}
