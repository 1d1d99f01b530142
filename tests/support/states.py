"""Each widget in each state, theme and width: pictures for looking at, on one contact sheet, and read by axe.

``pytest tests/support/states.py`` puts them into ``shots/`` (or where ``SERVING_WIDGETS_SHOTS`` says), which is not
part of the repository; ``-k Badge`` makes those of one widget.
"""

import os
from pathlib import Path

import pytest

SHOTS = Path(os.environ.get("SERVING_WIDGETS_SHOTS", Path(__file__).parents[2] / "shots"))
THEMES = ("light", "dark", "forced")
WIDTHS = (1300, 700, 360)
#: Every service of its own, so that a fault in one is none in another. Displaying waits for the first picture.
SETUP = """
import serving_widgets as sw
import serving_widgets.widgets.core.base as base
base.FIRST_PICTURE = 1.0
import itertools
number = itertools.count(1)
from serving_widgets.widgets.metrics.endpoint_metrics import EndpointMetrics
DENIED = {"error_code": "PERMISSION_DENIED", "message": "User ada@example.com does not have permission for that."}
def service(scenario="demo", *faults, read_only=False):
    ws = sw.connect("mock", scenario=scenario, clock="manual", name=f"w{next(number)}")
    ws.mock.faults([{"count": None, **fault} for fault in faults])
    return sw.connect(host=ws.host, token=ws.mock.token, read_only=True, name=f"{ws.name}-reader") if read_only else ws
def slow(path="*"): return service("demo", {"path": path, "delay": 600})
def denied(path="*"): return service("demo", {"path": path, "status": 403, "body": DENIED})
def hours(ws, name):
    for _ in range(30): ws.endpoints.get(name).metrics(); ws.mock.advance(60)
    return ws
def then_down(ws): ws.mock.faults([{"path": "*", "status": 503, "count": None}]); ws.mock.advance(600)
"""
#: Widget → state → the line that shows it; ``later`` is run after the picture is drawn.
WIDGETS = {
    "CreateEndpoint": {
        "loading": "sw.CreateEndpoint(workspace=slow())",
        "normal": "sw.CreateEndpoint('ads', workspace=service())",
        "error": "sw.CreateEndpoint('churn', workspace=denied('*unity-catalog*'))",
        "read-only": "sw.CreateEndpoint('ads', workspace=service(read_only=True))",
        "stale": "down = service(); sw.CreateEndpoint('ads', workspace=down)",
    },
    "EndpointCompare": {
        "loading": "sw.EndpointCompare('churn', 'pricing', workspace=slow())",
        "empty": "sw.EndpointCompare('churn', 'churn', workspace=service())",
        "normal": "sw.EndpointCompare('churn', 'pricing', workspace=service())",
        "error": "sw.EndpointCompare('churn', 'pricing', workspace=denied())",
        "read-only": "sw.EndpointCompare('churn', workspace=service(read_only=True))",
        "stale": "down = service(); sw.EndpointCompare('churn', 'pricing', workspace=down)",
    },
    "EndpointBrowser": {
        "loading": "sw.EndpointBrowser(workspace=slow())",
        "empty": "sw.EndpointBrowser(workspace=service('empty'))",
        "normal": "sw.EndpointBrowser(selected='fraud-detector', workspace=service())",
        "error": "sw.EndpointBrowser(workspace=denied())",
        "read-only": "sw.EndpointBrowser(workspace=service(read_only=True))",
        "stale": "down = service(); sw.EndpointBrowser(workspace=down)",
    },
    "StatusBadge": {
        "loading": "sw.StatusBadge('churn', workspace=slow())",
        "empty": "sw.StatusBadge('no-such-endpoint', workspace=service())",
        "normal": "sw.StatusBadge('churn', workspace=service())",
        "error": "sw.StatusBadge('churn', workspace=denied())",
        "read-only": "sw.StatusBadge('pricing', workspace=service(read_only=True))",
        "stale": "down = service(); sw.StatusBadge('churn', workspace=down)",
    },
    "EndpointControls": {
        "loading": "sw.EndpointControls('churn', workspace=slow())",
        "empty": "sw.EndpointControls('no-such-endpoint', workspace=service())",
        "normal": "sw.EndpointControls('churn', workspace=service())",
        "error": "sw.EndpointControls('churn', workspace=denied())",
        "read-only": "sw.EndpointControls('churn', workspace=service(read_only=True))",
        "stale": "down = service(); sw.EndpointControls('churn', workspace=down)",
    },
    "EndpointPanel": {
        "loading": "sw.EndpointPanel('churn', workspace=slow())",
        "empty": "sw.EndpointPanel('no-such-endpoint', workspace=service())",
        "normal": "sw.EndpointPanel('fraud-detector', workspace=service())",
        "error": "sw.EndpointPanel('churn', workspace=denied())",
        "read-only": "sw.EndpointPanel('churn', tab='config', workspace=service(read_only=True))",
        "stale": "down = service(); sw.EndpointPanel('churn', workspace=down)",
    },
    "LogViewer": {
        "loading": "sw.LogViewer('churn', workspace=slow('*logs*'))",
        "empty": "sw.LogViewer('pricing', workspace=service())",
        "normal": "sw.LogViewer('churn', 'churn_model-4', sort='build', workspace=service())",
        "error": "sw.LogViewer('churn', workspace=denied('*logs*'))",
        "read-only": "sw.LogViewer('chat', workspace=service(read_only=True))",
        "stale": "down = service(); sw.LogViewer('churn', workspace=down)",
    },
    "PermissionsEditor": {
        "loading": "sw.PermissionsEditor('churn', workspace=slow('*permissions*'))",
        "empty": "sw.PermissionsEditor('databricks-llama', workspace=service())",
        "normal": "sw.PermissionsEditor('churn', workspace=service())",
        "error": "sw.PermissionsEditor('churn', workspace=denied('*permissions*'))",
        "read-only": "sw.PermissionsEditor('churn', workspace=service(read_only=True))",
        "stale": "down = service(); sw.PermissionsEditor('churn', workspace=down)",
    },
    "SchemaExplorer": {
        "loading": "sw.SchemaExplorer('example-endpoint', workspace=slow('*openapi*'))",
        "empty": "sw.SchemaExplorer('pricing', workspace=service())",
        "normal": "sw.SchemaExplorer('example-endpoint', workspace=service())",
        "error": "sw.SchemaExplorer('example-endpoint', workspace=denied('*openapi*'))",
        "read-only": "sw.SchemaExplorer('chat', workspace=service(read_only=True))",
        "stale": "down = service(); sw.SchemaExplorer('example-endpoint', workspace=down)",
    },
    "EndpointMetrics": {
        "loading": "EndpointMetrics('churn', workspace=slow('*metrics*'))",
        "empty": "EndpointMetrics('pricing', workspace=service())",
        "normal": "EndpointMetrics('fraud-detector', workspace=hours(service(), 'fraud-detector'))",
        "error": "EndpointMetrics('churn', workspace=denied('*metrics*'))",
        "read-only": "EndpointMetrics('churn', workspace=service(read_only=True))",
        "stale": "down = hours(service(), 'churn'); EndpointMetrics('churn', workspace=down)",
    },
    "Query": {
        "normal": "sw.EndpointPanel('example-endpoint', tab='query', workspace=service())",
        "empty": "sw.EndpointPanel('pricing', tab='query', workspace=service())",
        "chat": "sw.EndpointPanel('chat', tab='query', workspace=service())",
        "read-only": "sw.EndpointPanel('example-endpoint', tab='schema', workspace=service(read_only=True))",
        "stale": "down = service(); sw.EndpointPanel('example-endpoint', tab='query', workspace=down)",
    },
}


@pytest.mark.parametrize("widget", WIDGETS)
def test_every_state_is_pictured_and_axe_finds_nothing(lab, widget):
    states = WIDGETS[widget]
    lab.open([SETUP, *states.values(), "then_down(down)"]).run(0)
    # The notebook scrolls by itself: what does not fit into the window would be cut off.
    lab.page.set_viewport_size({"width": 1500, "height": 2400})
    places = dict(enumerate(states, start=1))
    for index in places:
        lab.run(index)
    lab.run(len(places) + 1).show(1).rest()
    found, files = [], []

    def look(shown):
        for theme in THEMES:
            lab.page.emulate_media(forced_colors="active" if theme == "forced" else "none")
            lab.theme("dark" if theme == "dark" else "light")
            for width in WIDTHS:
                lab.width(width, next(iter(shown)))
                for index, state in shown.items():
                    lab.show(index)
                    files.append(picture(lab, index, f"{widget}-{state}-{theme}-{width}"))
                    found.extend(f"{state}, {theme}, {width}: {each}" for each in lab.violations(index))
        lab.page.emulate_media(forced_colors="none")

    look(places)
    lab.restart().rest()
    look({index: "frozen" for index, state in places.items() if state == "normal"})
    sheet(lab, widget, files)
    assert found == []


def picture(lab, index, name):
    """Take a picture of a cell's output and return its name."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    lab.output(index).locator(".jp-OutputArea-output").first.screenshot(path=SHOTS / f"{name}.png")
    return name


def sheet(lab, widget, names):
    """Write all pictures of a widget on one page, and take a picture of that for each theme."""
    cell = '<figure><figcaption>{0}</figcaption><img src="{1}.png"></figure>'
    for theme in THEMES:
        told = [(name.removeprefix(f"{widget}-"), name) for name in names if f"-{theme}-" in name]
        body = "".join(cell.format(*each) for each in told)
        style = "<style>body{display:flex;flex-wrap:wrap;gap:8px;font:11px sans-serif;background:#999}"
        style += "figure{margin:0}img{zoom:0.6;max-height:1100px;object-fit:cover;object-position:top}</style>"
        file = SHOTS / f"sheet-{widget}-{theme}.html"
        file.write_text(f"<!doctype html><title>{widget}</title>{style}{body}")
        page = lab.page.context.browser.new_page(viewport={"width": 1900, "height": 800})
        page.goto(file.as_uri())
        page.screenshot(path=file.with_suffix(".png"), full_page=True)
        page.close()
