"""The front end's weight, for it travels uncompressed to the page and into saved notebooks, and what it never does."""

from pathlib import Path

import pytest

KILOBYTE = 1000
REACHES_OUT = ("fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "eval(", "new Function")
WRITES_MARKUP = ("innerHTML", "InnerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "srcdoc")


@pytest.fixture(scope="module")
def static(project: Path) -> Path:
    folder = project / "src" / "serving_widgets" / "static"
    if not (folder / "runtime.js").exists():
        pytest.skip("the front end is not built: run `npm ci --ignore-scripts && node build.mjs` in js/")
    return folder


@pytest.mark.parametrize(("name", "most"), [("runtime.js", 60 * KILOBYTE), ("loader.js", 1.5 * KILOBYTE)])
def test_the_front_end_stays_small(static, name, most):
    assert (static / name).stat().st_size <= most


def test_the_front_end_neither_fetches_nor_evaluates_anything(static):
    files = sorted(static.glob("*.js"))
    assert not [(file.name, word) for file in files for word in REACHES_OUT if word in file.read_text()]


def test_no_view_writes_markup(project):
    sources = sorted((project / "js" / "src").rglob("*.ts*"))
    assert sources
    found = [(path.name, word) for path in sources for word in WRITES_MARKUP if word in path.read_text()]
    assert not found
