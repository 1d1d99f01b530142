"""What becomes of a result: shown, silenced, assigned; and of the widgets that a cell displayed before."""

import os
import subprocess
import sys

import pytest

from serving_widgets import EndpointBrowser
from serving_widgets.workspace import Endpoint, Workspace

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def in_cell(shell, monkeypatch):
    """Return a function that says which cell runs next, as the front end does in the message's metadata."""

    def next_cell(cell):
        monkeypatch.setattr(shell, "get_parent", lambda: {"metadata": {"cellId": cell}}, raising=False)

    return next_cell


@pytest.mark.parametrize("line", ["list;", "list ;", "list --status ready; ", "status churn;", "browse;"])
def test_a_semicolon_shows_nothing(line, run, workspace):
    outcome = run(f"%serving {line}")
    assert outcome.error is None
    assert (outcome.value, outcome.text) == (None, "")


def test_a_silenced_command_is_carried_out(run, changes):
    run("%serving stop unity-model-endpoint;")
    assert changes() == ["POST /api/2.0/serving-endpoints/unity-model-endpoint/config:stop"]


def test_an_assignment_gives_the_value_and_shows_nothing(run, shell, workspace):
    outcome = run("ep = %serving status churn")
    assert (outcome.error, outcome.text) == (None, "")
    assert isinstance(shell.user_ns["ep"], Endpoint)
    run("ws = %serving connect mock --name second")
    assert isinstance(shell.user_ns["ws"], Workspace)
    run("quiet = %serving status churn;")
    assert shell.user_ns["quiet"].name == "churn"


@pytest.mark.parametrize("flag", ["-o", "--out"])
def test_an_option_assigns_and_shows_nothing(flag, run, shell, workspace):
    assert run(f"%serving status churn {flag} ep").text == ""
    assert shell.user_ns["ep"].name == "churn"
    assert run("%%serving create ads --dry-run -o plan\n{}").text == ""
    assert shell.user_ns["plan"].method == "POST"


def test_every_line_of_a_cell_shows_its_result(run, workspace):
    outcome = run("%serving status churn\n%serving status pricing\n%serving status chat")
    assert [shown.data["text/plain"].split()[0] for shown in outcome.displays] == ["churn", "pricing", "chat"]


def test_a_line_in_a_loop_shows_its_result_each_time(run, workspace):
    outcome = run("for name in ('churn', 'chat'):\n    %serving status $name")
    assert [shown.data["text/plain"].split()[0] for shown in outcome.displays] == ["churn", "chat"]


def test_a_line_in_a_function_shows_its_result_when_it_is_called(run, workspace):
    run("def look(name):\n    %serving status $name")
    assert run("look('churn')").displays[0].data["text/plain"].startswith("churn")
    run("def get(name):\n    found = %serving status $name\n    return found")
    assert run("x = get('churn')").text == ""
    assert run("x.name").value == "churn"


def test_where_ipython_shows_every_expression_nothing_is_shown_twice(run, shell, workspace):
    shell.ast_node_interactivity = "all"
    assert len(run("%serving status churn\n%serving status pricing").displays) == 2


def test_running_a_cell_again_closes_what_it_displayed_before(run, in_cell, workspace):
    in_cell("one")
    first = run("%serving browse").value
    assert isinstance(first, EndpointBrowser)
    in_cell("two")
    second = run("%serving browse").value
    assert first.comm is not None
    in_cell("one")
    third = run("%serving browse").value
    assert first.comm is None
    assert second.comm is not None
    assert third.comm is not None
    run("pass")
    assert third.comm is None


def test_all_widgets_of_a_cell_are_closed_also_those_in_its_middle(run, in_cell, shell, workspace):
    in_cell("one")
    outcome = run("%serving browse\n%serving status churn --live")
    assert [WIDGET in shown.data for shown in outcome.displays] == [True, True]
    from ipywidgets import Widget
    from ipywidgets.widgets.widget import _instances

    ours = [widget for widget in _instances.values() if type(widget).__name__ in ("EndpointBrowser", "StatusBadge")]
    live = {widget.model_id for widget in ours if isinstance(widget, Widget)}
    shown = {each.data[WIDGET]["model_id"] for each in outcome.displays}
    assert shown <= live
    run("1")
    assert not shown & {widget.model_id for widget in _instances.values()}


@pytest.mark.parametrize("cell", ["b = %serving browse\nb", "%serving browse -o b\nb"])
def test_what_was_assigned_stays_open(cell, run, in_cell, shell, workspace):
    in_cell("one")
    run(cell)
    kept = shell.user_ns["b"]
    run("pass")
    assert kept.comm is not None
    kept.close()


def test_without_cell_ids_nothing_is_closed(run, workspace):
    first = run("%serving browse").value
    run("%serving browse")
    assert first.comm is not None


def test_a_failing_cell_keeps_the_notebook_going(run, workspace):
    assert run("%serving stop chat").error is not None
    assert run("%serving status chat").error is None


@pytest.mark.parametrize("suffix", [".py", ".ipy"])
def test_the_last_line_of_a_script_is_printed_like_all_others(tmp_path, suffix):
    lines = ["connect mock;", "status churn"]
    if suffix == ".py":
        code = [f"get_ipython().run_line_magic('serving', {line!r})" for line in lines]
        code.insert(0, "get_ipython().run_line_magic('load_ext', 'serving_widgets')")
    else:
        code = ["%load_ext serving_widgets", *(f"%serving {line}" for line in lines)]
    script = tmp_path / f"script{suffix}"
    script.write_text("\n".join(code))
    command = [sys.executable, "-m", "IPython", "--colors=nocolor", str(script)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, "HOME": str(tmp_path)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("churn – mock workspace (demo)")
