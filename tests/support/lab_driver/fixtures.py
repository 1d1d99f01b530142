"""The fixtures `lab`, `notebook7` and `kernel`: a pytest plugin."""

import asyncio
import contextlib
import os
import re
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from .notebook import PATIENCE, PICTURES, WINDOW, Lab, Notebook7
from .server import OLD_KERNEL, OLD_KERNEL_PLACE, LabServer
from .watching import watched

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
HELPERS = (Path(__file__).parent / "page.js").read_text(encoding="utf-8")
INSTALL = "pip install -e '.[test]'"
LOOP: pytest.StashKey[asyncio.AbstractEventLoop | None] = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let Playwright's event loop count as running in this thread in browser tests only; others run their own."""
    if "chromium" not in getattr(item, "fixturenames", ()):
        return (yield)
    with playwrights_loop(item.session.stash):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell of a test that failed in the browser where to look at what it saw."""
    report = yield
    if report.failed and report.when == "call":
        found = getattr(item, "funcargs", {})
        for driver in (found[name] for name in ("lab", "notebook7") if name in found):
            report.sections.append(("What the browser showed", driver.evidence()))
    return report


@contextlib.contextmanager
def playwrights_loop(stash: pytest.Stash) -> Iterator[None]:
    """Put the loop that Playwright was started with in its place, and leave the thread without one afterwards."""
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(before or stash.get(LOOP, None))
    try:
        yield
    finally:
        stash[LOOP] = asyncio._get_running_loop()
        asyncio._set_running_loop(before)


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Start the Chromium that is on PATH."""
    sync_api = pytest.importorskip("playwright.sync_api", reason=f"no playwright, so no browser: {INSTALL}")
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        names = ", ".join(CHROMIUM_NAMES)
        pytest.skip(f"no browser: put one of {names} on PATH (Debian: apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        # The last test of the session may have been another one.
        asyncio._set_running_loop(asyncio._get_running_loop() or request.session.stash.get(LOOP, None))
        browser.close()
    asyncio._set_running_loop(None)


@pytest.fixture(scope="session")
def lab_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """Start a JupyterLab server for the session."""
    pytest.importorskip("jupyterlab", reason=f"no JupyterLab, so nothing was looked at in it: {INSTALL}")
    server = LabServer(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def lab_page(request: pytest.FixtureRequest, chromium: Any, lab_server: LabServer) -> Iterator[Any]:
    """Load JupyterLab once; its notebooks come and go."""
    context = chromium.new_context(viewport=WINDOW, service_workers="block")
    context.add_init_script(HELPERS)
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    page.goto(f"{lab_server.url}/lab?token={lab_server.token}&reset", wait_until="domcontentloaded")
    page.wait_for_function("window.jupyterapp && jupyterapp.restored.then(() => true)", timeout=120_000)
    yield page
    with playwrights_loop(request.session.stash):
        context.close()


@pytest.fixture
def lab(request: pytest.FixtureRequest, lab_page: Any, lab_server: LabServer, tmp_path: Path) -> Generator[Lab]:
    """Give a fresh notebook's driver; console errors and requests to anywhere else fail the test."""
    driver = Lab(lab_page, lab_server, shots(tmp_path), file_name(request))
    try:
        with watched(driver):
            yield driver
    finally:
        lab_page.evaluate("() => window.lab.tidy()")
        lab_server.end_kernels(wait=False)
        lab_page.set_viewport_size(WINDOW)
        driver.theme("light")


@pytest.fixture
def notebook7(
    request: pytest.FixtureRequest, chromium: Any, lab_server: LabServer, tmp_path: Path
) -> Generator[Notebook7]:
    """Give the driver of a notebook in Notebook 7's own page, under the same conditions."""
    pytest.importorskip("notebook", reason=f"no Notebook 7, so it was not tried: {INSTALL}")
    context = chromium.new_context(viewport=WINDOW, service_workers="block")
    context.add_init_script(HELPERS)
    page = context.new_page()
    page.set_default_timeout(1000 * PATIENCE)
    driver = Notebook7(page, lab_server, shots(tmp_path), file_name(request))
    try:
        with watched(driver):
            yield driver
    finally:
        lab_server.end_kernels(wait=False)
        context.close()


@pytest.fixture(params=["python3", OLD_KERNEL])
def kernel(request: pytest.FixtureRequest, lab_server: LabServer) -> str:
    """Run a test once with each ipykernel: they send a click down different roads."""
    if request.param not in lab_server.kernels:
        install = "pip install --no-deps --target FOLDER 'ipykernel==7.3.*'"
        pytest.skip(f"no second ipykernel: {install}, and set {OLD_KERNEL_PLACE}=FOLDER")
    return request.param


def shots(otherwise: Path) -> Path:
    """Return the folder for pictures."""
    return Path(os.environ.get(PICTURES, otherwise / "shots"))


def file_name(request: pytest.FixtureRequest) -> str:
    """Return what the files of a test that failed are called."""
    return re.sub(r"[^\w-]+", "-", request.node.name)[:80].strip("-")
