"""Marks of what was shown."""

import subprocess
import sys

from serving_widgets.widgets.core.shown_mark import mark_of

MARK = "from serving_widgets.widgets.core.shown_mark import mark_of; print(mark_of('churn', '4711'))"


def test_the_same_thing_has_the_same_mark_and_another_one_has_another():
    assert mark_of("churn", {"a": 1}) == mark_of("churn", {"a": 1})
    assert mark_of("churn", {"a": 1}) != mark_of("churn", {"a": 2})


def test_nobody_finds_what_a_mark_was_made_of_by_making_it_again_in_another_process():
    other = subprocess.run([sys.executable, "-c", MARK], capture_output=True, text=True, check=True).stdout.strip()
    assert other != mark_of("churn", "4711")
