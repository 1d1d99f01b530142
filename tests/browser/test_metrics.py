"""Metrics in a real JupyterLab: plots that go on by themselves, the same numbers as a table, and the saved output."""

import json
import re

import pytest

CONNECT = """
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
def seen(name, minutes):
    ep = ws.endpoints.get(name)
    for _ in range(minutes):
        ep.metrics()
        ws.mock.advance(60)
def asked(name):
    return sum(e["path"].endswith(f"/{name}/metrics") for e in ws.mock.journal())
DENIED = {"error_code": "PERMISSION_DENIED", "message": "You do not have permission to view churn."}
"""
PLOT = re.compile("^Requests a minute")


def panel(lab, name, *more, minutes=0):
    """Open the panel of an endpoint at its metrics."""
    lab.open([CONNECT + f"seen({name!r}, {minutes})", f"sw.EndpointPanel({name!r}, tab='metrics')", *more])
    lab.run(0).run(1)
    return opened(lab, 1)


def opened(lab, index):
    """Return a panel's place once it has drawn, with the focus on its tab."""
    place = lab.show(index).output(index)
    place.get_by_role("tab", name="Metrics", exact=True).focus()
    return place


def tab_to(lab, name, most=40):
    """Press Tab until the element of that name has the focus."""
    focused = """() => {
      const el = document.activeElement;
      const label = el.labels?.[0]?.querySelector(".sw-caption") ?? el;
      return (el.getAttribute("aria-label") ?? label.textContent).trim();
    }"""
    for _ in range(most):
        if lab.page.evaluate(focused) == name:
            return
        lab.page.keyboard.press("Tab")
    raise AssertionError(f"Tab leads nowhere near {name!r}")


def test_the_keyboard_alone_reads_plots_and_their_table_and_chooses_an_entity(lab):
    place = panel(lab, "fraud-detector", "ws.mock.advance(70)", minutes=12)
    plot = place.get_by_role("img", name=PLOT)
    plot.wait_for()
    period = r"13 samples from 2026-01-12 09:00 UTC to 2026-01-12 09:12 UTC: fraud_challenger-2 latest \d+, lowest \d+"
    lab.expect(plot).to_have_attribute("aria-label", re.compile(period))
    lab.shot("metrics-light", 1)
    keys = lab.page.keyboard
    tab_to(lab, "Entity")
    keys.press("ArrowDown")
    place.get_by_role("img", name=re.compile("^Requests a minute.*: All latest")).wait_for()
    keys.press("ArrowDown")
    place.get_by_role("img", name=re.compile("^Requests a minute.*: All latest [2-4][0-9],")).wait_for()
    place.get_by_text("whole endpoint").wait_for()
    tab_to(lab, "Show as table")
    keys.press("Enter")
    table = place.get_by_role("table", name=re.compile("^Metrics of fraud_challenger-2"))
    table.wait_for()
    lab.expect(table.get_by_role("row")).to_have_count(15)
    lab.absent(place.get_by_role("img", name=PLOT))
    lab.shot("metrics-table", 1)
    keys.press("Enter")
    place.get_by_role("img", name=PLOT).wait_for()
    lab.run(2)
    place.get_by_role("img", name=re.compile("14 samples")).first.wait_for()


def test_pointing_at_a_plot_tells_the_numbers_and_the_time_of_that_moment(lab):
    place = panel(lab, "recommender", minutes=6)
    plot = place.get_by_role("img", name=re.compile("^Latency in ms"))
    plot.wait_for()
    place.get_by_role("img", name=re.compile("^GPU and its memory in %")).wait_for()
    plot.hover(position={"x": 1, "y": 20})
    place.get_by_text("2026-01-12 09:00 UTC · −6 min").first.wait_for()
    lab.shot("metrics-pointed", 1)


def test_axe_finds_nothing_in_plots_in_the_table_and_where_there_are_none(lab):
    place = panel(lab, "fraud-detector", "sw.EndpointPanel('pricing', tab='metrics')", minutes=8)
    place.get_by_role("img", name=PLOT).wait_for()
    lab.axe(1, "metrics")
    place.get_by_role("button", name="Recipe").click()
    place.get_by_text("%serving metrics fraud-detector --history").first.wait_for()
    lab.page.keyboard.press("Escape")
    place.get_by_role("button", name="Show as table").click()
    place.get_by_role("table", name=re.compile("^Metrics of")).wait_for()
    lab.axe(1, "metrics-table")
    lab.run(2)
    lab.show(2)
    lab.output(2).get_by_text("pricing has no metrics: it is stopped").wait_for()
    lab.axe(2, "metrics-empty")


@pytest.mark.parametrize("pixels", [700, 360])
def test_narrow_cells_scroll_nothing_but_the_table_in_its_own_box(lab, pixels):
    place = panel(lab, "recommender", minutes=30)
    place.get_by_role("img", name=PLOT).wait_for()
    lab.width(pixels, 1)
    lab.shot(f"metrics-{pixels}", 1)
    overflow = "el => el.scrollWidth - el.clientWidth"
    lab.until(lambda: place.locator(".sw-root").first.evaluate(overflow) <= 0)
    place.get_by_role("button", name="Show as table").click()
    place.get_by_role("table", name=re.compile("^Metrics of")).wait_for()
    lab.shot(f"metrics-table-{pixels}", 1)
    lab.until(lambda: place.locator(".sw-root").first.evaluate(overflow) <= 0)


def test_a_failure_keeps_the_plots_says_why_and_recovers(lab):
    cells = [
        "ws.mock.faults([{'path': '*/churn/metrics', 'status': 503, 'count': None}]); ws.mock.advance(600)",
        "ws.mock.faults([]); ws.mock.advance(70)",
    ]
    place = panel(lab, "churn", *cells, minutes=5)
    place.get_by_role("img", name=PLOT).wait_for()
    lab.run(2)
    place.get_by_text("– retrying").first.wait_for()
    place.get_by_text("Couldn't read the metrics of churn").first.wait_for()
    lab.expect(place.get_by_role("img", name=PLOT)).to_have_count(1)
    lab.shot("metrics-stale", 1)
    assert lab.violations(1) == []
    lab.run(3)
    place.get_by_text("– retrying").first.wait_for(state="detached")


def test_who_may_not_see_them_is_told_so(lab):
    deny = "ws.mock.faults([{'path': '*/churn/metrics', 'status': 403, 'body': DENIED, 'count': None}])"
    lab.open([CONNECT + deny, "sw.EndpointPanel('churn', tab='metrics')"]).run(0).run(1)
    place = opened(lab, 1)
    place.get_by_text("You do not have permission to view churn.").first.wait_for()
    lab.absent(place.get_by_role("button", name="Retry"))
    lab.shot("metrics-denied", 1)
    assert lab.violations(1) == []


def test_without_a_kernel_the_plots_stay(lab):
    place = panel(lab, "churn", minutes=5)
    place.get_by_role("img", name=PLOT).wait_for()
    lab.restart()
    place.get_by_text("Frozen – the kernel is gone.").first.wait_for()
    lab.expect(place.get_by_role("img", name=PLOT)).to_have_count(1)
    lab.shot("metrics-frozen", 1)


def test_nothing_is_read_behind_another_tab(lab):
    place = panel(lab, "churn", "ws.mock.advance(600)", "print(asked('churn'))")
    place.get_by_role("img", name=PLOT).wait_for()
    place.get_by_role("tab", name="Overview", exact=True).click()
    place.get_by_role("button", name="Stop", exact=True).wait_for()
    lab.run(2).stays(lambda: lab.run(3).text(3), 2.5)


def test_what_the_magic_shows_is_whole_without_its_drawings(lab):
    cells = [
        CONNECT + "seen('fraud-detector', 6)",
        "%load_ext serving_widgets",
        "%serving metrics fraud-detector --history",
    ]
    lab.open(cells).run_all().show(2)
    place = lab.output(2)
    drawing = place.get_by_role("img", name=PLOT)
    drawing.wait_for()
    said = lab.settled(place.inner_text)
    lab.shot("metrics-magic", 2)
    # Of somebody else, and so not trusted: drawings go, and no word goes with them.
    foreign = lab.save().saved()
    foreign["metadata"]["from"] = "somebody else"
    file = lab.server.root / f"foreign-{lab.path}"
    file.write_text(json.dumps(foreign))
    lab.open_copy(file)
    other = lab.show(2).output(2)
    other.get_by_role("table").first.wait_for()
    lab.shot("metrics-magic-untrusted", 2)
    # JupyterLab draws an icon of its own beside what a cell shows.
    lab.absent(other.locator(".jp-OutputArea-output svg"))
    lab.until(lambda: other.inner_text().split(), said.split())
