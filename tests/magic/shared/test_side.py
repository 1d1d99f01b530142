"""Live views at the side of a notebook."""

import pytest

from serving_widgets.magic.shared import side

sidecar = pytest.importorskip("sidecar", reason="no sidecar: pip install 'serving-widgets[side]'")


@pytest.fixture(autouse=True)
def hosts(monkeypatch, workspace):
    for variable in side._ELSEWHERE:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(side, "_PLACE", side._Place())


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("browse --side", "Endpoints of tutorial"),
        ("panel churn --side", "churn"),
        ("logs churn --side", "Server log of churn_model-3"),
    ],
)
def test_a_view_opens_at_the_side_and_the_line_says_so(run, line, title):
    outcome = run(f"%serving {line}")
    assert outcome.error is None
    assert f"{title} is open at the side." in outcome.text
    frame = side._PLACE._frame
    (output,) = frame.outputs
    assert frame.title == title
    assert output["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] == side._PLACE._view.model_id


def test_the_next_one_takes_its_place_and_the_one_before_is_closed(run):
    run("%serving panel churn --side")
    frame, panel = side._PLACE._frame, side._PLACE._view
    run("%serving panel chat --side")
    assert (frame.comm, panel.comm) == (None, None)
    assert side._PLACE._frame.title == "chat"


def test_a_view_that_is_kept_in_a_variable_stays(run, shell):
    run("kept = %serving panel churn --side")
    run("%serving panel chat --side -o other")
    run("%serving panel pricing --side")
    assert shell.user_ns["kept"].comm is not None
    assert shell.user_ns["other"].comm is not None
    assert shell.user_ns["kept"].endpoint == "churn"


@pytest.mark.parametrize("where", ["no package", "VS Code"])
def test_where_there_is_no_side_the_line_says_why_and_opens_it_in_place(run, monkeypatch, where):
    if where == "VS Code":
        monkeypatch.setenv("VSCODE_PID", "7")
    else:
        monkeypatch.setattr(side.importlib.util, "find_spec", lambda name: None)
    outcome = run("%serving panel churn --side")
    assert {"VS Code": "VS Code has no side area", "no package": "serving-widgets[side]"}[where] in outcome.text
    assert "It opens here instead." in outcome.text
    assert any("application/vnd.jupyter.widget-view+json" in each.data for each in outcome.displays)
