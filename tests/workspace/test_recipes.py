"""Recipes do what they say, for any name."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.line import tokenise
from serving_widgets.workspace.recipes import RECIPES, recipe


def test_a_recipe_is_one_magic_line_and_one_python_line():
    made = recipe("stop", "churn")
    assert made.magic == "%serving stop churn"
    assert made.python == 'sw.workspace().endpoints.get("churn").stop()'


def test_a_recipe_names_the_workspace_where_another_one_is_active():
    made = recipe("delete", "churn", workspace="my team")
    assert tokenise_texts(made.magic) == ["delete", "churn", "--yes", "--workspace", "my team"]
    assert made.python == 'sw.workspace("my team").endpoints.get("churn").delete()'


@given(action=st.sampled_from(sorted(RECIPES)), name=st.text(min_size=1, max_size=20))
def test_any_name_goes_unchanged_through_both_lines(action, name):
    made = recipe(action, name)
    assert name in tokenise_texts(made.magic)
    constants = [node.value for node in ast.walk(ast.parse(made.python)) if isinstance(node, ast.Constant)]
    assert constants == [name]


def tokenise_texts(line):
    return [token.text for token in tokenise(line.removeprefix("%serving "))]
