"""A notebook without a kernel: what JupyterLab shows of it, trusted or not, and what a page made of it shows."""

import json
import re
import uuid

import pytest
from made_notebooks import OPENED, WIDGETS, bundles, document, page_of, views, write
from playwright.sync_api import expect

from serving_widgets.saved.cleaning import clean
from serving_widgets.saved.freezing import freeze
from serving_widgets.saved.models import VIEW

FROZEN = "Frozen – the kernel is gone. Run the cell again."
#: Where the widgets' cells begin, one for each class.
FIRST = len(OPENED)
#: Widget class → what of it is on screen only when it is drawn: role and name.
DRAWN = {
    "CreateEndpoint": ("button", "Create"),
    "EndpointCompare": ("rowheader", None),
    "EndpointBrowser": ("grid", "Endpoints"),
    "EndpointControls": ("button", "Stop"),
    "EndpointPanel": ("tab", "Overview"),
    "LogViewer": ("tab", "Server logs"),
    "PermissionsEditor": ("grid", "Permissions"),
    "SchemaExplorer": ("tab", "dataframe_split"),
    "StatusBadge": ("status", None),
}


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """Return a frozen notebook with a widget of each class."""
    return freeze(write(tmp_path_factory.mktemp("saved") / "saved.ipynb", *OPENED, *WIDGETS.values())).path


@pytest.fixture
def unsigned(frozen, tmp_path):
    """Return the same notebook as nobody has trusted it yet: trust goes by what a file says, not by its name."""
    notebook = json.loads(frozen.read_text())
    other = document(f"{uuid.uuid4().hex!r}")["cells"][0]
    notebook["cells"].append({**other, "id": "other"})
    path = tmp_path / "unsigned.ipynb"
    path.write_text(json.dumps(notebook, indent=1))
    return path


def tables(notebook):
    return [data["text/html"].count("<table") for data in views(notebook)]


def see_tables(lab, notebook):
    """Look at each widget's output: there is the saved table, and no widget."""
    for index, (expected, data) in enumerate(zip(tables(notebook), bundles(notebook), strict=False)):
        place = lab.show(FIRST + index).output(FIRST + index)
        place.get_by_text(data["text/plain"].split("\n", 1)[0].split(" – ")[0]).first.wait_for()
        lab.expect(place.get_by_role("table")).to_have_count(expected)
        lab.absent(place.locator(".sw-root"), place.get_by_text("model not found"))


def open_trusted(lab, file):
    """Open a copy that is trusted."""
    lab.open_copy(file, trusted=True).until_drawn(FIRST)


def see_frozen(lab, index, name):
    """Look at one frozen widget: it is drawn, it says why nothing moves, and nothing spins."""
    role, label = DRAWN[name]
    place = lab.show(index).output(index)
    place.locator(".sw-banner-frozen").filter(has_text=FROZEN).first.wait_for()
    place.get_by_role(role, name=label).first.wait_for()
    lab.absent(place.get_by_text("model not found"), place.get_by_text("Loading"), place.locator(".sw-spin"))
    return place


def test_there_is_a_drawing_of_every_widget():
    assert set(DRAWN) == set(WIDGETS)


def test_a_notebook_that_nobody_trusts_shows_tables(lab, unsigned):
    lab.open_copy(unsigned)
    see_tables(lab, json.loads(unsigned.read_text()))


def test_a_trusted_one_draws_every_widget_as_it_was_and_refuses_what_needs_a_kernel(lab, frozen):
    open_trusted(lab, frozen)
    for index, name in enumerate(WIDGETS):
        see_frozen(lab, FIRST + index, name)
    places = {name: FIRST + index for index, name in enumerate(WIDGETS)}
    for name, label in (("EndpointControls", "Start"), ("EndpointBrowser", "Refresh"), ("SchemaExplorer", "Sample")):
        button = lab.show(places[name]).output(places[name]).get_by_role("button", name=label, exact=True)
        lab.expect(button).to_have_attribute("aria-disabled", "true")
        lab.expect(button).to_have_accessible_description(re.compile(re.escape(FROZEN)))
    grid = lab.show(places["EndpointBrowser"]).output(places["EndpointBrowser"]).get_by_role("grid", name="Endpoints")
    grid.get_by_role("row").filter(has_text="user-features").wait_for()
    log = lab.show(places["LogViewer"]).output(places["LogViewer"]).get_by_role("log")
    log.get_by_text("health probe answered after 531 ms").wait_for()
    lab.show(places["SchemaExplorer"]).output(places["SchemaExplorer"]).get_by_text("20.4").first.wait_for()
    lab.shot("frozen", FIRST)


def test_a_cell_that_is_run_again_comes_alive_and_stays_so_over_a_reload(lab, frozen):
    browser = FIRST + list(WIDGETS).index("EndpointBrowser")
    open_trusted(lab, frozen)
    see_frozen(lab, browser, "EndpointBrowser")
    lab.run(0).run(1).run(browser)
    place = lab.output(browser)
    place.get_by_text("Live", exact=True).wait_for()
    lab.absent(place.locator(".sw-banner-frozen"))
    see_frozen(lab, browser + 1, "EndpointControls")
    lab.reload()
    lab.show(browser).output(browser).get_by_text("Live", exact=True).wait_for()
    see_frozen(lab, browser + 1, "EndpointControls")
    saved = [type(data[VIEW]["model_id"]) for data in views(lab.saved())]
    assert saved.pop(browser - FIRST) is str
    assert saved == [int] * (len(WIDGETS) - 1)


def test_a_trusted_one_without_state_shows_tables_once_it_is_clean(lab, frozen, tmp_path):
    path = tmp_path / "stateless.ipynb"
    notebook = json.loads(frozen.read_text())
    del notebook["metadata"]["widgets"]
    path.write_text(json.dumps(notebook, indent=1))
    assert clean(path).faults == (f"dropped {len(WIDGETS)} widget views whose model is not in the notebook",)
    lab.open_copy(path, trusted=True)
    see_tables(lab, notebook)


def test_notebook_7_draws_a_frozen_notebook_too(notebook7, frozen):
    open_trusted(notebook7, frozen)
    for index, name in enumerate(WIDGETS):
        see_frozen(notebook7, FIRST + index, name)


def test_a_page_without_scripts_shows_every_table_and_fetches_nothing(chromium, frozen, tmp_path):
    page_file = tmp_path / "saved.html"
    page_file.write_text(page_of(frozen, "html"))
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    expected = sum(tables(json.loads(frozen.read_text())))
    assert expected > 0
    expect(page.get_by_role("table")).to_have_count(expected)
    expect(page.get_by_role("table").filter(visible=True)).to_have_count(expected)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    context.close()
