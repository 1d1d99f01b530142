"""One notebook in the page: opened, run, looked at. What is looked at is waited for."""

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from .server import LabServer

AXE = Path(__file__).parents[3] / "js" / "node_modules" / "axe-core" / "axe.min.js"
#: Where pictures are wanted, and so taken.
PICTURES = "SERVING_WIDGETS_SHOTS"
WINDOW = {"width": 1280, "height": 900}
#: Seconds after which a test gives up: none is about how fast something happens, and the machine may be a busy one.
PATIENCE = 60.0
#: What axe-core reads again in the other theme; all else is the same in both.
COLOURS = {"runOnly": ["cat.color"]}


class Lab:
    """One notebook in JupyterLab: open it, run cells, look at what they show."""

    def __init__(self, page: Any, server: LabServer, shots: Path, test: str = "") -> None:
        self.page = page
        self.server = server
        self.path = ""
        self.console: list[str] = []
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._shots = shots
        self._test = test
        self._gate = server.root / f"go-{secrets.token_hex(6)}"

    def open(self, cells: list[str], kernel: str = "python3") -> "Lab":
        """Write a notebook with these code cells and open it."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
        notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
        self.path = f"test-{secrets.token_hex(6)}.ipynb"
        nbformat.write(notebook, self.server.root / self.path)
        self._call("open")
        return self

    def open_copy(self, file: Path, *, trusted: bool = False) -> "Lab":
        """Open a copy of a notebook as it came, with the outputs that were saved; not trusted unless said so."""
        self.path = f"{file.stem}-{secrets.token_hex(6)}.ipynb"
        shutil.copyfile(file, self.server.root / self.path)
        if file.parent != self.server.root and (file.parent / "images").is_dir():
            shutil.copytree(file.parent / "images", self.server.root / "images", dirs_exist_ok=True)
        if trusted:
            self.server.rest("POST", f"api/contents/{self.path}/trust")
        self._call("open")
        return self

    def run(self, index: int, *, fails: bool = False) -> "Lab":
        """Run a cell to its end; an error in it fails the test unless the cell is meant to fail."""
        self._call("run", index)
        self._check(index, fails)
        return self

    def start(self, index: int) -> "Lab":
        """Start a cell and go on while it runs."""
        self._call("start", index)
        return self

    def held(self, body: str = "time.sleep(0.02)") -> str:
        """Return code that goes on until :meth:`release`, again and again doing what it is given."""
        return f"import os, time\nwhile not os.path.exists({str(self._gate)!r}):\n    {body}\n"

    def release(self) -> "Lab":
        """Let the code of :meth:`held` come to its end."""
        self._gate.touch()
        return self

    def finish(self, index: int, *, fails: bool = False) -> "Lab":
        """Wait for the end of a cell that was started."""
        self.page.evaluate("index => window.lab.runs.get(index).then(() => null)", index)
        self._check(index, fails)
        return self

    def run_all(self) -> "Lab":
        """Run every code cell, top to bottom; those tagged `raises-exception` have to fail."""
        for index, cell in enumerate(self.notebook()["cells"]):
            if cell["cell_type"] == "code":
                self.run(index, fails="raises-exception" in cell["metadata"].get("tags", []))
        return self

    def notebook(self) -> dict[str, Any]:
        """Return the notebook as JupyterLab holds it now."""
        return self.page.evaluate("path => lab.panel(path).context.model.toJSON()", self.path)

    def saved(self) -> dict[str, Any]:
        """Return the notebook as it stands on disk."""
        return json.loads((self.server.root / self.path).read_text())

    def outputs(self, index: int) -> list[dict[str, Any]]:
        """Return a cell's outputs as data."""
        return self.notebook()["cells"][index]["outputs"]

    def text(self, index: int) -> str:
        """Return everything a cell printed or returned, as plain text."""
        parts = [out.get("text") or out.get("data", {}).get("text/plain", "") for out in self.outputs(index)]
        return "".join("".join(part) for part in parts)

    def show(self, index: int) -> "Lab":
        """Scroll to a cell."""
        self.page.evaluate("([path, index]) => lab.panel(path).content.scrollToItem(index)", [self.path, index])
        return self

    def output(self, index: int) -> Any:
        """Return the locator of a cell's output area on the page."""
        # JupyterLab takes cells that are out of sight out of the page, so the place among them says nothing.
        cell = f'.jp-Cell[data-windowed-list-index="{index}"]'
        return self.panel().locator(f"{cell} .jp-Cell-outputArea")

    def panel(self) -> Any:
        """Return the locator of the notebook on the page."""
        # By its path: for a moment two notebooks are in front, the one that goes and the one that comes.
        return self.page.locator(f'.jp-NotebookPanel[data-path="{self.path}"]')

    def expect(self, locator: Any) -> Any:
        """Return Playwright's assertions about a locator: each waits until it holds."""
        from playwright.sync_api import expect

        expect.set_options(timeout=1000 * PATIENCE)
        return expect(locator)

    def until(self, look: Callable[[], object], expected: object = True, seconds: float = PATIENCE) -> "Lab":
        """Look again and again until what is seen is what is expected."""
        end = time.monotonic() + seconds
        while (seen := look()) != expected:
            assert time.monotonic() < end, f"waited {seconds:g} s for {expected!r}, and it is {seen!r}"
            self.page.wait_for_timeout(50)
        return self

    def settled(self, look: Callable[[], Any]) -> Any:
        """Return what is seen once it is the same at two looks, a tenth of a second apart."""
        end, seen = time.monotonic() + PATIENCE, look()
        while True:
            self.page.wait_for_timeout(100)
            before, seen = seen, look()
            if before == seen:
                return seen
            assert time.monotonic() < end, f"it changes all the time: {before!r}, {seen!r}"

    def stays(self, look: Callable[[], object], seconds: float) -> "Lab":
        """Wait that long; what is seen has to be the same before and after."""
        before = look()
        self.page.wait_for_timeout(1000 * seconds)
        assert look() == before
        return self

    def rest(self) -> "Lab":
        """Wait until the notebook has come to rest: nothing in it changes or moves, but for what never rests."""
        self.panel().evaluate("node => lab.quiet(node)")
        return self

    def absent(self, *locators: Any) -> "Lab":
        """Let the notebook come to rest; there has to be none of these in it."""
        self.rest()
        assert [str(one) for one in locators if one.count()] == []
        return self

    def until_drawn(self, index: int) -> "Lab":
        """Wait until a saved widget is drawn, in a page that has just loaded it."""
        for _ in range(3):
            lost = self.panel().get_by_text("model not found")
            self.show(index).output(index).locator(".sw-root").or_(lost).first.wait_for()
            if not lost.count():
                return self
            # ipywidgets' manager looks into the notebook no more if the connection to the kernel comes up between its
            # own two looks, which a slow machine may bring about with any widget; loading again mends it.
            self.errors.clear()
            self.page.evaluate("path => { lab.panel(path).context.model.dirty = false; }", self.path)
            self.reload_page()
        raise AssertionError("the saved widgets were never drawn")

    def restart(self) -> "Lab":
        """Restart the kernel and wait until it is idle."""
        self._call("restart")
        return self

    def save(self) -> "Lab":
        """Save the notebook."""
        self.page.evaluate("path => lab.panel(path).context.save()", self.path)
        return self

    def reload(self) -> "Lab":
        """Save, since unsaved outputs vanish and a dirty tab asks questions; then reload the page."""
        self.save()
        return self.reload_page()

    def reload_page(self) -> "Lab":
        """Reload the page and open the notebook there as it stands on disk."""
        # Opened by address: the layout that JupyterLab remembers is written late, and may not know this notebook yet.
        self.page.goto(f"{self.server.url}/lab/tree/{self.path}?reset", wait_until="domcontentloaded")
        self._call("ready")
        return self

    def close_tab(self) -> "Lab":
        """Close the notebook's tab; its kernel lives on."""
        self.save()
        self.page.evaluate("path => lab.panel(path).close()", self.path)
        return self

    def reopen(self) -> "Lab":
        """Open the notebook again after :meth:`close_tab`."""
        self._call("open")
        return self

    def theme(self, name: str) -> "Lab":
        """Change the theme: "light" or "dark"."""
        full = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}[name]
        self.page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", full)
        light = json.dumps(str(name == "light").lower())
        self.page.wait_for_function(f"document.body.dataset.jpThemeLight === {light}")
        # A change of theme covers the window for a moment.
        self.page.locator("#jupyterlab-splash").wait_for(state="detached")
        return self

    def width(self, pixels: int, index: int = 0) -> "Lab":
        """Make the output of a cell (one that has some) this wide, by resizing the window."""
        for _ in range(4):
            now = self.output(index).locator(".jp-OutputArea-output").first.bounding_box()
            assert now is not None, "the cell shows nothing yet"
            missing = pixels - round(now["width"])
            if missing == 0:
                return self
            size = self.page.viewport_size
            self.page.set_viewport_size({"width": size["width"] + missing, "height": size["height"]})
            self.rest()
        raise AssertionError(f"the output cannot be made {pixels} pixels wide; it has {round(now['width'])}")

    def shot(self, name: str, index: int | None = None) -> Path:
        """Take a picture of a cell's output, or of the window, where one wants pictures; none is for asserting."""
        file = self._shots / f"{name}.png"
        if PICTURES not in os.environ:
            return file
        self._shots.mkdir(parents=True, exist_ok=True)
        if index is None:
            self.page.screenshot(path=file)
            return file
        size, output = self.page.viewport_size, self.output(index)
        # The notebook scrolls by itself: what does not fit into the window would be cut off.
        tall = max(WINDOW["height"], round(output.bounding_box()["height"]) + 200)
        self.page.set_viewport_size({"width": size["width"], "height": tall})
        output.scroll_into_view_if_needed()
        output.screenshot(path=file)
        self.page.set_viewport_size(size)
        return file

    def violations(self, index: int, **options: Any) -> list[str]:
        """Let axe-core read a cell's output; return what it holds against it, with the elements concerned."""
        if not AXE.exists():
            pytest.skip("axe-core is not installed: run `npm ci --ignore-scripts` in js/")
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text())
        self.output(index).evaluate("node => lab.quiet(node)")
        read = "(node, options) => axe.run(node, options).then(told => told.violations)"
        found = self.output(index).evaluate(read, {**options, "resultTypes": ["violations"]})
        return [f"{one['id']}: {one['help']} {[node['html'][:200] for node in one['nodes']]}" for one in found]

    def axe(self, index: int, name: str = "") -> "Lab":
        """Let axe-core read a cell's output in both themes, the present one first: it has to find nothing."""
        return self.axe_all({index: name})

    def axe_all(self, names: Mapping[int, str]) -> "Lab":
        """Let axe-core read the outputs of several cells in both themes; each has a name for its pictures."""
        light = self.page.evaluate("document.body.dataset.jpThemeLight === 'true'")
        for theme, options in zip(("light", "dark") if light else ("dark", "light"), ({}, COLOURS), strict=True):
            self.theme(theme)
            for index, name in names.items():
                self.show(index)
                if name:
                    self.shot(f"{name}-{theme}", index)
                assert self.violations(index, **options) == [], f"cell {index} in the {theme} theme"
        return self

    def evidence(self) -> str:
        """Keep a picture of the window and what the console said; return where they are."""
        self._shots.mkdir(parents=True, exist_ok=True)
        picture, said = (self._shots / f"{self._test}.failed.{kind}" for kind in ("png", "txt"))
        said.write_text("\n".join([self.page.url, *self.console, ""]), encoding="utf-8")
        try:
            self.page.screenshot(path=picture)
        except Exception as error:  # a page that has crashed shows nothing, and the failure is another one
            picture = f"none, {error}"
        return f"the window: {picture}\nthe console: {said}"

    def _call(self, helper: str, *arguments: Any) -> None:
        code = f"([path, ...rest]) => Promise.resolve(window.lab.{helper}(path, ...rest)).then(() => null)"
        self.page.evaluate(code, [self.path, *arguments])

    def _check(self, index: int, fails: bool) -> None:
        errors = [out for out in self.outputs(index) if out["output_type"] == "error"]
        told = "\n".join(line for out in errors for line in [f"{out['ename']}: {out['evalue']}", *out["traceback"]])
        assert bool(errors) is fails, told or f"cell {index} was meant to fail"


class Notebook7(Lab):
    """One notebook in Notebook 7, which shows one to a page."""

    def reload_page(self) -> "Lab":
        """Load the page again."""
        self._call("open")
        return self

    def _call(self, helper: str, *arguments: Any) -> None:
        if helper == "open":
            address = f"{self.server.url}/notebooks/{self.path}?token={self.server.token}"
            self.page.goto(address, wait_until="domcontentloaded")
            helper = "ready"
        super()._call(helper, *arguments)
