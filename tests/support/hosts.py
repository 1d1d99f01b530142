"""Looks at the widgets on the screens of the hosts that can be had here, and writes the table of README.

``python tests/support/hosts.py FOLDER`` makes an environment for each host in a folder, opens the same widgets there in
Chromium, takes a picture, presses a button, and brings the table in README up to date.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[2]
BEGIN, END = "<!-- hosts -->", "<!-- /hosts -->"
CELLS = (
    "import serving_widgets as sw\nws = sw.connect('mock', clock='manual')",
    "ws.endpoints.get('churn')",
    "sw.EndpointBrowser()",
    "sw.StatusBadge('churn')",
    "sw.EndpointControls('unity-model-endpoint')",
    "sw.EndpointPanel('fraud-detector')",
    "sw.LogViewer('churn', sort='build')",
    "sw.PermissionsEditor('churn')",
    "sw.SchemaExplorer('example-endpoint')",
)
#: Widgets that have to be drawn: a panel holds more within it.
DRAWN = 7


@dataclass(frozen=True)
class Host:
    """A place where notebooks are shown: what to install for it, and how it is looked at."""

    name: str
    packages: tuple[str, ...]
    shown: str
    look: Callable[[Path, Path], str]


def by_tests(*tests: str) -> Callable[[Path, Path], str]:
    """Run browser tests with an environment's own JupyterLab."""

    def look(python: Path, folder: Path) -> str:
        env = {**os.environ, "SERVING_WIDGETS_SHOTS": str(folder)}
        report = folder / "tests.xml"
        command = [str(python), "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", f"--junitxml={report}", *tests]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            (folder / "failed.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
            raise AssertionError(f"the browser tests failed, see {folder / 'failed.txt'}")
        cases = ElementTree.parse(report).getroot().iter("testcase")
        return f"{sum(case.find('skipped') is None for case in cases)} browser tests"

    return look


def by_page(start: Callable[[Path, Path], tuple[list[str], str]]) -> Callable[[Path, Path], str]:
    """Start a server that runs the cells by itself, and look at its page."""

    def look(python: Path, folder: Path) -> str:
        command, url = start(python, folder)
        with (folder / "server.log").open("w") as log:
            server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": 1100, "height": 3600})
                _open(page, url)
                _press(page)
                page.screenshot(path=folder / "widgets.png", full_page=True)
                browser.close()
        finally:
            server.terminate()
            server.wait(10)
        return f"{DRAWN} widgets drawn, a stop by its button"

    return look


def _open(page: Page, url: str) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            page.goto(url)
            break
        except Exception:  # the server is not there yet
            if time.monotonic() > end:
                raise
            time.sleep(0.5)
    page.wait_for_function(f"document.querySelectorAll('.sw-root').length >= {DRAWN}", timeout=120_000)


def _press(page: Page) -> None:
    page.get_by_role("button", name="Stop", exact=True).first.click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    page.get_by_text(re.compile("Stopping|Stopped")).first.wait_for()


def voila(python: Path, folder: Path) -> tuple[list[str], str]:
    """Return how Voilà is started on a notebook."""
    cells = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "execution_count": None, "source": each}
        for n, each in enumerate(CELLS)
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    (folder / "widgets.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    return [str(python), "-m", "voila", "widgets.ipynb", "--no-browser", "--port=8931"], "http://127.0.0.1:8931"


def marimo(python: Path, folder: Path) -> tuple[list[str], str]:
    """Return how marimo is started on an app."""
    first, *others = CELLS
    cells = [f"@app.cell\ndef _():\n    {first.replace(chr(10), chr(10) + '    ')}\n    return sw, ws\n"]
    cells += [f"@app.cell\ndef _(sw, ws):\n    {each}\n" for each in others]
    (folder / "widgets.py").write_text("import marimo\n\napp = marimo.App()\n\n" + "\n".join(cells), encoding="utf-8")
    arguments = ["run", "widgets.py", "--headless", "--no-token", "--host", "127.0.0.1", "--port", "8932"]
    return [str(python), "-m", "marimo", *arguments], "http://127.0.0.1:8932"


LAB = by_tests("tests/browser/test_quickstart.py", "tests/browser/test_panel.py")
HOSTS = (
    Host("JupyterLab 4.4", ("jupyterlab==4.4.*",), "jupyterlab", LAB),
    Host("JupyterLab 4.5", ("jupyterlab==4.5.*",), "jupyterlab", LAB),
    Host("JupyterLab, newest", ("jupyterlab",), "jupyterlab", LAB),
    Host("Notebook 7", ("notebook",), "notebook", by_tests("tests/browser/test_notebook7.py")),
    Host("Voilà", ("voila",), "voila", by_page(voila)),
    Host("marimo", ("marimo",), "marimo", by_page(marimo)),
)
TESTS = ("ipykernel", "playwright", "pytest", "pytest-xdist", "hypothesis", "nbformat", "nbclient", "nbval")


def main() -> int:
    """Look at each host, and write the table."""
    folder = Path(sys.argv[1]).resolve()
    rows, failed = ["| host | version | what was seen |", "|---|---|---|"], False
    for host in HOSTS:
        place = folder / re.sub(r"\W+", "-", host.name.lower())
        place.mkdir(parents=True, exist_ok=True)
        python = place / "env" / "bin" / "python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(place / "env")], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "-e", str(ROOT), *host.packages, *TESTS]
        subprocess.run(install, check=True, env={**os.environ, "SERVING_WIDGETS_BUILD": "skip"})
        asked = f"import importlib.metadata as m; print(m.version({host.shown!r}))"
        version = subprocess.run([str(python), "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
        try:
            seen = host.look(python, place)
        except Exception as error:
            seen, failed = f"failed: {error}", True
        rows.append(f"| {host.name} | {version} | {seen} |")
        print(rows[-1], flush=True)
    if not failed:
        readme = ROOT / "README.md"
        text = readme.read_text(encoding="utf-8")
        before, after = text.partition(BEGIN)[0], text.partition(END)[2]
        readme.write_text(f"{before}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{after}", encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
