"""Deciding and taking back, in a real JupyterLab: create from the registry, stop and undo, compare, reconnect."""

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
ws.mock.advance(3600)
def writes():
    sent = [e for e in ws.mock.journal() if e["method"] != "GET"]
    return [e["method"] + e["path"].rpartition("/serving-endpoints")[2] for e in sent]
"""
CELLS = [
    CONNECT,
    "sw.CreateEndpoint()",
    "sw.EndpointControls('fraud-detector')",
    "sw.EndpointCompare('churn', 'pricing')",
    "print(*writes())",
]


def test_what_is_decided_on_the_page_is_in_the_workspaces_journal_and_a_restart_is_survived(lab):
    lab.open(CELLS).run_all()
    form = lab.show(1).output(1)
    form.get_by_label("Name").fill("churn")
    form.get_by_text("There is an endpoint churn already.").first.wait_for()
    form.get_by_label("Name").fill("fraud-next")
    form.get_by_label("Catalog").select_option("main")
    form.get_by_label("Schema").select_option("risk")
    form.get_by_label("Model").select_option("main.risk.fraud_detector")
    form.get_by_label("Version or alias").select_option("Champion")
    form.get_by_text('"entity_version": "8"').wait_for()
    form.get_by_role("button", name="Create", exact=True).click()
    form.get_by_role("tablist", name="About fraud-next").wait_for()

    controls = lab.show(2).output(2)
    controls.get_by_role("button", name="Stop", exact=True).click()
    dialog = controls.get_by_role("dialog")
    dialog.get_by_text("requests in the last minute").wait_for()
    lab.expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Stop endpoint").click()
    controls.get_by_text("POST /api/2.0/serving-endpoints/fraud-detector/config:start").wait_for()
    controls.get_by_role("button", name="Undo").click()
    controls.get_by_text("The stop of fraud-detector was undone.").first.wait_for()

    compared = lab.show(3).output(3)
    compared.get_by_role("row").filter(has_text="only left").first.wait_for()
    made = ["POST", "POST/fraud-detector/config:stop", "POST/fraud-detector/config:start"]
    assert lab.run(4).text(4).split() == made

    lab.restart()
    controls.get_by_role("button", name="Reconnect").click()
    controls.get_by_role("status").filter(has_text="Ready").first.wait_for()
    controls.get_by_text("Frozen").first.wait_for(state="detached")
    lab.errors[:] = [error for error in lab.errors if "Cannot send" not in error]
