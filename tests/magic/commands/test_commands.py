"""Every command of the table has help and examples, and does what it says to the mock."""

import json
import re
from pathlib import Path

import pytest
from public_calls import ROWS

import serving_widgets as sw
from serving_widgets import EndpointBrowser, StatusBadge
from serving_widgets.line import tokenise
from serving_widgets.magic.registry import COMMANDS, command
from serving_widgets.magic.shared.help_pages import command_help, overview
from serving_widgets.magic.syntax.parsing import parse
from serving_widgets.workspace import activate, active, connections
from serving_widgets.workspace.watch.update_eta import UpdateDurations

REPORTED = Path(__file__).parents[2] / "api" / "logs" / "reported"
# Command → lines that run against the mock, one after the other.
RUNS = {
    "help": ["help", "help create"],
    "connect": ["connect mock --name second --scenario empty --speed 10 --clock manual"],
    "list": ["list", "list fraud", "list --status stopped", "list --kind external"],
    "browse": ["browse", "browse churn"],
    "panel": ["panel churn", "panel churn --tab tags"],
    "status": ["status", "status churn", "status churn --live"],
    "models": ["models", "models main.risk", "models main.risk.fraud_detector"],
    "undo": ["undo nightly-scores --list"],
    "compare": ["compare churn", "compare churn pricing"],
    "watch": ["watch", "watch churn --since 10m", "watch --stop"],
    "idle": ["idle", "idle --hours 1"],
    "wait": ["wait fraud-detector", "wait fraud-detector --timeout 5m"],
    "create": ["create ads --entity main.ml.ads --version 3", "create ads2 --entity main.ml.ads --version 3 --wait"],
    "ensure": [
        "ensure ads --entity main.ml.ads --version 3 --tag team=risk",
        "ensure example-endpoint --tag team=risk --wait",
    ],
    "close": ["close second"],
    "tutorial": ["tutorial", "tutorial quickstart"],
    "report": ["report", "report churn --save churn.html"],
    "bug": ["bug"],
    "update": [
        "update pricing --version 6 --dry-run",
        "update example-endpoint --version 3 --wait",
        "update pricing --traffic pricing_model-5=100 --dry-run",
    ],
    "stop": ["stop example-endpoint", "stop unity-model-endpoint --wait"],
    "start": ["start pricing --wait"],
    "delete": ["delete churn --yes"],
    "logs": [
        "logs unity-model-endpoint",
        "logs churn --build",
        "logs churn --level warning --grep probe --context 2 --tail 5",
        "logs churn --compare churn_model-3",
        "logs pricing",
        "logs churn --build --watch",
    ],
    "diagnose": [f"diagnose @{REPORTED / 'failing.txt'}", f"diagnose {REPORTED / 'healthy.txt'}"],
    "metrics": [
        "metrics fraud-detector",
        "metrics fraud-detector --entity fraud_challenger-2 --history",
        "metrics pricing",
        "metrics churn --watch",
    ],
    "permissions": ["permissions pricing --copy-from churn"],
    "grant": ["grant churn vera@example.com CAN_QUERY", "grant churn analysts query"],
    "revoke": ["revoke churn analysts"],
    "tags": ["tags churn team=risk --remove tier"],
    "budget": ["budget churn", "budget chat", "budget pricing"],
    "schema": [
        "schema example-endpoint --notes",
        "schema fraud-detector --entity fraud_challenger-2 --format dataframe_records",
        "schema databricks-llama",
        "schema example-endpoint --watch",
    ],
    "sample": ["sample example-endpoint --rows 3", "sample chat", "sample churn --code curl"],
    "query": [
        f"query unity-model-endpoint {json.dumps(ROWS)}",
        f"query unity-model-endpoint --payload {json.dumps(ROWS)} --entity my-ads-model --format dataframe_records",
        f"query unity-model-endpoint {json.dumps(ROWS)} --no-check --raw --timeout 1m",
        "query chat 'What is a serving endpoint?'",
    ],
    "predict": [
        f"predict unity-model-endpoint {json.dumps(ROWS['dataframe_records'])} --on-error rows --timeout 1m",
    ],
    "mock": ["mock", "mock advance 5m", "mock journal", "mock reset"],
}
ACL = "/api/2.0/permissions/serving-endpoints/ed8f5616f33aabb67660df03647a8d3c"


@pytest.fixture
def prepared(workspace, tmp_path, monkeypatch):
    """Return the workspace; beside it a connection is open that may be closed. Files go to a folder of their own."""
    monkeypatch.chdir(tmp_path)
    sw.connect("mock", name="second")
    activate("tutorial")
    return workspace


def values(line):
    """Return the values that a line gives to its command."""
    tokens = tokenise(line)
    return parse(
        tokens[0].text, command(tokens[0].text), tokens[1:], line, {"config": {}, "df": [], "log": "Killed\n"}
    ).values


def test_every_command_is_run_by_a_test():
    assert set(RUNS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_runs_and_what_it_shows_is_text_and_html_without_script(name, run, prepared):
    for line in RUNS[name]:
        outcome = run(f"%serving {line}")
        assert outcome.error is None, outcome.text
        (shown,) = outcome.displays
        assert shown.data["text/plain"]
        assert "<script" not in shown.data["text/html"]
        styles = re.findall(r'style="([^"]*)"', shown.data["text/html"])
        assert {rule for style in styles for rule in style.split(";")} <= {
            "text-align:left",
            "white-space:nowrap",
            "overflow-wrap:anywhere",
            "overflow-wrap:break-word",
        }
        assert " class=" not in shown.data["text/html"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_run_shows_neither_a_port_nor_a_token_nor_an_address_in_memory(name, run, prepared):
    workspace = prepared
    token, port = workspace.mock.own_token, workspace.host.rsplit(":", 1)[1]
    for line in RUNS[name]:
        text = json.dumps([display.data for display in run(f"%serving {line}").displays])
        assert token not in text
        assert f":{port}" not in text
        assert " at 0x" not in text


@pytest.mark.parametrize(
    "name", sorted(set(COMMANDS) - {"bug", "close", "tutorial", "browse", "panel", "status", "list"})
)
def test_a_second_run_of_a_notebook_shows_the_same_bytes(name, run, prepared):
    workspace = prepared
    runs = []
    for _ in range(2):
        workspace.mock.reset()
        workspace.watcher.store.forget()
        # What updates took is remembered over a reset, as it is over a restart of the service.
        workspace.watcher.history.durations = UpdateDurations()
        runs.append([run(f"%serving {line}").text for line in RUNS[name]])
    assert runs[0] == runs[1]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_on_a_command_names_its_arguments_options_and_examples(name):
    # Lines are broken to fit a terminal.
    declared, text = command(name), " ".join(repr(command_help(name)).split())
    assert declared.usage(name, full=True) in text
    assert declared.summary in text
    for argument in declared.arguments:
        assert argument.help in text
    for option in declared.all_options:
        assert option.help in text
        assert all(flag in text for flag in option.spellings)


@pytest.mark.parametrize("line", [line for name in COMMANDS for line, _ in command(name).examples])
def test_an_example_parses(line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("ads.json", "churn.json", "build.log"):
        (tmp_path / name).write_text('{"served_entities": []}')
    assert values(line) is not None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_every_option_a_name_of_its_own(name):
    declared = command(name)
    assert declared.examples
    flags = [flag for option in declared.all_options for flag in option.spellings]
    names = [argument.name for argument in declared.arguments] + [option.name for option in declared.all_options]
    assert len(set(flags)) == len(flags)
    assert len(set(names)) == len(names)


def test_the_overview_lists_every_command():
    text = repr(overview())
    assert all(f"\n{name} " in text for name in COMMANDS)


@pytest.mark.parametrize("line", ["", "help", "--help", "-h"])
def test_a_bare_line_is_help_with_the_connection(line, run, workspace):
    outcome = run(f"%serving {line}")
    assert outcome.error is None
    assert "Connected: mock workspace (demo) (connection tutorial)." in outcome.text


def test_help_opens_no_workspace(run, nowhere):
    assert "No workspace is open yet" in run("%serving").text
    assert active() is None


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_a_command_asked_for_help_shows_its_own(flag, run):
    assert run(f"%serving stop churn {flag}").text.startswith("%serving stop NAME")


def test_where_nothing_is_open_the_first_command_opens_the_mock_and_says_so(run, nowhere):
    outcome = run("%serving list")
    assert outcome.printed == "No workspace is configured, so this is the mock workspace (demo).\n"
    assert "10 endpoints" in outcome.text


def test_connect_opens_what_was_asked_for(run, workspace):
    run("%serving connect mock --name second --read-only --protect 'prod-*' --protect x")
    opened = active()
    assert (opened.name, opened.label, opened.read_only) == ("second", "mock workspace (demo)", True)
    assert opened.guard.protect == ("prod-*", "x")


def test_connect_without_arguments_does_as_the_function_does(run, nowhere, monkeypatch):
    assert "mock workspace (demo)" in run("%serving connect").text
    monkeypatch.setenv("DATABRICKS_HOST", "https://example.com")
    monkeypatch.setenv("DATABRICKS_TOKEN", "t0ken")
    shown = run("%serving connect").text
    assert shown.startswith("example.com\n")
    assert "the environment (DATABRICKS_HOST, DATABRICKS_TOKEN)" in shown
    assert "refused. This workspace was found automatically" in shown
    assert "t0ken" not in shown
    assert "allowed" in run("%serving connect --host example.com").text


def test_a_token_is_refused_with_the_reason_and_the_way(run, workspace):
    outcome = run("%serving connect --host example.com --token abc")
    assert "A token doesn't belong in a notebook" in outcome.text
    assert "DATABRICKS_TOKEN" in outcome.text
    assert "--token" not in repr(command_help("connect"))


def test_list_finds_by_name_model_creator_tag_status_and_kind(run, workspace):
    def names(line):
        run(f"found = %serving list {line}")
        return run("found.names").value

    assert names("") == sorted(names(""))
    assert names("fraud") == ["fraud-detector"]
    assert names("MYCATALOG") == ["unity-model-endpoint"]
    assert names("customer@example.com") == ["unity-model-endpoint"]
    assert names("'team=customers'") == ["churn", "nightly-scores"]
    assert names("'*-endpoint'") == ["example-endpoint", "unity-model-endpoint"]
    assert names("--status stopped") == ["pricing"]
    assert names("--status updating") == ["fraud-detector"]
    assert names("--kind foundation") == ["databricks-llama"]
    assert names("--kind external --status failed") == []
    assert names("--status stopped --status failed --status updating") == ["churn", "fraud-detector", "pricing"]
    assert names("--kind external --kind foundation") == ["chat", "databricks-llama"]


def test_a_list_says_how_many_it_leaves_out_and_is_a_sequence_of_handles(run, shell, workspace):
    assert "9 other endpoints are not shown." in run("%serving list fraud").text
    assert run("%serving list fraud -o found").displays == []
    found = shell.user_ns["found"]
    assert [endpoint.name for endpoint in found] == ["fraud-detector"]
    assert repr(found[:0]).endswith("10 other endpoints are not shown.")


def test_status_shows_the_endpoint_and_without_a_name_the_counts(run, workspace):
    assert "Ready (Update failed)" in run("%serving status churn").text
    counts = run("%serving status").text
    assert "Not ready (Stopped)    1" in counts
    assert "Endpoints              10" in counts


def test_stop_start_and_wait_lead_where_they_say(run, workspace):
    assert "Not ready (Stopped)" in run("%serving stop unity-model-endpoint").text
    assert "Updating" in run("%serving start unity-model-endpoint").text
    assert "Status           Ready\n" in run("%serving wait unity-model-endpoint").text


def test_a_wait_that_fails_fails_the_cell_with_the_reason(run, workspace):
    outcome = run("%serving wait churn")
    assert isinstance(outcome.error, sw.WaitFailed)
    assert "Failed to build the container image" in outcome.text


def test_create_sends_what_the_options_say(run, changes, workspace):
    run(
        "%serving create ads --entity main.ml.ads --version 3 --size Medium --workload-type CPU --no-scale-to-zero"
        " --tag team=ads --tag 'owner=Ada L.' --env 'KEY={{secrets/a/b}}' --description 'For ads'"
    )
    assert changes() == ["POST /api/2.0/serving-endpoints"]
    (sent,) = [entry["body"] for entry in workspace.mock.journal() if entry["method"] == "POST"]
    assert sent == {
        "name": "ads",
        "config": {
            "served_entities": [
                {
                    "entity_name": "main.ml.ads",
                    "entity_version": "3",
                    "workload_size": "Medium",
                    "workload_type": "CPU",
                    "scale_to_zero_enabled": False,
                    "environment_vars": {"KEY": "{{secrets/a/b}}"},
                }
            ]
        },
        "tags": [{"key": "team", "value": "ads"}, {"key": "owner", "value": "Ada L."}],
        "description": "For ads",
    }


CONFIG = {"served_entities": [{"entity_name": "m", "entity_version": "1", "scale_to_zero_enabled": True}]}


@pytest.mark.parametrize(
    "cell",
    [
        "%serving create ads --dry-run --config $config -o plan",
        "%serving create ads --dry-run --config @config.json -o plan",
        f"%serving create ads --dry-run --config {json.dumps(CONFIG)} -o plan",
        f"%serving create ads --dry-run --config={json.dumps(CONFIG)} -o plan",
        f"%%serving create ads --dry-run -o plan\n{json.dumps(CONFIG, indent=2)}",
        "%%serving create ads --dry-run -o plan\n$config",
        '%%serving create ads --dry-run -o plan\n{"served_entities": $config.entities}',
        '%%serving create ads --dry-run -o plan\n{"name": "ads", "config": $config}',
    ],
)
def test_a_configuration_may_come_from_the_line_a_file_a_variable_or_the_body(cell, run, shell, tmp_path, monkeypatch):
    class Config(dict):
        entities = CONFIG["served_entities"]

    sw.connect("mock", name="another")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps(CONFIG))
    shell.user_ns["config"] = Config(CONFIG)
    assert run(cell).error is None
    assert shell.user_ns["plan"].body == {"name": "ads", "config": CONFIG}


def test_a_whole_create_request_may_be_the_body(run, shell, workspace):
    request = {"name": "ads", "config": CONFIG, "tags": [{"key": "team", "value": "x"}], "route_optimized": True}
    assert run(f"%%serving create ads --tag owner=y --dry-run -o plan\n{json.dumps(request)}").error is None
    assert shell.user_ns["plan"].body == {
        **request,
        "tags": [{"key": "team", "value": "x"}, {"key": "owner", "value": "y"}],
    }


def test_a_body_of_white_space_says_nothing(run, workspace):
    assert run("%%serving create ads --entity m --version 1 --dry-run\n  ").error is None
    assert "What should it serve?" in run("%%serving create ads\n  ").text


def test_a_body_beside_options_is_refused(run, changes):
    outcome = run(f"%%serving create ads --version 3\n{json.dumps(CONFIG)}")
    assert "What to serve is said more than once." in outcome.text
    assert changes() == []


def test_a_configuration_for_another_endpoint_is_refused(run, changes):
    outcome = run(f"%%serving create ads\n{json.dumps({'name': 'other', 'config': CONFIG})}")
    assert "The configuration is for 'other', the line for 'ads'." in outcome.text
    assert changes() == []


def test_update_changes_what_the_line_names_and_keeps_the_rest(run, workspace):
    before = workspace.endpoints.get("example-endpoint").entities[0]
    assert run("%serving update example-endpoint --version 3").error is None
    (sent,) = [entry["body"] for entry in workspace.mock.journal() if entry["method"] == "PUT"]
    (entity,) = sent["served_entities"]
    assert (entity["entity_name"], entity["entity_version"]) == (before.entity_name, "3")
    assert entity["workload_size"] == before.workload_size
    assert entity["scale_to_zero_enabled"] == before.scale_to_zero_enabled


def test_update_asks_which_entity_where_there_are_several(run, changes):
    outcome = run("%serving update fraud-detector --version 9")
    assert "fraud-detector serves 2 entities: which one is meant?" in outcome.text
    assert changes() == []


def test_update_shares_the_traffic_out_anew(run, workspace):
    workspace.endpoints.get("fraud-detector").wait()
    line = "%serving update fraud-detector --traffic fraud_challenger-2=30"
    assert '"traffic_percentage": 30' in run(f"{line} --dry-run").text
    assert run(f"{line} --wait").error is None
    routes = workspace.endpoints.get("fraud-detector").info.config.traffic_config.routes
    assert {each.served_entity_name: each.traffic_percentage for each in routes}["fraud_challenger-2"] == 30
    assert run(f"{line}% --traffic fraud_detector-8=70").error is None


def test_update_takes_a_whole_configuration(run, workspace):
    line = "update example-endpoint --replace"
    outcome = run(f"%%serving {line}\n{json.dumps({'config': CONFIG})}")
    assert "example-endpoint was not updated: there is no input here" in outcome.text
    assert f"%%serving {line} --yes" in outcome.text
    assert run(f"%%serving {line} --yes\n{json.dumps({'config': CONFIG})}").error is None
    (sent,) = [entry["body"] for entry in workspace.mock.journal() if entry["method"] == "PUT"]
    assert sent == CONFIG


@pytest.mark.parametrize(
    ("line", "request_line"),
    [
        ("stop unity-model-endpoint", "POST /api/2.0/serving-endpoints/unity-model-endpoint/config:stop"),
        ("start pricing", "POST /api/2.0/serving-endpoints/pricing/config:start"),
        ("delete churn --yes", "DELETE /api/2.0/serving-endpoints/churn"),
        ("update example-endpoint --version 3", "PUT /api/2.0/serving-endpoints/example-endpoint/config"),
        (
            "update example-endpoint --traffic vanilla_simple_model-2=100",
            "PUT /api/2.0/serving-endpoints/example-endpoint/config",
        ),
        ("create ads --entity main.ml.ads --version 3 --tag a=b", "POST /api/2.0/serving-endpoints"),
        ("create ads --entity main.ml.ads --version 3 --budget b-1", "POST /api/2.0/serving-endpoints"),
        ("grant churn vera@example.com CAN_QUERY", f"PATCH {ACL}"),
        ("revoke churn analysts", f"PUT {ACL}"),
        ("permissions churn --copy-from pricing", f"PATCH {ACL}"),
        ("tags churn team=risk pii= --remove tier", "PATCH /api/2.0/serving-endpoints/churn/tags"),
    ],
)
def test_a_dry_run_shows_the_request_that_the_real_run_sends(line, request_line, run, shell, changes, workspace):
    shown = run(f"%serving {line} --dry-run").text
    assert request_line in shown
    assert "Nothing was changed." in shown
    run(f"%serving {line} --dry-run -o plan")
    assert changes() == []
    assert run(f"%serving {line}").error is None
    assert changes() == [request_line]
    (sent,) = [entry["body"] for entry in workspace.mock.journal() if entry["method"] != "GET"]
    plan = shell.user_ns["plan"]
    assert f"{plan.method} {plan.path}" == request_line
    assert (sent or None) == plan.body


def test_a_dry_run_hides_secrets(run, workspace):
    shown = run("%serving create ads --entity m --version 1 --env KEY=hunter2 --dry-run").text
    assert "KEY" in shown
    assert "hunter2" not in shown


@pytest.mark.parametrize("name", [name for name in COMMANDS if command(name).writes])
def test_every_command_that_writes_has_a_dry_run_and_is_refused_where_nothing_may_change(name, run, workspace):
    sw.connect("mock", name="locked", read_only=True)
    for line in RUNS[name]:
        outcome = run(f"%serving {line}")
        if "--dry-run" in line:
            continue
        assert isinstance(outcome.error, sw.ActionRefused)
        assert "read-only" in outcome.text
        assert run(f"%serving {line} --dry-run").error is None


@pytest.mark.parametrize("name", [name for name in COMMANDS if command(name).writes])
def test_a_dry_run_says_where_the_request_would_be_refused(name, run, workspace):
    line = {"update": "update pricing --version 6"}.get(name, RUNS[name][0])
    assert "As it is, it would be refused" not in run(f"%serving {line} --dry-run").text
    sw.connect("mock", name="locked", read_only=True)
    assert (
        "As it is, it would be refused: This workspace was opened read-only." in run(f"%serving {line} --dry-run").text
    )
    sw.connect("mock", name="guarded", protect=["*"])
    assert "is protected by the pattern '*'" in run(f"%serving {line} --dry-run").text


def test_a_dry_run_looks_at_an_endpoint_that_nobody_has_seen(run, workspace, changes):
    text = run("%serving stop pricing --dry-run").text
    assert "config:stop" in text
    assert "As it is, it would be refused: pricing is already stopped." in text
    assert run("%serving stop no-such --dry-run").error is None
    assert changes() == []


def test_a_dry_run_looks_again_where_only_the_list_told_of_an_endpoint(run, workspace):
    run("%serving list")
    somebody = sw.connect(host=workspace.mock.host, token=workspace.mock.token, name="somebody")
    somebody.endpoints.get("unity-model-endpoint").stop()
    line = "%serving stop unity-model-endpoint --dry-run --workspace tutorial"
    assert "As it is, it would be refused: unity-model-endpoint is already stopped." in run(line).text


def test_a_dry_run_of_a_creation_says_that_a_name_is_taken_as_long_as_it_is(run, workspace, changes):
    line = "%serving create churn --entity main.ml.ads --version 3 --dry-run"
    run("%serving list")
    assert "As it is, it would be refused: The name churn is taken" in run(line).text
    assert changes() == []
    run("%serving delete churn --yes")
    assert "it would be refused" not in run(line).text


def test_another_connection_is_named_on_the_line(run, workspace):
    sw.connect("mock", name="empty-one", scenario="empty")
    assert "0 endpoints" in run("%serving list").text
    assert "10 endpoints" in run("%serving list --workspace tutorial").text
    assert "Open are: tutorial, empty-one." in run("%serving list --workspace nowhere").text


def test_a_handle_brings_its_workspace_along(run, shell, changes, workspace):
    shell.user_ns["ep"] = workspace.endpoints.get("unity-model-endpoint")
    other = sw.connect("mock", name="other")
    assert run("%serving stop $ep").error is None
    assert changes() == ["POST /api/2.0/serving-endpoints/unity-model-endpoint/config:stop"]
    assert other.endpoints.get("unity-model-endpoint").label == "Ready"
    assert "The handle belongs to tutorial, not to other." in run("%serving stop $ep --workspace other").text


def test_an_unknown_endpoint_is_told_with_one_that_is_near(run, workspace):
    run("%serving list")
    outcome = run("%serving status chrun")
    assert isinstance(outcome.error, sw.NotFound)
    assert "Did you mean churn?" in outcome.text
    assert "Traceback" not in outcome.text


def test_a_workspace_that_cannot_be_reached_or_refuses_the_token_is_told_in_words(run, workspace, monkeypatch):
    monkeypatch.setenv("DATABRICKS_TOKEN", "wrong-token")
    monkeypatch.delenv("DATABRICKS_HOST", raising=False)
    run(f"%serving connect --host {workspace.host} --name refused")
    outcome = run("%serving list")
    assert isinstance(outcome.error, sw.Unauthenticated)
    assert "connect again" in outcome.text
    run("%serving connect --host http://127.0.0.1:9 --name away")
    outcome = run("%serving list")
    assert isinstance(outcome.error, sw.ConnectionFailed)
    assert "Traceback" not in outcome.text
    assert "wrong-token" not in outcome.text
    assert run("%serving list --workspace tutorial").error is None


def test_the_mock_is_steered(run, workspace):
    before = workspace.mock.clock.now()
    assert "300 seconds have passed" in run("%serving mock advance 5m").text
    assert workspace.mock.clock.now() == pytest.approx(before + 300)
    run("%serving stop unity-model-endpoint")
    journal = run("%serving mock journal --changes").text
    assert "1 request" in journal
    assert "config:stop" in journal
    run("%serving mock reset")
    assert workspace.endpoints.get("unity-model-endpoint").label == "Ready"


def test_what_the_mock_is_comes_without_its_token_and_port(run, workspace):
    shown = run("%serving mock").text
    assert "ws.mock.env()" in shown or "mock.env()" in shown
    assert workspace.mock.own_token not in shown
    assert workspace.host not in shown


def test_without_a_mock_the_way_to_one_is_told(run, workspace, monkeypatch):
    monkeypatch.setenv("DATABRICKS_TOKEN", "t")
    run("%serving connect --host example.com --name real")
    outcome = run("%serving mock --workspace real")
    assert "Open one: %serving connect mock" in outcome.text
    assert run("%serving mock").error is None  # the one that is open beside it
    assert "tutorial" in connections()


def test_live_views_are_widgets_and_tables_where_widgets_are_not_wanted(run, workspace):
    assert isinstance(run("b = %serving browse churn\nb").value, EndpointBrowser)
    assert run("b.selected").value == "churn"
    assert isinstance(run("s = %serving status churn --live\ns").value, StatusBadge)
    run("%config ServingMagics.display = 'static'")
    assert "10 endpoints" in run("%serving browse").text
    assert "application/vnd.jupyter.widget-view+json" not in run("%serving status churn --live").displays[0].data
    run("%config ServingMagics.display = 'widget'")
    assert "application/vnd.jupyter.widget-view+json" in run("%serving list").displays[0].data
    assert "application/vnd.jupyter.widget-view+json" in run("%serving status churn").displays[0].data


def test_browsing_to_an_endpoint_that_is_not_there_fails(run, workspace):
    assert isinstance(run("%serving browse chrun").error, sw.NotFound)
