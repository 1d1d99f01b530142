"""What a new user does first, in a real JupyterLab: browse, open, stop, start, delete; and what may go wrong."""

import re
import textwrap

import pytest

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock")
def posts():
    return [e["path"].rpartition("/")[2] for e in ws.mock.journal() if e["method"] in ("POST", "DELETE")]
"""
NAME = "unity-model-endpoint"
READY = re.compile(r"^\W*Ready\W*$")


def cell(lab, index):
    """Return the place of a cell's widget."""
    return lab.output(index)


def posts(lab, index):
    """Run a cell that prints the writes the mock has seen."""
    lab.run(index)
    return lab.text(index).split()


def open_endpoint(lab, index, name):
    """Filter the browser to one endpoint and open it."""
    place = cell(lab, index)
    place.get_by_role("searchbox").fill(name)
    row = place.get_by_role("grid", name="Endpoints").get_by_role("row").filter(has_text=name)
    row.first.click()
    return place


def test_the_first_five_minutes_of_a_new_user(lab, kernel):
    cells = ["%load_ext serving_widgets\n" + CONNECT, "sw.EndpointBrowser()", "print(*posts())"]
    lab.open(cells, kernel=kernel).run(0).run(1)
    place = cell(lab, 1)
    grid = place.get_by_role("grid", name="Endpoints")
    grid.wait_for()
    lab.expect(grid).to_have_attribute("aria-rowcount", "11")
    place.get_by_role("searchbox").fill("unity")
    lab.expect(grid).to_have_attribute("aria-rowcount", "2")
    open_endpoint(lab, 1, NAME)
    status = place.get_by_role("status").filter(has_text=re.compile("eady"))
    status.filter(has_text="Ready").first.wait_for()
    place.get_by_role("button", name="Stop", exact=True).click()
    status.filter(has_text="Not ready (Stopped)").first.wait_for()
    place.get_by_role("button", name="Start", exact=True).click()
    status.filter(has_text="Not ready (Updating)").first.wait_for()
    status.filter(has_text=READY).first.wait_for()

    place.get_by_role("button", name="Delete", exact=True).click()
    dialog = place.get_by_role("dialog")
    box = dialog.get_by_role("textbox", name="Type the endpoint's name")
    for wrong in ("", "unity", NAME.upper(), f" {NAME}"):
        box.fill(wrong)
        dialog.get_by_role("button", name="Delete endpoint").click(force=True)
        lab.rest().expect(dialog).to_be_visible()
    box.fill(NAME)
    dialog.get_by_role("button", name="Delete endpoint").click()
    dialog.wait_for(state="hidden")
    place.get_by_role("searchbox").fill("")
    grid.get_by_role("row").filter(has_text=NAME).wait_for(state="detached")
    assert posts(lab, 2) == ["config:stop", "config:start", NAME]


def test_a_reload_brings_the_widgets_back_with_what_changed_meanwhile(lab):
    lab.open([CONNECT, "sw.EndpointControls('pricing')", "print(*posts())"]).run(0).run(1)
    cell(lab, 1).get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    lab.save()
    lab.page.goto("about:blank")
    kernel_says(lab, "ws.endpoints.get('pricing').start().wait()")
    place = cell(lab.reload_page(), 1)
    place.get_by_role("status").filter(has_text=READY).first.wait_for()
    place.get_by_role("button", name="Stop", exact=True).click()
    place.get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    assert posts(lab, 2) == ["config:start", "config:stop"]


def kernel_says(lab, code):
    """Run code in the notebook's kernel while no page is open."""
    from jupyter_client import BlockingKernelClient

    session = next(s for s in lab.server.rest("GET", "api/sessions") if s["path"] == lab.path)
    files = list((lab.server.root.parent / "runtime").glob(f"kernel-{session['kernel']['id']}.json"))
    client = BlockingKernelClient(connection_file=str(files[0]))
    client.load_connection_file()
    client.start_channels()
    try:
        reply = client.execute_interactive(code, timeout=20, output_hook=lambda message: None)
        assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()


def test_a_restarted_kernel_freezes_the_view_and_turns_the_controls_off(lab):
    lab.open([CONNECT, f"sw.EndpointControls({NAME!r})"]).run(0).run(1)
    place = cell(lab, 1)
    place.get_by_role("status").filter(has_text="Ready").first.wait_for()
    lab.restart()
    place.get_by_text("Frozen").first.wait_for()
    lab.expect(place.get_by_role("button", name="Stop", exact=True)).to_have_attribute("aria-disabled", "true")
    lab.errors[:] = [error for error in lab.errors if "Cannot send" not in error]


def test_two_views_of_one_widget_agree_and_ten_clicks_across_them_send_one_request(lab):
    lab.open([CONNECT, f"controls = sw.EndpointControls({NAME!r}); controls", "controls", "print(*posts())"])
    lab.run(0).run(1).run(2)
    views = [cell(lab, 1), cell(lab, 2)]
    for view in views:
        view.get_by_role("status").filter(has_text="Ready").first.wait_for()
    buttons = [view.get_by_role("button", name="Stop", exact=True).element_handle() for view in views]
    lab.page.evaluate(
        "buttons => { for (let i = 0; i < 5; i++) for (const button of buttons) button.click(); }", buttons
    )
    for view in views:
        view.get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    assert posts(lab, 3) == ["config:stop"]


def test_while_a_cell_sleeps_the_badge_goes_on_and_stop_reaches_the_workspace(lab, kernel):
    cells = [
        CONNECT + "ws.mock.clock.looking(True)",
        "sw.StatusBadge('fraud-detector')",
        f"sw.EndpointControls({NAME!r})",
        lab.held() + "print(*posts())",
    ]
    lab.open(cells, kernel=kernel).run(0).run(1).run(2)
    cell(lab, 1).get_by_role("status").filter(has_text="Ready (Updating)").first.wait_for()
    cell(lab, 2).get_by_role("status").filter(has_text="Ready").first.wait_for()
    lab.start(3)
    cell(lab, 2).get_by_role("button", name="Stop", exact=True).click()
    cell(lab, 2).get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    cell(lab, 1).get_by_role("status").filter(has_text=READY).first.wait_for()
    assert lab.text(3) == ""
    lab.release().finish(3)
    assert lab.text(3).split() == ["config:stop"]


@pytest.mark.parametrize("work", ["time.sleep(0.02)", "sum(range(1000))"])
def test_a_model_that_works_for_long_stops_neither_badges_nor_buttons(lab, work):
    model = "def model(rows):\n" + textwrap.indent(lab.held(work), "    ") + "    return [0.0]\n"
    cells = [
        CONNECT + model + "ws.mock.serve('slow', model)\nep = ws.endpoints.get('slow')",
        "sw.StatusBadge('fraud-detector')",
        f"sw.EndpointControls({NAME!r})",
        "ep.query({'inputs': [[1.0]]}); print(*posts())",
    ]
    lab.open(cells).run(0).run(1).run(2)
    cell(lab, 2).get_by_role("status").filter(has_text="Ready").first.wait_for()
    lab.start(3)
    cell(lab, 2).get_by_role("button", name="Stop", exact=True).click()
    cell(lab, 2).get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    assert lab.text(3) == ""
    lab.release().finish(3)
    assert "config:stop" in lab.text(3)


def test_no_call_deadlocks_wherever_it_is_made_and_the_loop_thread_names_the_twin(lab):
    cells = [
        CONNECT + "ep = ws.endpoints.get('fraud-detector')",
        """
badge = sw.StatusBadge("fraud-detector")
badge.observe(lambda change: ep.stop() if change.new == "Ready" else None, "status")
badge
""",
        """
import ipywidgets
said = ipywidgets.Label("nothing yet")
button = ipywidgets.Button(description="List")
button.on_click(lambda _: setattr(said, "value", f"{len(ws.endpoints.list())} endpoints"))
ipywidgets.VBox([button, said])
""",
        """
import asyncio
await asyncio.sleep(0.01)
print(ws.endpoints.get("pricing").label)
""",
        """
from serving_widgets.workspace.runtime import event_loop
async def on_the_loop_thread():
    try:
        ws.endpoints.get("pricing")
    except sw.LoopThreadError as error:
        return str(error)
print(event_loop.submit(on_the_loop_thread()).result(5))
""",
    ]
    lab.open(cells).run(0).run(1)
    cell(lab, 1).get_by_role("status").filter(has_text="Not ready (Stopped)").first.wait_for()
    lab.run(2)
    cell(lab, 2).get_by_role("button", name="List").click()
    cell(lab, 2).get_by_text("10 endpoints").wait_for()
    lab.run(3).run(4)
    assert lab.text(3) == "Not ready (Stopped)\n"
    assert "await ws.endpoints.aio.get(" in lab.text(4)


COUNT = """
import threading
from ipywidgets.widgets.widget import _instances
print(sorted(thread.name for thread in threading.enumerate() if "serving" in thread.name))
print(sorted(type(widget).__name__ for widget in _instances.values()))
"""


def test_running_all_cells_again_changes_nothing(lab):
    load = "%load_ext serving_widgets\n"
    lab.open([load + CONNECT, load, "%serving browse", "%serving list", COUNT]).run_all()
    cell(lab, 2).get_by_role("grid", name="Endpoints").wait_for()
    first = [lab.text(index) for index in (3, 4)]
    for _ in range(2):
        lab.run_all()
        cell(lab, 2).get_by_role("grid", name="Endpoints").wait_for()
    assert [lab.text(index) for index in (3, 4)] == first


def test_what_goes_wrong_is_said_with_a_way_out_and_the_notebook_goes_on(lab):
    wrong = [
        "%serving status nope",
        "%serving lisst",
        "%serving status 'unclosed",
        "%serving status ''",
        "%serving status a/b",
    ]
    lab.open(["%load_ext serving_widgets\n" + CONNECT, *wrong, "sw.StatusBadge('nope')", "print('still here')"]).run(0)
    for index in range(1, len(wrong) + 1):
        lab.run(index, fails=True)
        told = "\n".join(line for out in lab.outputs(index) for line in out.get("traceback", []))
        assert "Traceback" not in told
        assert len(told.splitlines()) <= 12, told
    lab.run(len(wrong) + 1)
    cell(lab, len(wrong) + 1).get_by_text("nope").first.wait_for()
    assert lab.run(len(wrong) + 2).text(len(wrong) + 2) == "still here\n"
