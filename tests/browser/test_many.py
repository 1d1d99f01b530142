"""Several endpoints stopped and started together, in a real JupyterLab, with the keyboard alone."""

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
def writes():
    return sorted(e["path"].rpartition("/serving-endpoints/")[2] for e in ws.mock.journal() if e["method"] == "POST")
"""


def ticked(lab, index, *names):
    """Find each endpoint by its name and tick it, with the keyboard alone."""
    place = lab.show(index).output(index)
    search = place.get_by_role("searchbox")
    for name in names:
        search.focus()
        lab.page.keyboard.press("Control+A")
        lab.page.keyboard.type(name)
        lab.page.keyboard.press("ArrowDown")
        lab.page.keyboard.press(" ")
        lab.expect(place.get_by_role("checkbox", name=f"Select {name}")).to_be_checked()
    search.focus()
    lab.page.keyboard.press("Escape")
    return place


def test_several_are_stopped_and_started_together_after_one_question(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()", "print(*writes())"]).run(0).run(1)
    place = ticked(lab, 1, "unity-model-endpoint", "nightly-scores", "recommender", "pricing")
    place.get_by_text("4 selected").wait_for()
    keys = lab.page.keyboard
    place.get_by_role("button", name="Stop the selected endpoints").focus()
    keys.press("Enter")
    dialog = place.get_by_role("dialog")
    dialog.get_by_text("recommender can't be stopped: it is route-optimized").wait_for()
    dialog.get_by_text("pricing is already stopped").wait_for()
    lab.expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    reached = set()
    for _ in range(4):
        keys.press("Shift+Tab")
        lab.until(lambda: dialog.evaluate("dialog => dialog.contains(document.activeElement)"))
        reached.add(lab.page.evaluate("() => document.activeElement.textContent"))
    assert reached == {"Cancel", "Stop 2 endpoints", "Recipe"}
    assert lab.run(2).text(2) == "\n"
    dialog.get_by_role("button", name="Cancel").focus()
    keys.press("Tab")
    keys.press("Enter")
    dialog.get_by_text("2 stopped").wait_for()
    keys.press("Escape")
    dialog.wait_for(state="detached")
    assert lab.run(2).text(2).split() == ["nightly-scores/config:stop", "unity-model-endpoint/config:stop"]

    place.get_by_role("button", name="Start the selected endpoints").focus()
    keys.press("Enter")
    dialog.get_by_role("button", name="Start 3 endpoints").click()
    dialog.get_by_text("3 started").wait_for()
    dialog.get_by_role("button", name="Notify me when they end").click()
    dialog.get_by_text("this view will say when it ends").wait_for()
    assert [path.split("/")[1] for path in lab.run(2).text(2).split()].count("config:start") == 3


def test_one_that_fails_is_told_apart_from_those_that_went_well(lab):
    fault = "ws.mock.faults([{'method': 'POST', 'path': '*nightly-scores/config:stop', 'status': 403}])"
    lab.open([CONNECT + fault, "sw.EndpointBrowser()"]).run(0).run(1)
    place = ticked(lab, 1, "unity-model-endpoint", "nightly-scores")
    place.get_by_role("button", name="Stop the selected endpoints").click()
    dialog = place.get_by_role("dialog")
    dialog.get_by_role("button", name="Stop 2 endpoints").click()
    dialog.get_by_text("1 stopped, 1 failed").wait_for()
    dialog.get_by_role("listitem").filter(has_text="nightly-scores").filter(has_text="Failed").wait_for()


def test_axe_finds_nothing_in_the_selection_and_its_dialog(lab):
    lab.open([CONNECT, "sw.EndpointBrowser(selected='churn')"]).run(0).run(1)
    place = ticked(lab, 1, "unity-model-endpoint", "recommender")
    place.get_by_role("tablist", name="About churn").wait_for()
    lab.axe(1, "many-ticked")
    place.get_by_role("button", name="Stop the selected endpoints").click()
    place.get_by_role("dialog").get_by_role("button", name="Stop 1 endpoint").wait_for()
    lab.axe(1, "many-asking")
