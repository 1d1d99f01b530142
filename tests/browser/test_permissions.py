"""Permissions in a real JupyterLab: by keyboard alone, under axe, and with names that mean harm."""

import json
import re

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
permissions = ws.endpoints.get("churn").permissions
def direct():
    print(*sorted(f"{who.name}={level}" for who, level in permissions.list().acl.direct.items()))
"""
EDITOR = "sw.PermissionsEditor('churn')"
BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"
IMAGE = "<img src=x onerror='window.pwned = 1'>"
REVERSED = "eve\u202emoc.elpmaxe@ada"
HOSTILE = f"""
import serving_widgets as sw
from serving_widgets.mock.scenarios import Scenario
names = {{{IMAGE!r}: "CAN_QUERY", {REVERSED!r}: "CAN_VIEW", "mallory@example.com": "CAN_MANAGE"}}
scenario = Scenario("names", extends="demo").user("mallory@example.com", {IMAGE!r}).endpoint("theirs", grants=names)
ws = sw.connect("mock", scenario=scenario, clock="manual")
"""


def opened(lab, index):
    """Return the place of a cell's editor once it has its list."""
    place = lab.show(index).output(index)
    place.get_by_role("grid", name="Permissions").wait_for()
    return place


def press(lab, *keys):
    """Press keys, each after what the one before brought about is drawn."""
    for key in keys:
        lab.page.keyboard.press(key)
        lab.rest()


def tab_to(lab, name):
    """Go on with the Tab key until the button of that name has the focus."""
    for _ in range(30):
        if lab.page.evaluate("() => document.activeElement.textContent") == name:
            return
        press(lab, "Tab")
    raise AssertionError(f"{name} never had the focus")


def test_the_keyboard_alone_grants_changes_removes_and_saves_past_a_conflict(lab):
    grant = "permissions.grant('quentin@example.com', 'CAN_VIEW');"
    lab.open([CONNECT, EDITOR, grant, "direct()"]).run(0).run(1)
    place = opened(lab, 1)
    lab.run(2)
    place.get_by_role("textbox", name="User, group or service principal").focus()
    lab.page.keyboard.type(BATCH)
    place.get_by_text("will be added as a service principal").wait_for()
    press(lab, "Tab", "Enter", "ArrowDown", "ArrowDown", "Enter")
    lab.until(lambda: lab.page.evaluate("document.activeElement.ariaLabel"), "Level to grant: Can manage")
    press(lab, "Tab", "Enter")
    place.get_by_role("row", name=BATCH).wait_for()

    # Into the grid: the second row's level, then the third row's last cell.
    press(lab, "Tab", "ArrowDown", "ArrowRight", "ArrowRight", "Enter", "ArrowDown", "Enter")
    place.get_by_role("row").filter(has_text="was Can view").wait_for()
    press(lab, "ArrowDown", "End", "Enter")
    place.get_by_role("button", name="Undo the change of applications").wait_for()

    tab_to(lab, "Show the request")
    press(lab, "Enter")
    staged = place.get_by_role("region", name="Staged changes")
    shown = lab.settled(staged.locator("pre").inner_text)
    assert shown.startswith("PUT /api/2.0/permissions/serving-endpoints/")
    body = json.loads(shown.partition("\n")[2])
    assert {"service_principal_name": BATCH, "permission_level": "CAN_MANAGE"} in body["access_control_list"]
    assert "applications" not in shown
    lines = lab.settled(staged.get_by_role("listitem").all_inner_texts)
    changes, impact = [line.split("\n")[-1] for line in lines[:3]], lines[3:]
    assert changes == ["Can view → Can query", "Can query → Removed", "Not granted → Can manage"]
    assert impact[0] == "0 requests in the last minute."

    tab_to(lab, "Save changes")
    press(lab, "Enter")
    told = place.get_by_role("alert")
    told.get_by_text("Nothing was sent.").wait_for()
    lab.expect(told).to_contain_text("quentin@example.com")
    lab.shot("permissions-conflict", 1)
    press(lab, "Enter")
    place.locator(".sw-banner").get_by_text("The permissions are saved.").wait_for()
    told.wait_for(state="detached")
    granted = lab.run(3).text(3).split()
    assert granted == [
        f"{BATCH}=CAN_MANAGE",
        "ada@example.com=CAN_MANAGE",
        "analysts=CAN_QUERY",
        "data-science=CAN_MANAGE",
        "quentin@example.com=CAN_VIEW",
    ]


def test_the_keyboard_alone_confirms_a_change_that_locks_its_maker_out(lab):
    ben = "sw.connect(host=ws.host, token=ws.mock.token_of('ben@example.com'), name='ben')"
    lab.open([CONNECT, f"sw.PermissionsEditor('churn', workspace={ben})", "direct()"]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_role("button", name="Remove data-science").focus()
    press(lab, "Enter")
    place.get_by_text("You would lose your own").wait_for()
    tab_to(lab, "Save changes")
    press(lab, "Enter")
    dialog = place.get_by_role("dialog", name="Save anyway?")
    dialog.wait_for()
    lab.expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    press(lab, "Enter")
    dialog.wait_for(state="detached")
    assert "data-science" in lab.run(2).text(2)
    place.get_by_role("button", name="Save changes").focus()
    press(lab, "Enter")
    dialog.wait_for()
    press(lab, "Tab", "Enter")
    place.get_by_text("ben@example.com does not have permission").wait_for()
    assert "data-science" not in lab.run(2).text(2)


def test_the_keyboard_alone_reads_who_can_do_what_and_brings_grants_from_elsewhere(lab):
    lab.open([CONNECT, EDITOR]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_role("tab", name="Grants").focus()
    press(lab, "ArrowRight")
    mine = place.get_by_role("row").filter(has_text="· you")
    lab.expect(mine.get_by_text("granted here")).to_have_count(3)
    press(lab, "ArrowLeft")

    more = place.get_by_role("button", name="More")
    more.focus()
    press(lab, "Enter", "Enter")
    dialog = place.get_by_role("dialog", name="Copy grants from another endpoint")
    dialog.wait_for()
    lab.page.keyboard.type("pricing")
    dialog.locator("option[value=pricing]").wait_for(state="attached")
    press(lab, "Tab", "Space")
    tab_to(lab, "Stage")
    press(lab, "Enter")
    dialog.wait_for(state="detached")
    place.get_by_role("button", name="Undo the change of ben@example.com").wait_for()
    tab_to(lab, "Discard changes")
    press(lab, "Enter")
    place.get_by_text("No staged changes.").wait_for()

    more.focus()
    press(lab, "Enter", "ArrowDown", "Enter")
    place.get_by_role("dialog", name="Import grants").wait_for()
    lab.page.keyboard.type('[{"group_name": "analysts", "permission_level": "CAN_MANAGE"}]')
    tab_to(lab, "Stage")
    press(lab, "Enter")
    place.get_by_role("button", name="Undo the change of analysts").wait_for()

    more.focus()
    press(lab, "Enter", "End", "Enter")
    dialog = place.get_by_role("dialog", name="Export grants")
    text = dialog.get_by_role("textbox")
    lab.until(lambda: text.input_value() != "")
    assert json.loads(lab.settled(text.input_value))["endpoint"] == "churn"
    with lab.page.expect_download() as download:
        tab_to(lab, "Download")
        press(lab, "Enter")
    assert download.value.suggested_filename == "churn-permissions.json"
    press(lab, "Escape")
    dialog.wait_for(state="detached")


def test_an_unknown_principal_is_marked_in_its_row_and_the_edits_survive_a_reload(lab):
    lab.open([CONNECT, EDITOR]).run(0).run(1)
    place = opened(lab, 1)
    for name in ("nobody@example.com", "vera@example.com"):
        place.get_by_role("textbox").fill(name)
        place.get_by_role("button", name="Grant", exact=True).click()
        place.get_by_role("button", name=f"Undo the change of {name}").wait_for()
    place.get_by_role("button", name="Save changes").click()
    place.get_by_role("gridcell", name="nobody@example.com) does not exist").wait_for()
    lab.expect(place.get_by_role("alert")).to_have_text(re.compile(r"^\s*Nothing was saved\."))
    lab.reload()
    place = opened(lab, 1)
    place.get_by_role("button", name="Undo the change of vera@example.com").wait_for()
    place.get_by_role("button", name="Undo the change of nobody@example.com").click()
    place.get_by_role("button", name="Save changes").click()
    place.locator(".sw-banner").get_by_text("The permissions are saved.").wait_for()


def test_axe_finds_nothing_in_any_state(lab):
    cells = [
        CONNECT,
        EDITOR,
        "sw.PermissionsEditor('churn', workspace=sw.connect('mock', clock='manual', read_only=True, name='ro'))",
        "sw.PermissionsEditor('databricks-llama', workspace=ws)",
        "permissions.grant('quentin@example.com', 'CAN_VIEW');",
    ]
    lab.open(cells).run(0).run(1).run(2).run(3)
    opened(lab, 2)
    for index in (2, 3):
        lab.show(index).axe(index, f"permissions-{index}")
    place = opened(lab, 1)
    place.get_by_role("textbox").fill("nobody@example.com")
    place.get_by_role("button", name="Grant", exact=True).click()
    place.get_by_role("button", name="Remove data-science").click()
    place.get_by_role("button", name="Show the request").click()
    lab.run(4)
    place.get_by_role("button", name="Save changes").click()
    place.get_by_text("Nothing was sent.").wait_for()
    lab.show(1).axe(1)
    place.get_by_role("button", name="Save changes").click()
    place.get_by_text("Nothing was saved.").wait_for()
    lab.axe(1, "permissions-staged")
    place.get_by_role("button", name="Level of analysts").click()
    lab.axe(1)
    lab.page.keyboard.press("Escape")
    place.get_by_role("tab", name="Who can do what").click()
    lab.axe(1, "permissions-matrix")
    for item in ("Copy from another endpoint…", "Import…", "Export…"):
        place.get_by_role("button", name="More").click()
        lab.page.get_by_role("menuitem", name=item).click()
        place.get_by_role("dialog").wait_for()
        lab.axe(1)
        lab.page.keyboard.press("Escape")
    place.get_by_role("tab", name="Grants").click()
    place.get_by_role("button", name="Discard changes").click()
    place.get_by_role("button", name="Remove ada@example.com").click()
    place.get_by_role("button", name="Remove data-science").click()
    place.get_by_role("button", name="Save changes").click()
    place.get_by_role("dialog").wait_for()
    lab.axe(1, "permissions-confirm")


def test_names_that_mean_harm_make_no_element_and_deceive_nobody(lab):
    lab.open([HOSTILE, "sw.PermissionsEditor('theirs')"]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_role("textbox").fill(IMAGE)
    place.get_by_role("button", name="Remove mallory@example.com").click()
    place.get_by_role("button", name="Show the request").click()
    lab.shot("permissions-hostile", 1)
    grid = place.get_by_role("grid", name="Permissions")
    lab.expect(grid).to_contain_text(IMAGE)
    lab.expect(grid).to_contain_text("eve\ufffdmoc")
    assert "\u202e" not in lab.settled(grid.inner_text)
    place.get_by_role("tab", name="Who can do what").click()
    place.get_by_role("row").filter(has_text="mallory@example.com").first.wait_for()
    lab.absent(place.locator("img, script, a"))
    lab.until(lambda: lab.page.evaluate("window.pwned"), None)


def test_a_long_name_widens_nothing_and_is_read_in_full_before_it_is_sent(lab):
    name = "everybody who looks after the models that the northern branches ask before they answer a customer"
    lab.open([CONNECT, EDITOR]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_role("textbox").fill(name)
    place.get_by_role("button", name="Grant", exact=True).click()
    change = place.get_by_role("region", name="Staged changes").get_by_role("listitem")
    change.get_by_text("Not granted → Can query").wait_for()
    lab.width(360, 1)
    place.locator(".sw-narrow").wait_for()
    lab.shot("permissions-long-name", 1)
    lab.until(lambda: place.locator(".sw-root").evaluate("root => root.scrollWidth - root.clientWidth"), 0)
    lab.until(lambda: change.get_by_text(name).evaluate("shown => shown.scrollWidth <= shown.offsetWidth"))
    lab.until(lambda: change.get_by_text(name).evaluate("shown => shown.offsetHeight > 24"))
