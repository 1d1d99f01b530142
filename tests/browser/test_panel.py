"""One endpoint in tabs, in a real JupyterLab: deployed, tagged and looked at with the keyboard alone."""

import re

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
def writes():
    return [e["path"].rpartition("/serving-endpoints/")[2] for e in ws.mock.journal() if e["method"] != "GET"]
"""
TABS = ("Overview", "Logs", "Metrics", "Permissions", "Schema", "Query", "Tags", "Config")


def focused(lab):
    """Return what the focused element calls itself."""
    return lab.page.evaluate(
        """() => {
          const el = document.activeElement;
          const label = el.labels?.[0]?.querySelector(".sw-caption") ?? el.labels?.[0] ?? el;
          return (el.getAttribute("aria-label") ?? label.textContent).trim();
        }"""
    )


def tab_to(lab, name, most=60):
    """Press Tab until the element of that name has the focus."""
    for _ in range(most):
        if focused(lab) == name:
            return
        lab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab leads nowhere near {name!r}; it ends at {focused(lab)!r}")


def opened(lab, index, tab="Overview"):
    """Return a panel's place once it has drawn, with the focus on a tab."""
    place = lab.show(index).output(index)
    place.get_by_role("tab", name=tab, exact=True).focus()
    return place


def test_the_keyboard_alone_deploys_a_version_with_a_challenger_and_follows_the_update(lab):
    cells = [CONNECT, "sw.EndpointPanel('example-endpoint')", "print(*writes())", "ws.mock.advance(3600)"]
    lab.open(cells).run(0).run(1)
    place = opened(lab, 1)
    keys = lab.page.keyboard
    keys.press("End")
    place.get_by_role("columnheader", name="Active (version 2)").wait_for()
    tab_to(lab, "Deploy a version")
    keys.press("Enter")
    place.get_by_role("region", name="Deploy a version to example-endpoint").wait_for()
    tab_to(lab, "Version")
    keys.press("ArrowUp")
    place.get_by_text("vanilla_simple_model-3", exact=True).first.wait_for()
    tab_to(lab, "Add an entity")
    keys.press("Enter")
    tab_to(lab, "Model")
    tab_to(lab, "Version")
    keys.type("4")
    keys.press("Enter")
    place.get_by_role("slider", name="Traffic to vanilla_simple_model-4").wait_for()
    tab_to(lab, "Traffic to vanilla_simple_model-4")
    for _ in range(3):
        keys.press("ArrowRight")
    lab.until(lambda: [one.input_value() for one in place.get_by_role("slider").all()], ["97", "3"])
    keys.press("Home")
    for _ in range(10):
        keys.press("ArrowRight")
    tab_to(lab, "Request")
    keys.press("Enter")
    body = place.get_by_role("group", name="Body of the request")
    body.filter(has_text='"traffic_percentage": 10').wait_for()
    assert lab.run(2).text(2) == "\n"
    tab_to(lab, "Deploy")
    keys.press("Enter")
    place.get_by_text("Update to config version 3").wait_for()
    assert lab.run(2).text(2) == "example-endpoint/config\n"
    place.get_by_role("columnheader", name="Pending (version 3)").wait_for()
    lab.run(3)
    place.get_by_role("columnheader", name="Active (version 3)").wait_for()


def test_the_keyboard_alone_changes_tags(lab):
    lab.open(
        [CONNECT, "sw.EndpointPanel('fraud-detector', tab='tags')", "print(ws.endpoints.get('fraud-detector').tags)"]
    )
    lab.run(0).run(1)
    place = opened(lab, 1, "Tags")
    keys = lab.page.keyboard
    tab_to(lab, "Value of team")
    keys.press("Control+A")
    keys.type("fraud")
    tab_to(lab, "Remove tier")
    keys.press("Enter")
    place.get_by_text("Removed", exact=True).wait_for()
    tab_to(lab, "New tag")
    keys.type("owner")
    tab_to(lab, "Value of the new tag")
    keys.type("ada")
    keys.press("Enter")
    place.get_by_text("3 changes").wait_for()
    tab_to(lab, "Save tags")
    keys.press("Enter")
    place.get_by_role("button", name="Save tags").wait_for(state="detached")
    assert lab.run(2).text(2) == "{'cost-center': '4711', 'owner': 'ada', 'team': 'fraud'}\n"


def test_logs_and_permissions_are_the_widgets_themselves_and_stay_open(lab):
    count = """
from ipywidgets.widgets.widget import _instances
print(sorted({type(widget).__name__ for widget in _instances.values()}))
"""
    lab.open([CONNECT, "panel = sw.EndpointPanel('churn'); panel", count, "panel.close()", count]).run(0).run(1)
    place = opened(lab, 1)
    lab.page.keyboard.press("ArrowRight")
    place.get_by_role("tab", name="Build logs").wait_for()
    place.get_by_role("log").wait_for()
    lab.page.keyboard.press("ArrowRight")
    lab.page.keyboard.press("ArrowRight")
    place.get_by_role("grid", name="Permissions").wait_for()
    lab.page.keyboard.press("ArrowLeft")
    lab.page.keyboard.press("ArrowLeft")
    place.get_by_role("log").wait_for()
    assert lab.run(2).text(2).count("LogViewer") == lab.text(2).count("PermissionsEditor") == 1
    # Closed in Python, the panel and what is in it are gone: the console of the page complains of nothing.
    lab.run(3).run(4)
    assert "Log" not in lab.text(4)
    assert "Panel" not in lab.text(4)


def test_axe_finds_nothing_in_any_tab(lab):
    lab.open([CONNECT, "sw.EndpointPanel('churn')"]).run(0).run(1)
    place = opened(lab, 1)
    ready = {
        "Logs": place.get_by_role("log"),
        "Metrics": place.get_by_role("button", name="Show as table"),
        "Permissions": place.get_by_role("grid", name="Permissions"),
        "Schema": place.get_by_role("region", name="Columns and parameters"),
        "Query": place.get_by_role("button", name="Sample", exact=True),
        "Config": place.get_by_role("button", name="Deploy a version"),
    }
    for tab in TABS:
        place.get_by_role("tab", name=tab, exact=True).click()
        if tab in ready:
            ready[tab].wait_for()
        lab.axe(1, f"panel-{tab.lower()}")
    place.get_by_role("button", name="Deploy a version").click()
    place.get_by_role("button", name="Add an entity").click()
    place.get_by_role("textbox", name="Version").last.fill("9")
    place.get_by_role("button", name="Add", exact=True).click()
    place.get_by_role("slider").first.wait_for()
    place.get_by_role("button", name="Request", exact=True).click()
    lab.axe(1, "panel-deploy")
    place.get_by_role("tab", name="Tags").click()
    place.get_by_role("button", name="Remove team").click()
    place.get_by_role("button", name="Save tags").wait_for()
    lab.axe(1)


def test_hostile_names_and_tags_make_no_element(lab):
    create = """
evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
model = {"name": "m", "entity_name": evil, "entity_version": "1", "scale_to_zero_enabled": True}
ws.endpoints.create("evil", config={"served_entities": [model]}, tags={evil: evil}, description=evil)
"""
    cells = [CONNECT, create, "sw.EndpointPanel('evil')"]
    lab.open(cells).run_all()
    place = opened(lab, 2)
    for tab in TABS:
        place.get_by_role("tab", name=tab, exact=True).click()
        lab.expect(place.get_by_role("tabpanel", name=tab, exact=True)).to_be_visible()
        lab.absent(place.locator("img, script, iframe, [onerror]"))
    place.get_by_role("tab", name="Tags").click()
    lab.expect(place).to_contain_text("onerror")


def test_a_click_in_the_browser_opens_the_panel_even_while_a_cell_runs(lab, kernel):
    cells = [CONNECT, "sw.EndpointBrowser()", lab.held() + "print(*writes())"]
    lab.open(cells, kernel=kernel).run(0).run(1)
    place = lab.output(1)
    grid = place.get_by_role("grid", name="Endpoints")
    grid.wait_for()
    lab.start(2)
    grid.get_by_role("row").filter(has_text="unity-model-endpoint").first.click()
    place.get_by_role("tablist", name="About unity-model-endpoint").wait_for()
    place.get_by_role("button", name="Stop", exact=True).click()
    place.get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    place.get_by_role("tab", name="Logs").click()
    place.get_by_role("tab", name="Server logs").wait_for()
    assert lab.text(2) == ""
    lab.release().finish(2)
    assert lab.text(2) == "unity-model-endpoint/config:stop\n"


def test_escape_in_the_panel_of_a_browser_closes_it_and_gives_the_focus_back(lab):
    closed = (
        "import time\nwhile browser.panel or browser.selected: time.sleep(0.02)\nprint(browser.selected, browser.panel)"
    )
    lab.open([CONNECT, "browser = sw.EndpointBrowser(); browser", closed]).run(0).run(1)
    place = lab.output(1)
    grid = place.get_by_role("grid", name="Endpoints")
    grid.get_by_role("row").filter(has_text="pricing").first.click()
    tablist = place.get_by_role("tablist", name="About pricing")
    tablist.wait_for()
    tab_to(lab, "Overview", 100)
    lab.page.keyboard.press("Escape")
    tablist.wait_for(state="detached")
    lab.until(lambda: lab.page.evaluate("document.activeElement.closest('[role=grid]')?.ariaLabel"), "Endpoints")
    assert lab.run(2).text(2) == "None None\n"


def test_a_reload_brings_the_panel_its_tab_and_its_draft_back(lab):
    lab.open([CONNECT, "sw.EndpointPanel('example-endpoint', tab='config')"]).run(0).run(1)
    place = opened(lab, 1, "Config")
    place.get_by_role("button", name="Deploy a version").click()
    place.get_by_role("combobox", name="Version").fill("41")
    place.get_by_text("vanilla_simple_model-41", exact=True).first.wait_for()
    lab.reload()
    lab.expect(lab.output(1).get_by_role("combobox", name="Version")).to_have_value("41")


def test_who_asked_to_be_told_of_the_end_of_an_update_is_told_in_the_view_where_the_browser_will_not(lab):
    lab.open([CONNECT, "sw.EndpointPanel('fraud-detector')", "ws.mock.advance(3600)"]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_role("button", name="Notify me when it ends").click()
    place.get_by_role("tabpanel").get_by_text(re.compile("this view will say when it ends")).wait_for()
    lab.run(2)
    place.get_by_text("the update has ended. Ready").first.wait_for()
