"""A report's page in a browser: on screen in both themes and two widths, on paper, without styles, by keyboard."""

import pytest
from lab_driver import fixtures
from lab_driver.notebook import AXE

import serving_widgets as sw

WIDE, NARROW = 1300, 360
#: Pixels across that a sheet of A4 has between margins of 14 mm.
PAPER = 687


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """Return the file of a report that has something to tell of everything."""
    folder = tmp_path_factory.mktemp("report")
    ws = sw.connect("mock", clock="manual", name="report")
    try:
        ws.report(folder / "before.html")
        for _ in range(4):
            ws.report()
            ws.mock.advance(60)
        ws.endpoints.get("pricing").start()
        return ws.report(folder / "report.html", since=folder / "before.html").path
    finally:
        ws.close()


@pytest.fixture
def shots(tmp_path):
    """Return the folder for pictures."""
    return fixtures.shots(tmp_path)


@pytest.fixture
def page(chromium, report):
    """Return a function that opens the report in a window; it asks for no other file, and complains of nothing."""
    contexts, asked, said = [], [], []

    def show(width=WIDE, theme="light", **options):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme, **options)
        contexts.append(context)
        shown = context.new_page()
        shown.on("request", lambda request: asked.append(request.url))
        shown.on("console", lambda message: said.append(message.text))
        shown.goto(report.as_uri())
        return shown

    yield show
    assert set(asked) == {report.as_uri()}
    assert said == []
    for context in contexts:
        context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_and_the_page_does_not_scroll_sideways(page, theme, width, shots):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run `npm ci --ignore-scripts` in js/")
    # The page itself lets no script run, that of a test included.
    shown = page(width, theme, bypass_csp=True)
    shown.screenshot(path=shots / f"report-{theme}-{width}.png", full_page=True)
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    found = shown.evaluate(
        "() => axe.run(document).then(told => told.violations.map(one => [one.id, one.nodes[0].html]))"
    )
    assert found == []


def test_it_follows_the_theme(page):
    grounds = [
        page(theme=theme).evaluate("getComputedStyle(document.documentElement).backgroundColor")
        for theme in ("light", "dark")
    ]
    assert grounds == ["rgb(255, 255, 255)", "rgb(13, 17, 23)"]


def test_the_first_key_leads_to_the_content_and_every_link_leads_somewhere(page):
    shown = page()
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.textContent") == "Skip to the content"
    shown.keyboard.press("Enter")
    assert shown.evaluate("location.hash") == "#main"
    shown.get_by_role("table").first.get_by_role("link", name="churn").click()
    assert shown.evaluate("document.querySelector(location.hash).textContent") == "churn"


def test_headings_landmarks_and_tables_are_there_by_name(page):
    shown = page()
    for role in ("banner", "navigation", "main", "contentinfo"):
        assert shown.get_by_role(role).count() == 1
    headings = ["Needs attention", "What has changed", "All endpoints", "Each endpoint"]
    assert shown.get_by_role("heading", level=2).all_text_contents() == headings
    assert shown.get_by_role("heading", name="churn", level=3).count() == 1
    assert shown.get_by_role("img").first.get_attribute("aria-label")


def test_on_paper_nothing_is_cut_and_all_of_it_is_dark_on_white(page, tmp_path, shots):
    shown = page(PAPER, "dark")
    shown.emulate_media(media="print")
    shown.screenshot(path=shots / "report-print.png", full_page=True)
    over = shown.evaluate(
        "() => [...document.querySelectorAll('main *')].map(node => [node, node.getBoundingClientRect().right])"
        ".filter(([_, right]) => right > innerWidth + 1).map(([node]) => node.outerHTML.slice(0, 100))"
    )
    assert over == []
    assert shown.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert shown.get_by_role("navigation").count() == 0
    document = shown.pdf(path=tmp_path / "report.pdf", format="A4")
    assert document.startswith(b"%PDF")


def test_without_styles_it_reads_from_the_top_to_the_end(page, shots):
    shown = page()
    before = shown.locator("main").inner_text()
    shown.evaluate("document.querySelectorAll('style').forEach(each => each.remove())")
    shown.screenshot(path=shots / "report-without-styles.png", full_page=True)
    assert "report-data" not in shown.locator("body").inner_text()
    assert shown.locator("main").inner_text().split() == before.split()


def test_without_script_it_is_the_same_page(page):
    assert page(java_script_enabled=False).locator("main").inner_text() == page().locator("main").inner_text()
