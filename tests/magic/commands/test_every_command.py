"""What holds for every command of the table: help, examples, completion, -o, --json, and an assignment."""

import json
import sys

import pandas as pd
import pytest
from public_calls import LINES, forget_bug_recordings

from serving_widgets.magic.completion import complete
from serving_widgets.magic.registry import COMMANDS, command
from serving_widgets.magic.syntax.grammar import OUT
from serving_widgets.workspace import activate, connect, connections

CONNECT = sys.modules["serving_widgets.workspace.open_connections"]
CHURN = {"tenure_months": 3, "monthly_charge": 10.5, "contract": "two-year"}
GRANTS = {"access_control_list": [{"group_name": "analysts", "permission_level": "CAN_QUERY"}]}
ADS = {"served_entities": [{"entity_name": "main.ml.ads", "entity_version": "3", "scale_to_zero_enabled": True}]}
#: Files that an example of a command reads, where they are not those of all.
FILES = {
    "permissions": {"churn.json": GRANTS},
    "query": {"churn.json": {"dataframe_records": [CHURN]}},
    "create": {"ads.json": ADS},
    "ensure": {"ads.json": ADS},
    "diagnose": {"build.log": "ERROR: No matching distribution found for acme==9"},
}
#: Examples whose endpoint has to be there first.
FIRST = {"undo": "tags churn team=risk", "update": "create ads --entity main.ml.ads --version 3 --wait"}


@pytest.fixture
def prepared(run, shell, workspace, tmp_path, monkeypatch):
    """Return a function that has everything as the examples of a command find it."""
    file = tmp_path / "databrickscfg"
    file.write_text(f"[dev]\nhost = {workspace.host}\ntoken = {workspace.mock.token}\n")
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("builtins.input", lambda _: "churn")
    shell.user_ns.update(df=pd.DataFrame([CHURN], index=["a"]), config={"dataframe_records": [CHURN]}, log="Killed\n")

    def prepare(name):
        if name == "connect":
            # Its examples open connections of names that others have here.
            monkeypatch.setattr(CONNECT, "_open", {})
        else:
            activate("tutorial")
        forget_bug_recordings()
        if name == "connect":
            (tmp_path / "dev.recording").unlink(missing_ok=True)
            connect("mock", name="recorded", record=tmp_path / "dev.recording").close()
        if name == "close":
            connect("mock", name="team")
        workspace.mock.reset()
        workspace.watcher.store.forget()
        for path, content in FILES.get(name, {}).items():
            (tmp_path / path).write_text(json.dumps(content))
        if name in FIRST:
            run(f"%serving {FIRST[name]};")

    yield prepare
    for opened in connections().values():
        if opened is not workspace:
            opened.close()


@pytest.mark.parametrize("name", COMMANDS)
def test_its_help_is_the_same_however_it_is_asked_for(name, run, workspace):
    shown = run(f"%serving help {name}").text
    assert command(name).summary in " ".join(shown.split())
    assert run(f"%serving {name} --help").text == run(f"%serving {name} -h").text == shown


@pytest.mark.parametrize("name", COMMANDS)
def test_its_examples_run_as_they_stand(name, run, prepared):
    for line, _ in command(name).examples:
        prepared(name)
        outcome = run(f"%serving {line}")
        assert outcome.error is None, (line, outcome.text)
        assert outcome.displays or " -o " in line


@pytest.mark.parametrize("name", COMMANDS)
def test_its_options_are_completed_each_until_it_is_given(name, workspace):
    declared = command(name)
    flags = [flag for option in declared.all_options for flag in option.spellings]
    assert complete(f"{name} -")[1] == flags
    for option in declared.all_options:
        for flag in option.spellings:
            assert flag in complete(f"{name} {flag[:-1]}")[1]
        if option.type is None and not option.repeated:
            assert not set(option.spellings) & set(complete(f"{name} {option.flags[0]} -")[1])
    assert set(OUT.flags) <= set(flags)
    assert "--json" in flags


@pytest.mark.parametrize("name", COMMANDS)
def test_its_result_is_kept_shown_and_made_data_alike(name, run, shell, prepared):
    for line in LINES.get(name, [name]):
        line = line.replace("{again}", "mock --name again").removesuffix(" --json")
        kept = {}
        for way in ("x = %serving {}", "%serving {} -o x", "x = %serving {} --json", "%serving {} --json -o x"):
            prepared(name)
            outcome = run(way.format(line))
            assert (outcome.error, outcome.displays) == (None, [])
            kept[way] = shell.user_ns.pop("x")
        prepared(name)
        shown = run(f"%serving {line} --json").displays[0].data["text/plain"]
        assigned, out, data, data_out = kept.values()
        assert type(assigned).__qualname__ == type(out).__qualname__
        assert data == data_out == json.loads(shown)
        for value in (assigned, out):
            close(value)


def close(value):
    """Close what was opened: a widget."""
    if isinstance(value, sys.modules["ipywidgets"].Widget):
        value.close()


def test_a_command_that_needs_no_workspace_opens_none(run, nowhere):
    for name in COMMANDS:
        run(f"%serving help {name}")
    assert CONNECT.active() is None
