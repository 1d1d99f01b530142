"""``%serving watch``, and timers by line."""


def test_what_changed_is_listed_and_told(run, workspace):
    run("%serving connect mock --name fresh")
    assert "Nothing changed since" in run("%serving watch").text
    run("%serving tags churn team=risk")
    run("%serving tags pricing team=risk")
    assert "team=risk" in run("%serving watch churn --since 10m").text
    assert run("x = %serving watch").error is None
    assert len(run("%serving watch").value) == 2
    assert len(run("%serving watch churn").value) == 1
    assert "Changes of churn are printed as they are seen" in run("%serving watch churn --notify").text
    assert "Changes are told no more" in run("%serving watch --stop").text
    assert "No changes were being told" in run("%serving watch --stop").text


def test_a_line_stops_what_was_made_here_after_a_time(run, workspace, changes):
    run("%serving create ads --entity main.ml.ads --version 1 --stop-after 30")
    assert "StopTimer of ads: stops it at" in run("%serving stop ads --after 60").text
    assert "StopTimer of ads: cancelled" in run("%serving stop ads --keep").text
    assert "ads has no timer." in run("%serving stop ads --keep").text
    assert "was not created through this connection" in run("%serving stop churn --after 5").text
    assert changes() == ["POST /api/2.0/serving-endpoints"]
