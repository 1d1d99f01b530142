"""On paper nothing scrolls: no output of a notebook is wider than a page."""

from pathlib import Path

import pytest
from made_notebooks import page_of

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
#: CSS pixels of a sheet of A4 at its narrow side, without the browser's margins.
PAPER = 718
TOO_WIDE = """limit => [...document.querySelectorAll(".jp-OutputArea-output *")]
    .filter(node => node.getBoundingClientRect().right > limit + 1)
    .map(node => `${node.tagName} ${node.textContent.trim().slice(0, 60)}`)"""


@pytest.fixture
def paper(chromium):
    """Return a page as wide as paper, which asks for nothing outside."""
    context = chromium.new_context(viewport={"width": PAPER, "height": 1000})
    context.route("http*://**", lambda route: route.abort())
    page = context.new_page()
    page.emulate_media(media="print")
    yield page
    context.close()


def test_no_output_of_a_printed_notebook_is_cut(paper):
    found = {}
    for notebook in NOTEBOOKS:
        paper.set_content(page_of(notebook, "html"), wait_until="domcontentloaded")
        paper.locator(".jp-OutputArea-output").first.wait_for(state="attached")
        found[notebook.stem] = paper.evaluate(TOO_WIDE, PAPER)
    assert {name: wide for name, wide in found.items() if wide} == {}
