"""Journeys that change something, with the keyboard alone: from the question to what was done about it."""

from keyboard import Keyboard

CONNECT = """
%load_ext serving_widgets
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
def writes():
    return [e["path"].rpartition("/serving-endpoints/")[2] for e in ws.mock.journal() if e["method"] != "GET"]
"""


def test_why_did_it_fail_and_deploy_what_works(lab):
    lab.open([CONNECT, "sw.EndpointPanel('churn')", "print(*writes())"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("tab", "Overview").press("ArrowRight")
    log = keys.place.get_by_role("log")
    log.wait_for()
    keys.place.get_by_text("Version conflict").first.wait_for()
    keys.into("tab", "Logs").press("End").to("Deploy a version").press("Enter")
    keys.place.get_by_role("region", name="Deploy a version to churn").wait_for()
    keys.to("Version").press("ArrowUp")
    keys.place.get_by_role("row", name="Version").first.wait_for()
    keys.to("Deploy").press("Enter")
    keys.place.get_by_text("on its way").first.wait_for()
    assert lab.run(2).text(2).split() == ["churn/config"]


def test_a_canary_at_30_percent_is_watched_and_promoted(lab):
    settle = (
        "ws.mock.advance(3600)\nfor _ in range(5): ws.endpoints.get('fraud-detector').metrics(); ws.mock.advance(60)"
    )
    cells = [
        CONNECT + settle,
        "sw.EndpointPanel('fraud-detector', tab='config')",
        "print(*writes())",
        "ws.mock.advance(3600)",
    ]
    lab.open(cells).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.into("tab", "Config").to("Deploy a version").press("Enter")
    keys.to("Percent for fraud_challenger-2").type("30").press("Enter")
    keys.place.get_by_role("cell", name="30 %").wait_for()
    keys.to("Deploy").press("Enter")
    keys.place.get_by_text("on its way").first.wait_for()
    lab.run(3)
    keys.into("tab", "Config").press("Home", "ArrowRight", "ArrowRight")
    keys.place.get_by_role("img", name="Share of requests").wait_for()
    keys.to("Promote fraud_challenger-2…").press("Enter")
    keys.place.get_by_role("cell", name="100 %").wait_for()
    keys.to("Deploy").press("Enter")
    keys.place.get_by_text("on its way").first.wait_for()
    assert lab.run(2).text(2).split() == ["fraud-detector/config"] * 2


def test_three_are_stopped_and_one_is_deleted(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()", "print(*sorted(writes()))"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    search = keys.place.get_by_role("searchbox")
    for name in ("unity-model-endpoint", "nightly-scores", "example-endpoint"):
        search.focus()
        keys.press("Control+A").type(name).press("ArrowDown", " ")
        lab.expect(keys.place.get_by_role("checkbox", name=f"Select {name}")).to_be_checked()
    search.focus()
    keys.press("Escape").into("button", "Stop the selected endpoints").press("Enter")
    keys.to("Stop 3 endpoints").press("Enter")
    dialog = keys.place.get_by_role("dialog")
    dialog.get_by_text("3 stopped").wait_for()
    dialog.get_by_role("button", name="Start them again").wait_for()
    keys.press("Escape")
    dialog.wait_for(state="detached")
    search.focus()
    keys.press("Control+A").type("nightly-scores").press("ArrowDown", "Enter")
    keys.into("tab", "Overview").to("Delete").press("Enter").type("nightly-scores").press("Enter")
    dialog.wait_for(state="detached")
    stops = [f"{name}/config:stop" for name in ("example-endpoint", "nightly-scores", "unity-model-endpoint")]
    assert lab.run(2).text(2).split() == sorted(["nightly-scores", *stops])


def test_access_is_granted_and_revoked_past_a_conflict(lab):
    grant = "ws.endpoints.get('churn').permissions.grant('quentin@example.com', 'CAN_VIEW');"
    lab.open([CONNECT, "sw.PermissionsEditor('churn')", grant, "print(*writes())"]).run(0).run(1)
    keys = Keyboard(lab, 1)
    keys.place.get_by_role("grid", name="Permissions").wait_for()
    lab.run(2)
    keys.into("textbox", "User, group or service principal").type("vera@example.com").press("Enter")
    keys.place.get_by_role("row", name="vera@example.com").wait_for()
    keys.into("button", "Remove applications").press("Enter")
    keys.to("Save changes").press("Enter")
    keys.place.get_by_role("alert").get_by_text("Nothing was sent.").wait_for()
    keys.to("Save changes").press("Enter")
    keys.place.get_by_text("The permissions are saved.").first.wait_for()
    listed = keys.place.get_by_role("grid", name="Permissions")
    for name in ("vera@example.com", "quentin@example.com"):
        lab.expect(listed).to_contain_text(name)
    lab.absent(keys.place.get_by_role("button", name="Remove applications"))
