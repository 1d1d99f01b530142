"""``%serving`` alone tells where one is and three things to do next; it opens nothing, and fails of nothing."""

import json
import subprocess
import sys

import pytest

import serving_widgets as sw
from serving_widgets.api.endpoint.models import EndpointInfo
from serving_widgets.line import tokenise
from serving_widgets.magic.registry import COMMANDS, command
from serving_widgets.magic.shared.landing_page import MOST, Situation, landing_page, steps_for
from serving_widgets.magic.syntax.parsing import parse
from serving_widgets.workspace import active
from serving_widgets.workspace.login.report import AvailableSettings

READY = {"ready": "READY", "config_update": "NOT_UPDATING"}
STATES = {
    "failed": {"ready": "READY", "config_update": "UPDATE_FAILED"},
    "updating": {"ready": "NOT_READY", "config_update": "IN_PROGRESS"},
    "stopped": {"ready": "NOT_READY", "config_update": "NOT_UPDATING", "suspend": "SUSPENDED"},
    "ready": READY,
}
CUSTOM = {"served_entities": [{"name": "m", "entity_name": "m", "entity_version": "1"}]}
CHAT = {"served_entities": [{"name": "m", "external_model": {"name": "gpt", "provider": "openai"}}]}


def info(name, phase, config=CUSTOM):
    return EndpointInfo.read({"name": name, "state": STATES[phase], "config": config})


def lines(picture):
    return [step.line for step in steps_for(picture)]


# Where one is ---------------------------------------------------------------------------------------------------------


def test_it_tells_the_workspace_who_one_is_what_may_be_changed_and_how_endpoints_are(run, workspace):
    sw.connect("mock", name="team", protect=["prod-*"])
    text = " ".join(run("%serving").text.split())
    assert "Connected: mock workspace (demo) (connection team)." in text
    assert "You are ada@example.com, an administrator." in text
    assert "Protected from changes: prod-*" in text
    assert "10 endpoints: 7 Ready, 1 Not ready (Stopped), 1 Ready (Update failed), 1 Ready (Updating)." in text


def test_it_asks_who_one_is_and_for_the_list_and_nothing_else(run, workspace):
    run("%serving")
    assert sorted(entry["path"] for entry in workspace.mock.journal()) == [
        "/api/2.0/preview/scim/v2/Me",
        "/api/2.0/serving-endpoints",
    ]


def test_it_names_three_things_to_do_chosen_by_what_is_there(run, workspace):
    text = run("%serving").text
    for line in ("%serving logs churn --build", "%serving wait fraud-detector", "%serving start pricing --wait"):
        assert f"\n{line}\n" in text
    run("%serving start pricing --wait\n%serving wait fraud-detector")
    assert run("%serving --json -o told").error is None
    assert [step["line"] for step in json.loads(run("%serving --json").text)["next"]] == [
        "%serving logs churn --build",
        "%serving browse",
        "%serving sample chat",
    ]


def test_where_nothing_may_be_changed_no_change_is_proposed(run, workspace):
    sw.connect("mock", name="locked", read_only=True)
    text = " ".join(run("%serving").text.split())
    assert "This workspace was opened read-only. To change things:" in text
    assert "%serving start" not in text
    assert "%serving browse" in text


def test_another_workspace_is_told_of_by_its_name(run, workspace):
    sw.connect("mock", name="second", scenario="empty")
    assert "10 endpoints" in run("%serving --workspace tutorial").text
    text = run("%serving").text
    assert "0 endpoints." in text
    assert "%serving create NAME" in text
    assert "There is no endpoint yet" in text


def test_of_a_workspace_that_is_not_the_active_one_every_line_says_which_it_acts_on(run, workspace):
    second = sw.connect("mock", name="the second")
    page = json.loads(run("%serving --workspace tutorial --json").text)
    assert [step["line"] for step in page["next"]] == [
        "%serving logs churn --build --workspace tutorial",
        "%serving wait fraud-detector --workspace tutorial",
        "%serving start pricing --wait --workspace tutorial",
    ]
    run(page["next"][2]["line"])
    assert workspace.endpoints.get("pricing").label == "Ready"
    assert second.endpoints.get("pricing").label == "Not ready (Stopped)"
    run("%serving connect tutorial")
    assert all("--workspace" not in line for line in lines(Situation(workspace, endpoints=(info("a", "failed"),))))
    assert lines(Situation(second, endpoints=(info("a", "ready"),)))[1] == "%serving sample a --workspace 'the second'"
    assert lines(Situation(second)) == ["%serving connect", "%serving connect mock", "%serving help"]


def test_it_says_where_help_is(run, workspace):
    assert "%serving help lists the commands" in run("%serving").text


# Nothing open ---------------------------------------------------------------------------------------------------------


def test_where_nothing_is_open_or_configured_it_says_so_and_offers_the_mock_first(run, nowhere):
    text = run("%serving").text
    assert "No workspace is open yet" in text
    assert "None is configured either" in text
    steps = text[text.index("What to do next") :]
    assert steps.index("%serving connect mock") < steps.index("%serving connect --host")
    assert active() is None


def test_what_is_configured_is_offered_and_not_opened(run, nowhere, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABRICKS_HOST", "https://w.example.com")
    text = " ".join(run("%serving").text.split())
    assert "Some settings were found in the environment, but there is no DATABRICKS_TOKEN." in text
    assert "%serving connect Shows where settings were looked for, and what each place lacks." in text
    monkeypatch.setenv("DATABRICKS_TOKEN", "canary-0123")
    outcome = run("%serving")
    text = " ".join(outcome.text.split())
    assert "Settings of one were found in the environment." in text
    assert "%serving connect Opens the workspace that the environment names, read-only." in text
    assert "canary" not in json.dumps(outcome.displays[0].data)
    assert active() is None


def test_what_can_be_opened_is_told_by_what_is_there_and_not_by_the_words_for_it(nowhere, monkeypatch):
    from serving_widgets.workspace.login.report import explain

    assert [each.name for each in explain("") if each.complete] == ["embedded workspace"]
    monkeypatch.setenv("DATABRICKS_HOST", "https://w.example.com")
    monkeypatch.setenv("DATABRICKS_TOKEN", "canary-0123")
    for winner in ("", "profile"):
        assert [each.name for each in explain(winner) if each.complete and each.name == "environment"]


def test_a_profile_that_nobody_chose_is_offered(run, nowhere, monkeypatch, tmp_path):
    file = tmp_path / "databrickscfg"
    file.write_text("[team a]\nhost = https://team.example.com\ntoken = canary-0123\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    text = " ".join(run("%serving").text.split())
    assert "No profile is the default; the configuration file has team a." in text
    assert "%serving connect --profile 'team a'" in text
    file.write_text("this is not a configuration file")
    assert run("%serving").error is None


# What goes wrong is said ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "said", "still"),
    [
        ({"path": "*/Me", "status": 403}, "The service does not say who you are.", "10 endpoints"),
        ({"path": "*/Me", "status": 500}, "The service does not say who you are.", "10 endpoints"),
        ({"path": "/api/2.0/serving-endpoints", "status": 403}, "The endpoints can't be listed.", "You are ada"),
    ],
)
def test_a_request_that_fails_is_told_and_the_rest_is_there(rule, said, still, run, workspace):
    workspace.mock.faults([rule])
    outcome = run("%serving")
    assert outcome.error is None
    assert said in outcome.text
    assert still in outcome.text


def test_a_workspace_that_does_not_answer_is_told_with_a_way_out(run, workspace, monkeypatch):
    monkeypatch.setattr("serving_widgets.magic.shared.landing_page.TIMEOUT", 0.2)
    workspace.mock.faults([{"path": "*", "delay": 5, "count": None}])
    outcome = run("%serving")
    assert outcome.error is None
    assert "No answer came within 0.2 seconds." in outcome.text
    assert "%serving connect mock" in outcome.text


def test_a_workspace_that_is_not_there_is_told(run, workspace, monkeypatch):
    monkeypatch.setenv("DATABRICKS_TOKEN", "canary-0123")
    run("%serving connect --host http://127.0.0.1:9 --name away")
    outcome = run("%serving")
    assert outcome.error is None
    assert "The endpoints can't be listed." in outcome.text
    assert "Traceback" not in outcome.text
    assert "canary" not in outcome.text


# The rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("picture", "expected"),
    [
        ([("a", "failed")], "%serving logs a --build"),
        ([("a", "failed", CHAT)], "%serving status a"),
        ([("a", "updating")], "%serving wait a"),
        ([("a", "ready")], "%serving browse"),
        ([("a", "ready"), ("b", "updating"), ("c", "failed")], "%serving logs c --build"),
    ],
)
def test_the_most_urgent_comes_first(picture, expected):
    assert lines(Situation(endpoints=tuple(info(*each) for each in picture)))[0] == expected


def test_of_several_the_first_is_named_and_how_many_more_there_are():
    (step, *_) = steps_for(Situation(endpoints=(info("a", "failed"), info("b", "failed"), info("c", "failed"))))
    assert step.reason == "The update of a failed (and 2 more); this tells why."


def test_there_are_three_things_to_do_whatever_there_is(workspace):
    pictures = [
        Situation(at_hand=AvailableSettings("", "", ())),
        Situation(at_hand=AvailableSettings("environment", "", ("a", "b"))),
        Situation(at_hand=AvailableSettings("", "there is no token", ())),
        Situation(workspace, endpoints=()),
        Situation(workspace, endpoints=None),
        *(Situation(workspace, endpoints=(info("a", phase),)) for phase in STATES),
    ]
    for picture in pictures:
        found = lines(picture)
        assert len(found) == len(set(found)) == MOST
        for line in found:
            tokens = tokenise(line)[1:]
            assert tokens[0].text in COMMANDS
            assert parse(tokens[0].text, command(tokens[0].text), tokens[1:], line, {})


# As any result --------------------------------------------------------------------------------------------------------


def test_it_is_a_value_with_text_page_and_data(run, shell, workspace):
    run("where = %serving")
    page = shell.user_ns["where"]
    assert page.to_json()["endpoints"]["Ready"] == 7
    assert 'logs churn <span style="white-space:nowrap">--build</span></code>' in page._repr_html_()
    assert run("%serving ;").text == ""
    assert run("%serving -o other").text == ""
    assert shell.user_ns["other"] == page
    assert run("%serving help").text != run("%serving").text


def test_it_can_not_be_given_a_body(run, workspace):
    assert "%serving takes no body." in run("%%serving\nx").text


def test_it_says_what_it_does_not_know(run, workspace):
    outcome = run("%serving --jsn")
    assert "%serving has no option --jsn." in outcome.text
    assert "Did you mean --json?" in outcome.text


def test_hostile_names_stay_text(elements):
    evil = "<img src=x onerror=alert(1)>"
    page = landing_page(None)
    assert "img" not in elements(page._repr_html_())
    step = steps_for(Situation(endpoints=(info(evil, "failed"),)))[0]
    assert evil in step.reason


def test_it_needs_no_pandas():
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell as S; shell = S.instance();"
        "shell.run_line_magic('load_ext', 'serving_widgets');"
        "x = shell.run_line_magic('serving', ''); repr(x), x._repr_html_();"
        "shell.run_line_magic('serving', 'connect mock;'); repr(shell.run_line_magic('serving', ''));"
        "print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pandas" not in done.stdout.split()
