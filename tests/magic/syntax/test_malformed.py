"""A line that can't be carried out says so shortly, points at the fault, and knows a way out."""

import re

import pytest

from serving_widgets.api.errors import ServingError
from serving_widgets.magic.registry import COMMANDS
from serving_widgets.magic.syntax.usage_error import UsageError

# Line → a piece of what is said.
MALFORMED = {
    "stpo churn": "Did you mean stop?",
    "STOP churn": "Did you mean stop?",
    "lst": "Did you mean list?",
    "get churn": "Did you mean status?",
    "ls": "Did you mean list?",
    "rm churn": "Did you mean delete?",
    "disconnect": "Did you mean close?",
    "apply ads": "Did you mean ensure?",
    "version": "Did you mean help?",
    "close nobody": "No connection called nobody is open.",
    "stop {churn_name}": "Write $churn_name for a variable's value.",
    "status {churn_name} --live": "Write $churn_name for a variable's value.",
    "logs churn --grep #1": "--grep needs a value: REGEX",
    "wait churn --until gone": "'gone' is not one of ready, stopped",
    "frobnicate": "The commands are connect, list,",
    "'stop churn": "never closed",
    'stop "churn': "never closed",
    "stop churn'": "at position 6",
    "stop 'churn'x": "A space is missing here",
    'stop "\\q"': r"There is no escape \q",
    "stop": "NAME is missing: the endpoint.",
    "stop ''": "The endpoint's name is empty",
    "stop a/b": "'/' at position 2",
    "stop ../../etc": "'.' at position 1",
    "stop 'two words'": "' ' at position 4",
    "stop müller": "position 2",
    f"stop {'x' * 64}": "64 characters",
    "stop churn pricing": "'pricing' is unexpected here",
    "stop churn wait": "Did you mean --wait?",
    "stop --nam churn": "stop has no option --nam",
    "stop churn --wiat": "Did you mean --wait?",
    "stop churn --wait --wait": "--wait is given twice",
    "stop churn --wait=yes": "--wait is a switch",
    "stop churn -x": "stop has no option -x",
    "stop churn --timeout": "--timeout needs a value: SECONDS",
    "stop churn --timeout --wait": "--timeout needs a value: SECONDS",
    "stop churn --timeout soon": "'soon' is not a time",
    "stop churn --timeout 0": "'0' is not a time",
    "wait churn --timeout -5": "'-5' is not a time",
    "wait churn --timeout 5x": "For example: 90, 90s, 5m or 1h",
    "status $nix": "There is no variable nix",
    "status $chrun_nam": "Did you mean $churn_name?",
    "status $5": "$5 is not a variable",
    "status $churn_name.uper": "Did you mean upper?",
    "status $number": "42 is not an endpoint",
    "list -o": "-o needs a value: NAME",
    "list -o 2x": "'2x' is not a variable name",
    "list -o class": "'class' is not a variable name",
    "list --status redy": "Did you mean ready?",
    "list --status failed --status redy": "Did you mean ready?",
    "list --budget x": "%serving help list lists the options.",
    "list --kind": "--kind needs a value: KIND",
    "status churn --workspace ''": "A connection's name is text",
    "create ads": "What should it serve?",
    "create ads --config {": "This bracket is never closed: '}' is missing",
    'create ads --config {"a": }': "This is not JSON",
    'create ads --config {"a": $nix}': "There is no variable nix",
    "create ads --config [1]": "[1] is not a JSON object",
    "create ads --config @no-such-file.json": "can't be read",
    "create ads --config {} --version 3": "What to serve is said more than once",
    "create ads --entity m --tag team": "'team' is not a key=value pair",
    "update churn": "Nothing to change was named.",
    "update churn --traffic churn_model-3": "For example: --traffic ads-2=30",
    "update churn --traffic churn_model-3=120": "'120' is not a whole percent from 0 to 100",
    "update churn --traffic churn_model-3=half": "'half' is not a whole percent",
    "update churn --traffic churn_model-9=30": "churn has no served entity 'churn_model-9'",
    "update churn --traffic churn_model-3=30": "there is no other entity for the rest",
    "update churn --traffic churn_model-3=30 --traffic churn_model-3=40": "The share of churn_model-3 is given twice",
    "update churn --traffic churn_model-3=30 --version 4": "there is no other entity for the rest",
    "metrics": "NAME is missing: the endpoint.",
    "metrics churn pricing": "'pricing' is unexpected here",
    "metrics churn --entity": "--entity needs a value: ENTITY",
    "metrics churn --entity churn_model-9": "churn has no served entity 'churn_model-9'",
    "metrics churn --histroy": "Did you mean --history?",
    "metrics churn --history=all": "--history is a switch",
    "metrics churn --watch --entity churn_model-3": "--entity is for the table; --watch opens the panel",
    "metrics churn --watch --history": "--history is for the table; --watch opens the panel",
    "connect mok": "Did you mean %serving connect mock",
    "connect adb-1.azuredatabricks.net": "Is it a host?",
    "connect --token dapi0123456789abcdef": "A token doesn't belong in a notebook",
    "connect mock --speed fast": "'fast' is not a positive number",
    "connect mock --clock tick": "'tick' is not one of demo, scaled, manual",
    "mock advanc 60": "Did you mean advance?",
    "mock advance": "SECONDS is missing",
    "mock reset 60": "reset takes no seconds",
    "help stpo": "Did you mean stop?",
    "logs fraud-detector": "3 served entities: fraud_detector-7, fraud_challenger-2, fraud_detector-8",
    "logs churn --entity churn_modl-3": "Did you mean churn_model-3?",
    "logs churn --tail 0": "'0' is not a whole number of 1 or more",
    "logs churn --tail 2.5": "--tail 200, or --tail all",
    "logs churn --context -1": "'-1' is not a whole number of 0 or more",
    "logs churn --config-version new": "'new' is not a whole number",
    "logs churn --level eror": "Did you mean error?",
    "logs churn --grep '(a'": "missing ), unterminated subpattern at position 0",
    "logs churn --save no/such/folder/x.log": "can't be written: No such file or directory",
    "logs churn --watch --grep x": "--watch opens all of it",
    "logs churn --compare churn_model-4": "the build of churn_model-4 twice",
    "logs churn --compare nothing": "churn has no served entity 'nothing'",
    "logs fraud-detector --entity fraud_detector-7 --compare fraud_detector-8": "no build log of fraud_detector-8",
    "logs churn --compare churn_model-3 --level error": "--compare reads two",
    "grant churn": "PRINCIPAL is missing: a user's e-mail",
    "grant churn analysts": "LEVEL is missing",
    "grant churn analysts CAN_QERY": "Did you mean CAN_QUERY?",
    "grant churn analysts own": "There are CAN_VIEW, CAN_QUERY, CAN_MANAGE.",
    "grant churn '  ' view": "It is empty",
    "grant churn analysts view --kind grup": "Did you mean group?",
    "revoke churn": "PRINCIPAL is missing",
    "revoke churn analysts view": "'view' is unexpected here",
    "permissions churn servingendpoints x": "With type and id it is get or update",
    "permissions get clusters x": "'clusters' is neither servingendpoints nor serving-endpoints",
    "permissions get servingendpoints": "ID is missing",
    "permissions get servingendpoints 0123": "No endpoint that you may view has the id '0123'",
    "permissions get servingendpoints churn {}": "permissions get takes no grants",
    "permissions get servingendpoints churn --copy-from chat": "permissions get has no --copy-from",
    "permissions update servingendpoints churn": "The grants to make are missing",
    "permissions update servingendpoints churn --json": "The grants to make are missing",
    "permissions churn {}": "Grants go after --import here.",
    "permissions churn --import {}": "There is no access_control_list",
    'permissions churn --import {"access_control_list": [{"user_name": 1}]}': "access_control_list[0].user_name",
    "permissions churn --import @no-such-file.json": "can't be read",
    "permissions churn --import {} --copy-from chat": "both say what to grant",
    "permissions churn --copy-from churn": "These are the permissions of churn already",
    "permissions churn --replace": "--replace belongs to a change",
    "permissions churn --dry-run": "--dry-run belongs to a change",
    "permissions churn --save no/such/folder/x.json": "can't be written",
    "tags churn team": "For example: team=risk",
    "tags churn =risk": "is not a key=value pair",
    "tags churn a=1 a=2": "Tag 'a' is given twice",
    'tags churn a=1 {"a": "2"}': "Tag 'a' is given twice",
    'tags churn {"a": 2}': "Tags are texts by keys",
    "tags churn --remove teem": "Did you mean team?",
    "tags churn team=x --remove team": "to be set and to be removed",
    "tags churn --dry-run": "no tag to set and none to remove",
    "budget": "NAME is missing",
    "compare": "NAME is missing",
    "compare churn@pending": "at position 6",
    "watch --since soon": "'soon'",
    "watch --notify --bogus": "watch has no option --bogus",
    "idle --hours 0": "is not a positive number",
    "idle --hours soon": "is not a positive number",
    "undo --number 0": "not a whole number of 1 or more",
    "undo --numbr 1": "Did you mean --number?",
    "models main": "'main' is neither a model nor a schema",
    "models main.risk.fraud_detectr": "Did you mean main.risk.fraud_detector?",
    "grant churn analysst view": "No user, group or service principal is called 'analysst'",
    "permissions churn --explain nothing-like-it": "No user, group or service principal is called",
    "schema": "NAME is missing",
    "schema churn --format dataframe_recrds": "Did you mean dataframe_records?",
    "schema churn --format tensor": "It takes dataframe_split, dataframe_records.",
    "schema churn --entity churn_modl-3": "Did you mean churn_model-3?",
    "schema churn --entity churn_model-4": "says nothing of 'churn_model-4'",
    "schema churn --save no/such/folder/x.json": "can't be written: No such file or directory",
    "schema chat --save x.json": "There is no document to save",
    "schema churn --watch --notes": "--watch opens the explorer",
    "sample churn --rows 0": "'0' is not a whole number of 1 or more",
    "sample churn --rows 10001": "10,001 rows are no sample",
    "sample churn --code curk": "Did you mean curl?",
    "sample chat --format inputs": "It takes chat.",
    "query churn": "The request is missing",
    "query churn ''": "It is empty",
    "query churn hello": "This is not JSON",
    "query churn {": "This bracket is never closed: '}' is missing",
    'query churn {"inputs": [1,]}': "This is not JSON",
    'query churn {"inputs": [NaN]}': "NaN is not JSON: write null.",
    f"query churn [{'9' * 5000}]": "Exceeds the limit",
    'query churn {"inputs": $nix}': "There is no variable nix",
    "query churn $nix": "There is no variable nix",
    "query churn @no-such-file.json": "can't be read",
    "query churn {} --payload {}": "The request is given more than once",
    'query churn {"inputs": [1]} --format dataframe_splt': "Did you mean dataframe_split?",
    'query churn {"inputs": [1]} --timeout soon': "'soon' is not a time",
    "predict churn": "$DF is missing",
    "predict churn $number": "int is not a table",
    "predict churn churn.csv": "'churn.csv' is not a table",
    "predict churn [] --join": "this is not one",
    "predict churn [] --on-error halt": "'halt' is not one of raise, rows",
    "predict churn [] --params [1]": "[1] is not a JSON object",
    "panel churn --tab tgas": "Did you mean tags?",
    "status --live": "--live needs a name",
    "--jsn": "Did you mean --json?",
    "--workspace": "--workspace needs a value: NAME",
    "list --json yes please": "'please' is unexpected here",
    "list --json=yes": "--json is a switch",
    "list --kind extern": "Did you mean external?",
    "browse a/b": "'/' at position 2",
    "browse churn pricing": "'pricing' is unexpected here",
    "panel": "NAME is missing",
    "panel churn --tab": "--tab needs a value: TAB",
    "wait": "NAME is missing",
    "update": "NAME is missing",
    "update churn --version 4 --config {}": "What to serve is said more than once",
    "start": "NAME is missing",
    "start churn --now": "start has no option --now",
    "delete": "NAME is missing",
    "delete churn --yes=no": "--yes is a switch",
    "delete churn --force": "delete has no option --force",
    "revoke churn '  '": "It is empty",
    "budget churn --policy x": "budget has no option --policy",
    "sample": "NAME is missing",
    "connect --switch nobody": "'nobody' can't be connected to",
    "mock journal 5": "journal takes no seconds",
    "mock --changes": "--changes belongs to the journal",
    "help create now": "'now' is unexpected here",
    "predict": "NAME is missing",
    "query": "NAME is missing",
    "create ads --env KEY": "'KEY' is not a key=value pair",
    "tutorial quikstart": "There is no tutorial 'quikstart'.",
    "tutorial --folder x": "--folder is only used when they are copied",
    "diagnose": "The log is missing: which one should be read?",
    "diagnose @no-such-file.txt": "can't be read",
    "bug a": "'a' is unexpected here",
    "bug --save no/such/folder/x.md": "can't be written",
    "report --bogus": "report has no option --bogus",
    "report --save no/such/folder/x.html": "can't be written",
    "close a b": "'b' is unexpected here",
    "ensure": "NAME is missing",
    "ensure ads --tag team": "'team' is not a key=value pair",
    "tags churn --json yes": "'yes' is not a key=value pair",
}

# Every fault has a place; where it is, for some of each sort. "" is the end of the line.
POINTS = {
    "stpo churn": "stpo",
    "'stop churn": "'stop",
    "stop 'churn'x": "x",
    "stop": "",
    "stop a/b": "a/b",
    "stop churn pricing": "pricing",
    "stop churn --wiat": "--wiat",
    "stop churn --wait=yes": "yes",
    "stop churn --timeout": "",
    "stop churn --timeout soon": "soon",
    "status $nix": "nix",
    "status $churn_name.uper": "uper",
    "list -o 2x": "2x",
    "create ads": "",
    'create ads --config {"a": }': "}",
    'create ads --config {"a": $nix}': "nix",
    "create ads --config {} --version 3": "--version",
    "connect --token dapi0123456789abcdef": "--token",
    "mock reset 60": "60",
    "logs churn --grep '(a'": "'(a'",
    "logs churn --watch --grep x": "--grep",
    "grant churn analysts own": "own",
    "permissions get clusters x": "clusters",
    "tags churn --remove teem": "--remove",
    "schema churn --entity churn_modl-3": "--entity",
    "sample churn --rows 0": "0",
    'query churn {"inputs": [NaN]}': "NaN",
    "query churn @no-such-file.json": "@no-such-file.json",
    "predict churn $number": "$number",
    "panel churn --tab tgas": "tgas",
    "--jsn": "--jsn",
}
MISSING = ("missing", "needs a value", "What should", "Nothing to change", "To which", "How far")


@pytest.mark.parametrize("line", MALFORMED)
def test_a_malformed_line_gets_a_usage_line_and_a_suggestion_instead_of_a_traceback(line, shell, run, changes):
    shell.user_ns.update(churn_name="churn", number=42)
    outcome = run(f"%serving {line}")
    assert isinstance(outcome.error, ServingError)
    assert MALFORMED[line] in outcome.text
    assert "Traceback" not in outcome.text
    assert 'File "' not in outcome.text
    assert len(outcome.text.strip().splitlines()) <= 5
    assert changes() == []
    assert run("1 + 1").value == 2


@pytest.mark.parametrize("line", MALFORMED)
def test_a_malformed_line_is_pointed_at(line, shell, run, workspace):
    shell.user_ns.update(churn_name="churn", number=42)
    outcome = run(f"%serving {line}")
    assert isinstance(outcome.error, UsageError)
    lines = outcome.text.splitlines()
    caret = next(number for number, text in enumerate(lines) if text.strip() == "^")
    assert any(text.startswith("Usage: %serving") for text in lines)
    assert outcome.error.hint
    pointed = lines[caret - 1]
    at = lines[caret].index("^")
    # What is missing is missed at the end; all else begins where the caret stands, or within JSON or a variable there.
    begins = {match.start() for match in re.finditer(r"(?:^|(?<=[\s='\"]))\S", pointed)}
    inside = {match.start() for match in re.finditer(r"""[$.{\["'][^\s]*""", pointed)}
    if any(word in outcome.error.message for word in MISSING):
        assert at == len(pointed) or pointed[at:].startswith("--") or at in begins
    else:
        assert at in begins or any(place <= at < len(pointed) for place in inside)
    if line in POINTS:
        assert pointed[at:].startswith(POINTS[line])
        assert POINTS[line] or at == len(pointed)


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_there_are_malformed_lines_for_every_command(name):
    rows = [line for line in MALFORMED if (line.split()[0] if name else "") == name]
    rows = [line for line in MALFORMED if line.startswith("-")] if name == "" else rows
    assert len(rows) >= 2


def test_the_caret_stands_under_the_word_that_is_wrong(run, workspace):
    lines = run("%serving   stop  churn --timeout soon").text.splitlines()
    assert lines[2].index("^") == lines[1].index("soon")


def test_a_fault_in_a_cell_is_pointed_at_in_the_cell(run, workspace):
    outcome = run('%%serving create ads\n{"served_entities": [\n  {"entity_name": main.ml.ads}\n]}')
    lines = outcome.text.splitlines()
    assert lines[1] == '  {"entity_name": main.ml.ads}'
    assert lines[2].index("^") == lines[1].index("main")


def test_a_body_for_a_command_that_takes_none_is_refused(run, workspace):
    outcome = run("%%serving list\nchurn")
    assert "list takes no body" in outcome.text
    assert "%serving list with one percent sign" in outcome.text


def test_a_token_on_the_line_is_never_repeated(run, workspace):
    for line in (
        "connect --host example.com --token s3cret-value",
        "connect --token=s3cret-value --host",
        "connect moc --token 's3cret-value",
        "connect --token s3cret-value 'x",
        "conect --token s3cret-value",
    ):
        outcome = run(f"%serving {line}")
        assert outcome.error is not None
        assert "s3cret-value" not in outcome.text


def test_debug_brings_the_traceback_back(run, workspace):
    assert "Traceback" not in run("%serving stpo").text
    run("%config ServingMagics.debug = True")
    outcome = run("%serving stpo")
    assert "Traceback" in outcome.text
    assert "There is no command 'stpo'." in outcome.text


@pytest.mark.parametrize(
    "line", ["connect --tokn kanarie-5511", "connect --tokn=kanarie-5511", "list --tk 'kanarie-5511'"]
)
def test_what_follows_an_option_that_there_is_not_is_never_repeated(line):
    from serving_widgets.line import tokenise
    from serving_widgets.magic.registry import command
    from serving_widgets.magic.syntax.parsing import parse
    from serving_widgets.magic.syntax.usage_error import UsageError

    tokens = tokenise(line)
    with pytest.raises(UsageError, match="has no option") as caught:
        parse(tokens[0].text, command(tokens[0].text), tokens[1:], line, {})
    assert "kanarie" not in str(caught.value)
