"""Journeys through what goes wrong or gets large, with the keyboard alone: nothing is lost."""

import json
import re

from keyboard import Keyboard
from made_notebooks import models

CONNECT = """
%load_ext serving_widgets
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
"""


def test_a_workspace_is_lost_and_back_and_the_draft_is_still_there(lab):
    cells = [
        CONNECT,
        "sw.EndpointPanel('example-endpoint', tab='config')",
        "ws.mock.faults([{'path': '*', 'status': 503, 'count': None}]); ws.mock.advance(60)",
        "ws.mock.faults([]); ws.mock.advance(60)",
    ]
    lab.open(cells).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("tab", "Config").to("Deploy a version").press("Enter")
    version = keys.place.get_by_role("combobox", name="Version")
    version.wait_for()
    keys.to("Version").press("ArrowUp")
    lab.run(2)
    keys.place.get_by_text(re.compile("retrying")).first.wait_for()
    lab.run(3)
    keys.place.get_by_text(re.compile("retrying")).first.wait_for(state="detached")
    lab.expect(version).to_have_value("3")


def test_a_kernel_is_restarted_the_page_reloaded_and_the_notebook_opened_again(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("searchbox", "Search endpoints").type("churn")
    lab.restart()
    keys.place.locator(".sw-banner-frozen").first.wait_for()
    lab.run(0).run(1)
    Keyboard(lab, 1).place.get_by_role("grid", name="Endpoints").wait_for()
    lab.reload().until_drawn(1)
    place = Keyboard(lab, 1).place
    lab.expect(place.get_by_role("grid", name="Endpoints")).to_have_attribute("aria-rowcount", "11")
    assert models(lab.saved()), "no widget state was saved"
    lab.close_tab()
    lab.server.end_kernels()
    lab.reload_page().until_drawn(1)
    lab.show(1).output(1).locator(".sw-banner-frozen").first.wait_for()
    lab.errors[:] = [error for error in lab.errors if "Cannot send" not in error]


def test_a_copy_of_a_notebook_that_is_not_trusted_shows_its_tables(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()", "sw.StatusBadge('churn')"]).run_all().save()
    foreign = lab.server.root / f"foreign-{lab.path}"
    saved = lab.saved()
    saved["metadata"]["from"] = "someone else"
    foreign.write_text(json.dumps(saved))
    lab.open_copy(foreign)
    lab.show(1).output(1).get_by_role("table").first.wait_for()
    lab.show(2).output(2).get_by_text("▲ Ready (Update failed)").wait_for()


def test_one_of_1_000_endpoints_is_found_and_opened(lab):
    large = CONNECT.replace('"mock"', '"mock", scenario="large:1000"')
    lab.open([large, "sw.EndpointBrowser()"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    grid = keys.place.get_by_role("grid", name="Endpoints")
    lab.expect(grid).to_have_attribute("aria-rowcount", "1001")
    first = lab.settled(grid.get_by_role("gridcell").nth(1).inner_text)
    keys.into("searchbox", "Search endpoints").type(first)
    lab.expect(grid).not_to_have_attribute("aria-rowcount", "1001")
    keys.press("ArrowDown", "Enter")
    keys.place.get_by_role("tab", name="Overview").wait_for()
    assert keys.pressed < len(first) + 5


def test_two_workspaces_look_different_and_each_is_acted_on_alone(lab):
    connect = """
%load_ext serving_widgets
import serving_widgets as sw
prod = sw.connect("mock", clock="manual", name="prod", colour="prod")
dev = sw.connect("mock", clock="manual", name="dev")
def stops(ws):
    return [e["path"] for e in ws.mock.journal() if e["path"].endswith("config:stop")]
"""
    panel = "sw.EndpointControls('unity-model-endpoint', workspace={0!r})"
    cells = [connect, panel.format("prod"), panel.format("dev"), "print(len(stops(prod)), len(stops(dev)))"]
    lab.open(cells).run_all()
    prod, dev = Keyboard(lab, 1), Keyboard(lab, 2)
    prod.place.get_by_text("prod", exact=True).first.wait_for()
    dev.place.get_by_text("dev", exact=True).first.wait_for()
    lab.expect(prod.place.locator("[data-colour=red]")).to_have_count(1)
    dev.into("button", "Stop").press("Enter")
    dev.place.get_by_text("Not ready (Stopped)").first.wait_for()
    assert lab.run(3).text(3).split() == ["0", "1"]
