"""The commands of ``%serving`` on a shell: results, exit statuses, and which workspace a line is about."""

import io
import json
import os
import shlex
import subprocess
import sys

import pytest
from public_calls import LINES

from serving_widgets import cli
from serving_widgets.magic import command_line
from serving_widgets.magic.registry import COMMANDS, NOTEBOOK_ONLY, ON_SHELL, command
from serving_widgets.workspace import connections

#: Lines that say what goes into a variable, or open another view.
SKIPPED = ("--watch", "--live")


@pytest.fixture
def shell_line(capsys):
    """Return a function that runs a line and gives its exit status and what it wrote; no connection is left open."""

    def run(*words):
        before = set(connections())
        capsys.readouterr()
        status = cli.main(list(words))
        written = capsys.readouterr()
        assert set(connections()) == before
        return status, written.out, written.err

    return run


@pytest.fixture
def configured(workspace, monkeypatch):
    """Have the environment name the mock."""
    for name, value in workspace.mock.env().items():
        monkeypatch.setenv(name, value)
    return workspace


def words_of(line):
    from serving_widgets.line import tokenise

    return [token.text for token in tokenise(line)]


@pytest.mark.parametrize("name", ON_SHELL)
def test_every_command_of_the_table_runs_on_a_shell(name, shell_line, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for line in LINES.get(name, ()):
        if any(word in line for word in SKIPPED):
            continue
        status, out, err = shell_line(*words_of(line), *(["--mock"] if command(name).connects else []))
        assert (status, err) == (0, ""), line
        assert out.strip()
    status, out, err = shell_line(name, "--help")
    assert (status, err) == (0, "")
    assert out.startswith(f"serving-widgets {name}")
    assert "%serving" not in out
    assert "-o NAME" not in out


@pytest.mark.parametrize("name", ON_SHELL)
def test_an_example_for_a_shell_parses_as_a_shell_takes_it_apart(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in ("ads.json", "churn.json", "build.log"):
        (tmp_path / file).write_text('{"served_entities": []}')
    for line, _ in command_line.on_shell(name).examples:
        command_line.parsed_line(shlex.split(line))


def test_what_needs_a_notebook_is_no_command_of_a_shell():
    assert set(ON_SHELL) | NOTEBOOK_ONLY >= set(COMMANDS)
    assert not set(ON_SHELL) & NOTEBOOK_ONLY


def test_a_word_is_what_the_shell_has_made_of_it(shell_line):
    odd = ["$HOME", "a  b", "it's", '"x"', "#1", "-x", "{", "=", ""]
    for word in odd:
        status, out, _ = shell_line("tags", "churn", f"note={word}", "--mock", "--dry-run", "--json")
        assert status == 0
        added = json.loads(out)["body"]["add_tags"][0]
        assert added == {"key": "note", **({"value": word} if word else {})}


def test_json_is_all_that_is_written(shell_line):
    status, out, err = shell_line("list", "--kind=external", "--mock", "--json")
    assert (status, err) == (0, "")
    assert [each["name"] for each in json.loads(out)] == ["chat"]


def test_a_failed_update_ends_the_wait_with_1_and_the_reason(shell_line):
    status, out, err = shell_line("wait", "churn", "--mock")
    assert (status, out) == (1, "")
    assert "Failed to build the container image" in err
    assert "Version conflict" in err
    assert "serving-widgets logs churn --build --entity churn_model-4" in err
    assert "%serving" not in err


def test_a_wait_whose_time_ran_out_ends_with_3(shell_line):
    assert shell_line("wait", "fraud-detector", "--mock")[0] == 0
    status, _, err = shell_line("wait", "fraud-detector", "--mock", "--timeout", "1s")
    assert status == 3
    assert "fraud-detector" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["stop"], "Usage: serving-widgets stop NAME"),
        (["list", "--bogus"], "serving-widgets list --help lists the options."),
        (["list", "-o", "x"], "A variable belongs to a notebook."),
        (["status", "churn", "--timeout"], "status has no option --timeout."),
    ],
)
def test_wrong_usage_ends_with_2_and_names_the_line_of_a_shell(words, said, shell_line):
    status, out, err = shell_line(*words)
    assert (status, out) == (2, "")
    assert said in err


def test_a_command_that_is_none_is_suggested_by_what_it_does(capsys):
    for word, meant in {"ls": "list", "get": "status", "lst": "list", "frezze": "freeze"}.items():
        with pytest.raises(SystemExit) as caught:
            cli.main([word])
        assert caught.value.code == 2
        assert f"Did you mean {meant}?" in capsys.readouterr().err


def test_without_a_workspace_nothing_is_opened_in_its_place(shell_line):
    status, out, err = shell_line("list")
    assert (status, out) == (1, "")
    assert err.startswith("No workspace is configured.\n")
    assert "--mock" in err


def test_what_the_environment_names_may_be_changed_only_where_the_line_says_so(configured, shell_line, changes):
    status, _, err = shell_line("stop", "unity-model-endpoint")
    assert status == 1
    assert err.endswith("Add --no-read-only, or name the workspace: --profile NAME or --host ADDRESS\n")
    assert changes() == []
    assert shell_line("stop", "unity-model-endpoint", "--no-read-only", "--wait")[0] == 0
    assert shell_line("start", "unity-model-endpoint", "--host", configured.host)[0] == 0
    assert [line.rpartition(":")[2] for line in changes()] == ["stop", "start"]


def test_an_endpoint_that_is_not_there_ends_with_1(shell_line):
    status, _, err = shell_line("status", "chrun", "--mock")
    assert status == 1
    assert "chrun" in err


def test_only_a_terminal_gets_colours(shell_line, monkeypatch):
    plain = shell_line("list", "--mock")[1]
    assert "\x1b" not in plain

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    command_line.run(["list", "--mock"])
    coloured = terminal.getvalue()
    assert "\x1b[32mReady\x1b[0m" in coloured
    assert "\x1b[31mReady (Update failed)\x1b[0m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    terminal.truncate(0)
    command_line.run(["list", "--mock"])
    assert "\x1b" not in terminal.getvalue()


def test_a_ci_job_waits_for_a_deployment_in_a_process_of_its_own(configured):
    env = {**os.environ, **configured.mock.env()}
    command = [sys.executable, "-m", "serving_widgets.cli"]
    created = ["create", "ads", "--entity", "main.ml.ads", "--version", "3", "--no-read-only"]
    assert subprocess.run([*command, *created], env=env, capture_output=True, timeout=60).returncode == 0
    waited = subprocess.Popen(
        [*command, "wait", "ads", "--json"], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    configured.mock.advance(3600)
    out, err = waited.communicate(timeout=60)
    assert waited.returncode == 0, err
    assert json.loads(out)["state"]["ready"] == "READY"


def test_a_screen_that_lacks_a_character_gets_what_was_done_all_the_same(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="ascii"))
    assert cli.main(["list", "--mock", "--kind", "external"]) == 0
    assert b"1 endpoint \\u2013 mock workspace (demo)" in written.getvalue()
