"""Marks of what a view showed, which tell nothing of it."""

from serving_widgets.widgets.core import shown_mark


def test_a_mark_is_another_one_in_each_process_so_that_a_short_secret_cannot_be_tried_out(monkeypatch):
    shown = {"environment_vars": {"PIN": "4711"}}
    mark = shown_mark.mark_of(shown)
    assert mark == shown_mark.mark_of(shown)
    monkeypatch.setattr(shown_mark, "_KEY", b"of another process")
    assert shown_mark.mark_of(shown) != mark
