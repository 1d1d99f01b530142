"""Drives a real JupyterLab or Notebook 7 with a real kernel in headless Chromium; only loopback is ever reached.

One server and one page serve the whole session, since loading JupyterLab takes longer than most tests. Every test gets
a notebook path and a kernel of its own: a server keeps the kernel of a path, and the next test would meet old code.
"""

import asyncio
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

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
OUTSIDE = re.compile(r"^(https?|wss?)://(?!127\.0\.0\.1[:/])")
OLD_KERNEL = "ipykernel73"
OLD_KERNEL_PLACE = "SERVING_WIDGETS_IPYKERNEL73"
AXE = Path(__file__).parents[2] / "js" / "node_modules" / "axe-core" / "axe.min.js"
WINDOW = {"width": 1280, "height": 900}
LOOP: pytest.StashKey[asyncio.AbstractEventLoop | None] = pytest.StashKey()

# JupyterLab's own noise, none of it ours: each line says where it comes from.
NOT_OURS = re.compile(
    r"favicon\.ico"  # the browser asks for it by itself
    r"|Could not restore the debugger state"  # the debugger's side bar, when a kernel restarts or its tab closes
    r"|reading 'schema'[^\0]*static/notebook/notebook_core"  # Notebook 7 reading its settings, with any notebook
    r"|Command 'filebrowser:open-path' not registered"  # Notebook 7, which has no file browser beside a notebook
    r"|static/notebook/\w+\.woff2"  # Notebook 7's icon font, which its server does not give to everyone
)

HELPERS = """
window.lab = {
  runs: new Map(),
  panel(path) {
    for (const widget of jupyterapp.shell.widgets('main')) if (widget.context?.path === path) return widget;
    return null;
  },
  kernel(path) { return this.panel(path).sessionContext.session?.kernel; },
  async until(condition, what, seconds = 30) {
    const end = Date.now() + 1000 * seconds;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`waited ${seconds} s for ${what}`);
      await new Promise(go => setTimeout(go, 20));
    }
  },
  async open(path) {
    await jupyterapp.restored;
    await jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
    await this.ready(path);
  },
  async ready(path) {
    await this.until(() => window.jupyterapp, 'JupyterLab');
    await jupyterapp.restored;
    await this.until(() => this.panel(path), 'the notebook');
    const panel = this.panel(path);
    await panel.context.ready;
    await panel.sessionContext.ready;
    await this.idle(path);
    panel.node.dataset.path = path;
    jupyterapp.shell.activateById(panel.id);
    await this.until(() => panel.isVisible, 'the notebook to be in front');
  },
  async idle(path) {
    const settled = () => this.kernel(path)?.connectionStatus === 'connected' && this.kernel(path)?.status === 'idle';
    await this.until(settled, 'an idle kernel');
  },
  async run(path, index) {
    const panel = this.panel(path);
    jupyterapp.shell.activateById(panel.id);
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
    await jupyterapp.commands.execute('notebook:run-cell');
  },
  start(path, index) { this.runs.set(index, this.run(path, index)); },
  async restart(path) {
    await this.panel(path).sessionContext.session.kernel.restart();
    await this.idle(path);
  },
  async tidy() {
    for (const widget of [...jupyterapp.shell.widgets('main')]) {
      if (widget.context) { widget.context.model.dirty = false; widget.close(); }
    }
    await this.until(() => ![...jupyterapp.shell.widgets('main')].some(w => w.context), 'the tabs to close', 5);
  },
};
"""


class LabServer:
    """A JupyterLab server of our own: private folders, a random port and token, no news and no update checks."""

    def __init__(self, base: Path) -> None:
        self.root = base / "notebooks"
        self.token = secrets.token_hex(16)
        self._runtime = base / "runtime"
        self._log = base / "server.log"
        self._old_kernel = os.environ.get(OLD_KERNEL_PLACE)
        for folder in ("notebooks", "config", "data", "runtime", "settings", "workspaces", "ipython"):
            (base / folder).mkdir()
        quiet = base / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
        quiet.parent.mkdir(parents=True)
        quiet.write_text(json.dumps({"fetchNews": "false", "checkForUpdates": False}))
        if self._old_kernel:
            write_kernelspec(base / "data" / "kernels" / OLD_KERNEL, self._old_kernel)
        env = os.environ | {
            "JUPYTER_CONFIG_DIR": str(base / "config"),
            "JUPYTER_DATA_DIR": str(base / "data"),
            "JUPYTER_RUNTIME_DIR": str(self._runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(base / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(base / "workspaces"),
            "IPYTHONDIR": str(base / "ipython"),
            "JUPYTER_TOKEN": self.token,
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={self.root}"]
        command += ["--LabApp.expose_app_in_browser=True", "--LabApp.extension_manager=readonly"]
        command += ["--JupyterNotebookApp.expose_app_in_browser=True"]
        command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
        with self._log.open("w") as log:
            self._process = subprocess.Popen(command, env=env, cwd=base, stdout=log, stderr=log, start_new_session=True)
        self.url = self._wait_until_it_listens()

    @property
    def kernels(self) -> list[str]:
        """Names of the kernels a notebook can have here."""
        return ["python3", *([OLD_KERNEL] if self._old_kernel else [])]

    def rest(self, method: str, path: str) -> Any:
        """Talk to the server's own API."""
        request = urllib.request.Request(f"{self.url}/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=10) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    def end_kernels(self) -> None:
        """End every session, so that kernels do not pile up."""
        for session in self.rest("GET", "api/sessions"):
            try:
                self.rest("DELETE", f"api/sessions/{session['id']}")
            except urllib.error.HTTPError as error:
                # It ended by itself between the two calls.
                if error.code != 404:
                    raise

    def stop(self) -> None:
        """End the server and, with it, the kernels it started."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(5)

    def _wait_until_it_listens(self) -> str:
        for _ in range(600):
            for file in self._runtime.glob("jpserver-*.json"):
                told = json.loads(file.read_text() or "{}")
                if told.get("port"):
                    return f"http://127.0.0.1:{told['port']}"
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"JupyterLab did not start:\n{self._log.read_text()[-4000:]}")


class Lab:
    """One notebook in JupyterLab: open it, run cells, look at what they show."""

    def __init__(self, page: Any, server: LabServer, shots: Path) -> None:
        self.page = page
        self.server = server
        self.path = ""
        self.errors: list[str] = []
        self.outside: list[str] = []
        self._shots = shots

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
        if (file.parent / "images").is_dir():
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

    def set_source(self, index: int, source: str) -> "Lab":
        """Replace the text of a cell."""
        self.page.evaluate(
            "([path, index, source]) => lab.panel(path).content.widgets[index].model.sharedModel.setSource(source)",
            [self.path, index, source],
        )
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
        # By its path: for a moment two notebooks are in front, the one that goes and the one that comes.
        return self.page.locator(f'.jp-NotebookPanel[data-path="{self.path}"] {cell} .jp-Cell-outputArea')

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
            self.page.wait_for_timeout(150)
        raise AssertionError(f"the output cannot be made {pixels} pixels wide; it has {round(now['width'])}")

    def shot(self, name: str, index: int | None = None) -> Path:
        """Take a picture of a cell's output, or of the window; pictures are for looking at, not for asserting."""
        self._shots.mkdir(parents=True, exist_ok=True)
        file = self._shots / f"{name}.png"
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

    def violations(self, index: int) -> list[str]:
        """Let axe-core read a cell's output; return what it holds against it, with the elements concerned."""
        if not AXE.exists():
            pytest.skip("axe-core is not installed: run `npm ci --ignore-scripts` in js/")
        self.page.evaluate(AXE.read_text())
        found = self.output(index).evaluate("node => axe.run(node).then(told => told.violations)")
        return [f"{one['id']}: {one['help']} {[node['html'][:200] for node in one['nodes']]}" for one in found]

    def _call(self, helper: str, *arguments: Any) -> None:
        code = f"([path, ...rest]) => Promise.resolve(window.lab.{helper}(path, ...rest)).then(() => null)"
        self.page.evaluate(code, [self.path, *arguments])

    def _check(self, index: int, fails: bool) -> None:
        errors = [out for out in self.outputs(index) if out["output_type"] == "error"]
        told = "\n".join(line for out in errors for line in [f"{out['ename']}: {out['evalue']}", *out["traceback"]])
        assert bool(errors) is fails, told or f"cell {index} was meant to fail"


class Notebook7(Lab):
    """One notebook in Notebook 7, which shows one to a page."""

    def reload(self) -> "Lab":
        """Save, and load the page again."""
        self.save()
        self._call("open")
        return self

    def _call(self, helper: str, *arguments: Any) -> None:
        if helper == "open":
            address = f"{self.server.url}/notebooks/{self.path}?token={self.server.token}"
            self.page.goto(address, wait_until="domcontentloaded")
            helper = "ready"
        super()._call(helper, *arguments)


def write_kernelspec(folder: Path, place: str) -> None:
    """Describe the kernel that runs the older ipykernel from its own folder."""
    folder.mkdir(parents=True)
    path = os.pathsep.join(filter(None, [place, os.environ.get("PYTHONPATH")]))
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": OLD_KERNEL,
        "language": "python",
        "env": {"PYTHONPATH": path},
    }
    (folder / "kernel.json").write_text(json.dumps(spec))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Let Playwright's event loop count as running in this thread in browser tests only; others run their own."""
    if "chromium" not in getattr(item, "fixturenames", ()):
        return (yield)
    with playwrights_loop(item.session.stash):
        return (yield)


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
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: browser tests are not run")
    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(CHROMIUM_NAMES)} is on PATH")
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
    pytest.importorskip("jupyterlab", reason="no JupyterLab: browser tests are not run")
    server = LabServer(tmp_path_factory.mktemp("lab"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def lab_page(request: pytest.FixtureRequest, chromium: Any, lab_server: LabServer) -> Iterator[Any]:
    """Load JupyterLab once; its notebooks come and go."""
    context = chromium.new_context(viewport=WINDOW, service_workers="block")
    context.add_init_script(HELPERS)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{lab_server.url}/lab?token={lab_server.token}&reset", wait_until="domcontentloaded")
    page.wait_for_function("window.jupyterapp && jupyterapp.restored.then(() => true)", timeout=60_000)
    yield page
    with playwrights_loop(request.session.stash):
        context.close()


@pytest.fixture
def lab(lab_page: Any, lab_server: LabServer, tmp_path: Path) -> Generator[Lab]:
    """Give a fresh notebook's driver; console errors and requests to anywhere else fail the test."""
    driver = Lab(lab_page, lab_server, shots(tmp_path))
    try:
        with watched(driver):
            yield driver
    finally:
        lab_page.evaluate("() => window.lab.tidy()")
        lab_server.end_kernels()
        lab_page.set_viewport_size(WINDOW)
        driver.theme("light")


@pytest.fixture
def notebook7(chromium: Any, lab_server: LabServer, tmp_path: Path) -> Generator[Notebook7]:
    """Give the driver of a notebook in Notebook 7's own page, under the same conditions."""
    pytest.importorskip("notebook", reason="no Notebook 7: it is not tested")
    context = chromium.new_context(viewport=WINDOW, service_workers="block")
    context.add_init_script(HELPERS)
    page = context.new_page()
    page.set_default_timeout(15_000)
    driver = Notebook7(page, lab_server, shots(tmp_path))
    try:
        with watched(driver):
            yield driver
    finally:
        lab_server.end_kernels()
        context.close()


def shots(otherwise: Path) -> Path:
    """Return the folder for pictures."""
    return Path(os.environ.get("SERVING_WIDGETS_SHOTS", otherwise / "shots"))


@contextlib.contextmanager
def watched(driver: Lab) -> Iterator[None]:
    """Fail at the end if there were errors in the browser's console, or requests that would leave the machine."""
    page = driver.page

    def hear(message: Any) -> None:
        if message.type == "error" and not NOT_OURS.search(f"{message.text} {message.location.get('url', '')}"):
            driver.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def crash(error: Any) -> None:
        if not NOT_OURS.search(f"{error}\n{error.stack}"):
            driver.errors.append(str(error))

    def leave(request: Any) -> None:
        if OUTSIDE.match(request.url):
            driver.outside.append(request.url)

    listeners = {"console": hear, "pageerror": crash, "request": leave, "websocket": leave}
    page.route(OUTSIDE, lambda route: route.abort())
    for event, listener in listeners.items():
        page.on(event, listener)
    yield
    for event, listener in listeners.items():
        page.remove_listener(event, listener)
    page.unroute_all()
    assert not driver.errors, "errors in the browser's console:\n" + "\n".join(driver.errors)
    assert not driver.outside, "requests that left this machine:\n" + "\n".join(driver.outside)


@pytest.fixture(params=["python3", OLD_KERNEL])
def kernel(request: pytest.FixtureRequest, lab_server: LabServer) -> str:
    """Run a test once with each ipykernel: they send a click down different roads."""
    if request.param not in lab_server.kernels:
        pytest.skip(f"no second ipykernel: set {OLD_KERNEL_PLACE} to a folder that holds ipykernel 7.3")
    return request.param
