"""The table of widgets: one line there, and the package, its type checkers and the front end know a widget."""

import ast
import inspect

import pytest

import serving_widgets as sw
from serving_widgets.widgets.core.base import ServingWidget


@pytest.fixture(scope="module")
def views(project):
    return {path.stem for path in (project / "js" / "src" / "views").glob("*/*.tsx") if path.stem.islower()}


@pytest.mark.parametrize("name", sw.WIDGETS)
def test_a_widget_is_public_under_its_name_and_has_a_view_named_like_its_module(name, views):
    widget = getattr(sw, name)
    assert issubclass(widget, ServingWidget)
    assert name in sw.__all__
    assert widget._kind == sw.WIDGETS[name].rpartition(".")[2]
    assert widget._kind in views


def test_type_checkers_know_the_widgets_of_the_table():
    imported = {
        alias.name
        for node in ast.walk(ast.parse(inspect.getsource(sw)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert set(sw.WIDGETS) <= imported
