"""``%serving undo``: the newest change, one after the other, and what it would send."""

import serving_widgets as sw


def test_lines_take_back_what_lines_changed(run, workspace, changes):
    run("%serving stop unity-model-endpoint")
    run("%serving tags churn team=risk")
    assert "tags" in run("%serving undo --list").text
    assert "PATCH /api/2.0/serving-endpoints/churn/tags" in run("%serving undo --dry-run").text
    assert len(changes()) == 2
    assert "The change of tags of churn was undone – mock workspace (demo):" in run("%serving undo").text
    assert "The stop of unity-model-endpoint was undone" in run("%serving undo unity-model-endpoint").text
    assert changes()[2:] == [
        "PATCH /api/2.0/serving-endpoints/churn/tags",
        "POST /api/2.0/serving-endpoints/unity-model-endpoint/config:start",
    ]


def test_what_cannot_be_taken_back_says_why(run, workspace):
    outcome = run("%serving undo nightly-scores")
    assert isinstance(outcome.error, sw.ActionRefused)
    assert "There is nothing to undo. No change of nightly-scores was made through this connection." in outcome.text


def test_lines_of_another_kernel_read_the_history_of_a_file(run, workspace, tmp_path, monkeypatch, changes):
    monkeypatch.setenv("DATABRICKS_TOKEN", workspace.mock.env()["DATABRICKS_TOKEN"])
    connect = f"%serving connect --host {workspace.host} --history {tmp_path / 'changes.sqlite'} --name"
    assert run(f"{connect} first").error is None
    run("%serving tags churn team=risk")
    run("%serving close first")
    assert run(f"{connect} second").error is None
    assert "team" in run("%serving undo --list").text
    assert "The change of tags of churn was undone" in run("%serving undo").text
    run("%serving close second")
    assert changes()[-2:] == ["PATCH /api/2.0/serving-endpoints/churn/tags"] * 2
