"""Pictures to look at: ``pytest tests/support/pictures.py`` takes those of README and notebooks again, and each state.

The pictures of the states, which ``states.py`` describes, stay out of the repository.
"""

from pathlib import Path

import pytest
from states import test_every_state_is_pictured_and_axe_finds_nothing  # noqa: F401 - one command takes them all

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"
CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
"""
WIDE, TALL = 860, 1400


@pytest.fixture
def take(lab):
    """Return a function that shows a widget, and one that takes its picture."""

    def show(cell, *before):
        lab.page.set_viewport_size({"width": 1280, "height": TALL})
        lab.open([CONNECT, *before, cell])
        last = len(before) + 1
        for index in range(last + 1):
            lab.run(index)
        return lab.width(WIDE, last).show(last).output(last).locator(".jp-OutputArea-output").first

    def keep(place, name):
        place.screenshot(path=IMAGES / f"{name}.png")

    return show, keep


def test_browser(take):
    show, keep = take
    place = show("sw.EndpointBrowser(selected='fraud-detector')")
    place.get_by_role("tab", name="Overview").wait_for()
    place.get_by_text("fraud_challenger-2").first.wait_for()
    keep(place, "browser")


def test_panel(take):
    show, keep = take
    place = show("sw.EndpointPanel('fraud-detector')")
    place.get_by_text("fraud_challenger-2").first.wait_for()
    keep(place, "panel")


def test_deploy(take):
    show, keep = take
    settle = "ws.mock.advance(3600); ws.endpoints.get('fraud-detector').label"
    place = show("sw.EndpointPanel('fraud-detector', tab='config')", settle)
    place.get_by_role("button", name="Deploy a version").click()
    slider = place.get_by_role("slider", name="Traffic to fraud_challenger-2")
    slider.focus()
    for _ in range(20):
        slider.press("ArrowRight")
    place.get_by_role("cell", name="30 %").wait_for()
    keep(place, "deploy")


def test_logs(take):
    show, keep = take
    place = show("sw.LogViewer('churn', 'churn_model-4', sort='build')")
    place.get_by_text("Version conflict").first.wait_for()
    keep(place, "logs")


def test_permissions(take):
    show, keep = take
    place = show("sw.PermissionsEditor('churn')")
    place.get_by_role("grid", name="Permissions").wait_for()
    place.get_by_role("textbox", name="Principal").fill("vera@example.com")
    place.get_by_role("button", name="Grant", exact=True).click()
    place.get_by_role("button", name="Save changes").wait_for()
    keep(place, "permissions")


def test_schema(take):
    show, keep = take
    place = show("sw.SchemaExplorer('example-endpoint')")
    place.get_by_role("button", name="Sample").click()
    place.get_by_role("button", name="Send request").click()
    place.get_by_text("14.9").first.wait_for()
    keep(place, "schema")


def test_metrics(take):
    show, keep = take
    hour = "fraud = ws.endpoints.get('fraud-detector')\nfor _ in range(60): ws.mock.advance(60); fraud.metrics()"
    place = show("sw.EndpointPanel('fraud-detector', tab='metrics')", hour)
    place.get_by_role("img").nth(3).wait_for()
    keep(place, "metrics")
