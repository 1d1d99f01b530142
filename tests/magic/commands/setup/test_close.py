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
