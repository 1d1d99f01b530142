"""Recipes do what they say, for any name."""

import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.line import tokenise
from serving_widgets.workspace.session.recipes import RECIPES, recipe

text = st.text(min_size=1, max_size=20)
FIELDS = ("entity_name", "entity_version", "workload_size", "workload_type")
# Action → details that any text may stand in.
DETAILS = {
    "logs": lambda word: {"entity": word, "config_version": 3},
    "build_logs": lambda word: {"entity": word},
    "grant": lambda word: {"principal": word, "level": "CAN_QUERY"},
    "revoke": lambda word: {"principal": word, "confirm": True},
    "tags": lambda word: {"tags": {f"key of {word}".replace("=", " "): word}, "remove": [word]},
    "schema": lambda word: {"entity": word, "format": word},
    "sample": lambda word: {"entity": word, "rows": 3},
    "query": lambda word: {"payload": {"inputs": [word]}, "entity": word},
    "predict": lambda word: {"entity": word},
    "create": lambda word: {"fields": dict.fromkeys(FIELDS, word) | {"scale_to_zero_enabled": True}},
    "update": lambda word: {"config": {"served_entities": [{"entity_name": word, "scale_to_zero_enabled": True}]}},
}


def test_a_recipe_is_one_magic_line_and_one_python_line():
    made = recipe("stop", "churn")
    assert made.magic == "%serving stop churn"
    assert made.python == 'sw.workspace().endpoints.get("churn").stop()'


def test_a_recipe_names_the_workspace_where_another_one_is_active():
    made = recipe("delete", "churn", workspace="my team")
    assert tokenise_texts(made.magic) == ["delete", "churn", "--yes", "--workspace", "my team"]
    assert made.python == 'sw.workspace("my team").endpoints.get("churn").delete()'


@pytest.mark.parametrize(
    ("action", "details", "magic", "python"),
    [
        ("logs", {}, "logs churn", ".logs()"),
        ("logs", {"entity": "a-1"}, "logs churn --entity a-1", '.logs(entity="a-1")'),
        (
            "build_logs",
            {"entity": "a-1", "config_version": 4},
            "logs churn --build --entity a-1 --config-version 4",
            '.build_logs(entity="a-1", config_version=4)',
        ),
        ("permissions", {}, "permissions churn", ".permissions.list()"),
        (
            "grant",
            {"principal": "ada@example.com", "level": "CAN_VIEW"},
            "grant churn ada@example.com CAN_VIEW",
            '.permissions.grant("ada@example.com", "CAN_VIEW")',
        ),
        (
            "revoke",
            {"principal": "data science", "confirm": True},
            "revoke churn 'data science' --confirm",
            '.permissions.revoke("data science", confirm=True)',
        ),
        (
            "tags",
            {"tags": {"team": "risk", "pii": None}, "remove": ["season"]},
            "tags churn team=risk pii= --remove season",
            '.set_tags({"team": "risk", "pii": None}, remove=["season"])',
        ),
        ("tags", {"tags": {"a=b": "c"}}, 'tags churn {"a=b": "c"}', '.set_tags({"a=b": "c"})'),
        ("tags", {"remove": ["season"]}, "tags churn --remove season", '.set_tags(remove=["season"])'),
        (
            "update",
            {"config": {"served_entities": [{"entity_name": "m", "scale_to_zero_enabled": True}]}},
            'update churn --config {"served_entities": [{"entity_name": "m", "scale_to_zero_enabled": true}]}',
            '.update_config({"served_entities": [{"entity_name": "m", "scale_to_zero_enabled": True}]})',
        ),
        ("schema", {}, "schema churn", ".openapi()"),
        (
            "schema",
            {"entity": "a-1", "format": "inputs"},
            "schema churn --entity a-1 --format inputs",
            '.openapi().format("inputs", "a-1")',
        ),
        (
            "sample",
            {"format": "inputs", "rows": 5},
            "sample churn --format inputs --rows 5",
            '.sample(format="inputs", rows=5)',
        ),
        ("query", {}, "query churn $payload", ".query(payload)"),
        (
            "query",
            {"payload": {"inputs": [1.0, None]}, "entity": "a-1"},
            'query churn {"inputs": [1.0, null]} --entity a-1',
            '.query({"inputs": [1.0, None]}, entity="a-1")',
        ),
        ("predict", {}, "predict churn $df", ".predict(df)"),
    ],
)
def test_a_recipe_says_what_its_action_is_about(action, details, magic, python):
    made = recipe(action, "churn", **details)
    assert made.magic == f"%serving {magic}"
    assert made.python == f'sw.workspace().endpoints.get("churn"){python}'


def test_a_recipe_opens_the_panel_of_an_endpoint():
    assert recipe("panel", "churn").python == 'sw.EndpointPanel(sw.workspace().endpoints.get("churn"))'


def test_a_recipe_holds_no_secret():
    config = {"served_entities": [{"environment_vars": {"KEY": "hunter2", "OTHER": "{{secrets/a/b}}"}}]}
    made = recipe("update", "churn", config=config)
    assert "hunter2" not in made.magic + made.python
    assert "{{secrets/a/b}}" in made.magic
    assert "{{secrets/a/b}}" in made.python


@given(action=st.sampled_from(sorted(RECIPES.keys() - {"idle"})), name=text, word=text)
def test_any_name_goes_unchanged_through_both_lines(action, name, word):
    made = recipe(action, name, **DETAILS.get(action, lambda _: {})(word))
    assert made.magic.isprintable()
    words = tokenise_texts(made.magic)
    constants = [node.value for node in ast.walk(ast.parse(made.python)) if isinstance(node, ast.Constant)]
    assert name in words
    assert name in constants
    if action in DETAILS:
        assert word in constants
        assert word in [*words, *(found for each in words if each.startswith('{"') for found in texts(each))]


def texts(token):
    """Return every text within the JSON of a token; none where it only looks like JSON."""
    try:
        waiting = [json.loads(token)]
    except ValueError:
        return
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            waiting.extend([*value, *value.values()] if isinstance(value, dict) else value)


def tokenise_texts(line):
    return [token.text for token in tokenise(line.removeprefix("%serving "))]
