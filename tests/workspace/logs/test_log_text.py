"""Logs as text with more to it."""

import pickle

import pytest
from IPython.lib.pretty import pretty

from serving_widgets.workspace.logs.log_text import SHOWN, LogText

TEXT = """\
[hc4q8] [2026-01-12 09:00:05 +0000] [7] [ERROR] Exception on /invocations [POST]
[hc4q8] Traceback (most recent call last):
[hc4q8]   File "model.py", line 3, in predict
[hc4q8] ValueError: bad
[x9k2a] \x1b[32m[2026-01-12 09:00:06 +0000] [9] [INFO] fine\x1b[0m
"""


@pytest.fixture
def log():
    return LogText(TEXT, endpoint="churn", entity="churn-3")


def test_it_is_a_string(log):
    assert log == TEXT
    assert "ValueError: bad" in log
    assert (log.endpoint, log.entity, log.sort) == ("churn", "churn-3", "server")


def test_a_frame_has_a_row_for_each_line(log):
    frame = log.to_frame()
    assert list(frame.columns) == ["time", "replica", "level", "text"]
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"
    assert frame["level"].tolist() == ["error"] * 4 + ["info"]
    assert frame["text"].iloc[-1] == "[x9k2a] [2026-01-12 09:00:06 +0000] [9] [INFO] fine"
    assert frame["time"].iloc[2] == frame["time"].iloc[0]


def test_an_empty_log_makes_an_empty_frame_of_the_same_form():
    frame = LogText("").to_frame()
    assert list(frame.columns) == ["time", "replica", "level", "text"]
    assert len(frame) == 0
    assert str(frame["time"].dtype) == "datetime64[us, UTC]"


def test_a_saved_log_is_the_text_without_escape_sequences(log, tmp_path):
    path = log.save(tmp_path / "churn.log")
    assert path.read_bytes().decode() == TEXT.replace("\x1b[32m", "").replace("\x1b[0m", "")


def test_a_notebook_shows_the_end_of_a_long_log():
    long = LogText("\n".join(f"line {number}" for number in range(SHOWN + 5)))
    shown = pretty(long).split("\n")
    assert shown[0] == "… 5 lines before these; the variable has them all"
    assert (shown[1], shown[-1]) == ("line 5", f"line {SHOWN + 4}")
    assert pretty(LogText("")) == "The log is empty."


def test_it_can_be_pickled_whole(log):
    again = pickle.loads(pickle.dumps(log))
    assert (again, again.endpoint, again.entity, again.sort) == (TEXT, "churn", "churn-3", "server")


def test_the_steps_of_a_build_are_columns_of_its_frame():
    frame = LogText("#23 0.267 - numpy==2.1.0\n#24 1.5 done").to_frame()
    assert list(frame.columns) == ["time", "replica", "level", "text", "step", "seconds"]
    assert frame["step"].tolist() == [23, 24]


def test_a_log_tells_what_failed():
    (finding,) = LogText("ModuleNotFoundError: No module named 'lightgbm'").findings
    assert (finding.code, finding.lines) == ("missing_module", (1,))
