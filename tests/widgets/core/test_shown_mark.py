"""Marks of what a view showed, which tell nothing of it."""

import importlib.util

from serving_widgets.widgets.core import shown_mark


def test_a_mark_is_another_one_in_each_process_so_that_a_short_secret_cannot_be_tried_out():
    shown = {"environment_vars": {"PIN": "4711"}}
    mark = shown_mark.mark_of(shown)
    assert mark == shown_mark.mark_of(shown)
    assert mark != shown_mark.mark_of({"environment_vars": {"PIN": "4712"}})
    spec = importlib.util.find_spec(shown_mark.__name__)
    elsewhere = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(elsewhere)  # as in another process: a key of its own
    assert elsewhere.mark_of(shown) != mark
