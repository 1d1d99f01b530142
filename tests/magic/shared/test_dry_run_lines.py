"""Whatever ``--dry-run`` shows is what the same line sends without it."""

import json
import re

import pytest

from serving_widgets.api.redaction import HIDDEN
from serving_widgets.magic.registry import COMMANDS, command

NEW = "--entity main.ml.ads --version 1 --env KEY=hunter2-0123456789 --tag team=ads"

#: Lines of each command that has the option, each of which sends one request.
LINES = {
    "create": [f"create ads {NEW}"],
    "delete": ["delete pricing"],
    "ensure": [f"ensure ads {NEW}", "ensure recommender --entity main.shop.recommender --version 5"],
    "grant": ["grant churn vera@example.com CAN_QUERY", "grant churn analysts CAN_MANAGE"],
    "permissions": ["permissions pricing --copy-from churn"],
    "revoke": ["revoke churn analysts"],
    "start": ["start pricing"],
    "stop": ["stop churn"],
    "tags": ["tags recommender team=risk", "tags recommender --remove team", "tags recommender a=1 --remove team"],
    "undo": ["undo"],
    "update": [
        "update recommender --version 3",
        "update recommender --env KEY=hunter2-0123456789",
        "update recommender --size Large",
    ],
}


def writes(workspace):
    """Return (method, path, body) of each write that the mock has seen."""
    return [
        (each["method"], each["path"], json.loads(json.dumps(each["body"]).replace("[redacted]", HIDDEN)) or None)
        for each in workspace.mock.journal()
        if each["method"] != "GET"
    ]


def test_every_command_with_a_dry_run_is_tried_here():
    assert {name for name in COMMANDS if command(name).writes or name == "undo"} == set(LINES)


@pytest.mark.parametrize("line", [line for lines in LINES.values() for line in lines])
def test_what_a_dry_run_shows_is_what_the_line_sends(line, run, workspace):
    if line == "undo":
        assert run("%serving stop churn --yes").error is None
        workspace.mock.advance(60)
    before = len(writes(workspace))
    dry = run(f"%serving {line} --dry-run")
    assert dry.error is None
    shown = [
        (method, path, json.JSONDecoder().raw_decode(rest)[0] if rest.startswith("{") else None)
        for method, path, rest in re.findall(r"This request would be sent[^\n]*:\n\n(\S+) (\S+)\n?([^\0]*)", dry.text)
    ]
    assert len(shown) == 1
    assert writes(workspace)[before:] == []
    asks = any(option.name == "yes" for option in command(line.split()[0]).options)
    assert run(f"%serving {line}{' --yes' if asks else ''}").error is None
    assert writes(workspace)[before:] == shown
