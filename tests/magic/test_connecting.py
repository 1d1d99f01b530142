"""Switching between connections on a line."""

import serving_widgets as sw
from serving_widgets.workspace import active, connections


def test_the_first_mock_can_be_returned_to_as_it_was(workspace, run):
    sw.connect("mock", clock="manual").endpoints.get("unity-model-endpoint").stop()
    first = active()
    sw.connect("mock", clock="manual", name="other")
    shown = run("%serving connect").text
    assert "%serving connect mock --switch" in shown
    run("%serving connect mock --switch")
    assert active() is first
    assert "Not ready (Stopped)" in run("%serving status unity-model-endpoint").text


def test_without_the_switch_a_fresh_mock_is_opened(workspace, run):
    before = sw.connect("mock", clock="manual")
    run("%serving connect mock --clock manual")
    assert active() is not before
    assert list(connections()).count("mock") == 1


def test_switching_to_what_is_not_open_is_refused(workspace, run):
    assert "Switch to which connection?" in run("%serving connect --switch").text
    for name in [name for name, opened in connections().items() if name == "mock"]:
        connections()[name].close()
    assert "No connection called mock is open" in run("%serving connect mock --switch").text
