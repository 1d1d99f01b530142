"""``%serving close``."""

import serving_widgets as sw
from serving_widgets.workspace import connections


def test_the_active_connection_is_closed_and_the_one_that_is_active_now_is_named(run, workspace):
    sw.connect("mock", name="team")
    shown = run("%serving close").text
    assert shown.startswith("The connection team is closed")
    assert list(connections()) == ["tutorial"]


def test_a_connection_is_closed_by_its_name_and_the_active_one_stays(run, workspace):
    sw.connect("mock", name="team")
    sw.connect("mock", name="other")
    assert "(connection other)" in run("%serving close team").text
    assert set(connections()) == {"tutorial", "other"}
    assert "Did you mean other?" in run("%serving close othr").text


def test_where_none_is_open_that_is_said(run, nowhere):
    assert "No connection is open." in run("%serving close").text


def test_the_connection_that_was_active_before_is_active_again_and_the_next_line_says_so_once(run, workspace):
    sw.connect("mock", name="first")
    sw.connect("mock", name="second")
    run("%serving connect first")
    third = sw.connect("mock", name="third")
    third.close()
    said = "The connection third was closed. The one that was active before it is active again: first (mock workspace"
    assert said in run("%serving list").text
    assert "was closed" not in run("%serving list").text
    assert "(connection second). It was active before." in run("%serving close").text
    assert "was closed" not in run("%serving status").text
