"""What takes a real JupyterLab: endpoints by the thousand, long logs, clicks while a cell runs, an hour on screen.

The peers, in the same run: the same endpoints as a pandas table, the same log in a plain ``<pre>`` with the browser's
search, and a plain ipywidgets button that a thread updates, as live widgets are.
"""

import os
import pathlib
import shutil
import subprocess

from figures import SMALL, Row, size, tell

ENDPOINTS, LINES, CLICKS, BADGES, PANELS, MINUTES, SLEEP = size(
    (10_000, 200_000, 8, 100, 10, 60, 5), (50, 2_000, 1, 3, 1, 2, 1)
)
CLOCK = "() => performance.now()"

ENDPOINTS_SETUP = """
import serving_widgets as sw
ws = sw.connect("mock", scenario="large:{endpoints}", clock="manual")
endpoints = ws.endpoints.list()
"""
TABLE = """
import pandas as pd
from IPython.display import HTML
frame = pd.DataFrame([{"name": ep.name, "status": ep.label, "kind": ep.kind} for ep in endpoints])
HTML(frame.to_html(max_rows=None))
"""
# Each figure is the time until the frame is drawn that shows what a key or a click did.
TYPED = """
async ([place, texts]) => {
  const box = place.querySelector('input[type=search], [role=searchbox]');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const times = [];
  for (const text of texts) {
    const begin = performance.now();
    set.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(go => requestAnimationFrame(() => setTimeout(go)));
    times.push(performance.now() - begin);
    await new Promise(go => setTimeout(go, 120));
  }
  return times;
}
"""


def test_endpoints_by_the_thousand(lab):
    """Measure the browser beside a table."""
    lab.open([ENDPOINTS_SETUP.format(endpoints=ENDPOINTS), "sw.EndpointBrowser()", TABLE]).run(0)
    begin = lab.page.evaluate(CLOCK)
    lab.run(1)
    place = lab.output(1)
    place.get_by_role("grid").get_by_role("row").nth(3).wait_for()
    first = lab.page.evaluate(CLOCK) - begin
    lab.expect(place.get_by_role("grid")).to_have_attribute("aria-rowcount", str(ENDPOINTS + 1))
    typed = lab.page.evaluate(TYPED, [place.element_handle(), ["a", "ad", "ads", "ad", "a", "", "x", "xy", ""]])
    shown, elements = place.locator("[role=row]").count(), place.locator("*").count()
    begin = lab.page.evaluate(CLOCK)
    lab.run(2)
    lab.output(2).locator("tbody tr").nth(3).wait_for()
    table = lab.page.evaluate(CLOCK) - begin
    others = lab.output(2).locator("*").count()
    what = f"browser of {ENDPOINTS:,}: "
    tell(
        [
            Row(f"{what}first rows after the reply (page)", [first], peers={"a pandas table": [table]}, most=1000.0),
            Row(f"{what}key to picture, a frame included (page)", typed, most=50.0),
            Row(f"{what}elements", [elements], "elements", peers={"a pandas table": [others]}),
            Row(f"{what}rows among them", [shown], "rows", most=80),
        ]
    )


LOG_SETUP = """
import time
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
E = "example-endpoint"
ws.mock.roll_log(E, {lines}, quiet=True)
ws.mock.fill_log(E, {lines})
ws.endpoints.get(E)
text = ws.endpoints.get(E).logs()
"""
PRE = """
import html
from IPython.display import HTML
HTML(f"<pre class='peer'>{html.escape(text)}</pre>")
"""
# When the reply was in the kernel, in milliseconds since the epoch: the page's clock is the same machine's.
REPLIED = """
from serving_widgets.widgets.logs.questions import LogQuestions
from serving_widgets.workspace.logs import log_feed
taken, asked = log_feed.LogFeed._take, LogQuestions._search
async def noted(self, text):
    global replied
    replied = time.time() * 1000
    await taken(self, text)
async def timed(self, args, progress):
    begun, told = time.perf_counter(), []
    def noting(data):
        told.append(time.perf_counter())
        progress(data)
    done = await asked(self, args, noting)
    answers.append(1000 * ((told or [time.perf_counter()])[0] - begun))
    return done
answers = []
log_feed.LogFeed._take = noted
LogQuestions._search = timed
viewer = sw.LogViewer(E, sort="build")
"""
# The first lines, and a search as soon as there is a box to type into, while the kernel still reads.
FIRST = """
async () => {
  const frame = () => new Promise(go => requestAnimationFrame(go));
  const now = () => performance.timeOrigin + performance.now();
  const lines = () => [...document.querySelectorAll('.sw-log-text')];
  while (!lines().some(line => line.textContent.includes('/health'))) await frame();
  const shown = now();
  const box = document.querySelector('.sw-log-find input');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, 'no such text');
  box.dispatchEvent(new Event('input', { bubbles: true }));
  const typed = now();
  while (!/[0-9] match|No matches/.test(document.querySelector('.sw-log-find').textContent)) await frame();
  return [shown, now() - typed];
}
"""
# Of a log viewer for React: its first lines once it has the text, and each search until it tells what it found.
REACT = """
async text => {
  const frame = () => new Promise(go => requestAnimationFrame(go));
  const said = () => document.querySelector('.react-lazylog-searchbar').textContent;
  const begin = performance.now();
  show(text);
  while (!document.querySelector('[class*=line]')?.textContent) await frame();
  const first = performance.now() - begin;
  const box = document.querySelector('input');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const times = [];
  for (const sought of ['health probe answered after 999', 'no such text', 'memory: 49']) {
    const before = said();
    const begin = performance.now();
    set.call(box, sought);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true, key: 'x' }));
    while (performance.now() - begin < 20_000 && said() === before) await frame();
    times.push(performance.now() - begin);
  }
  return [[first], times];
}
"""
SCROLL = """
async list => {
  const times = [];
  for (let step = 0; step <= 20; step++) {
    const begin = performance.now();
    list.scrollTop = (list.scrollHeight - list.clientHeight) * ((step * 7) % 21) / 20;
    await new Promise(go => requestAnimationFrame(() => setTimeout(go)));
    times.push(performance.now() - begin);
  }
  return times;
}
"""
FOUND = """
async () => {
  const times = [];
  for (const text of ['health probe answered after 999', 'no such text', 'memory: 49']) {
    getSelection().removeAllRanges();
    const begin = performance.now();
    window.find(text);
    times.push(performance.now() - begin);
  }
  return times;
}
"""


def test_a_long_log(lab, tmp_path):
    """Measure the viewer beside a ``<pre>`` and a log viewer for React."""
    file = tmp_path / "server.log"
    saved = f"{LOG_SETUP.format(lines=LINES)}open({str(file)!r}, 'w').write(text)"
    lab.open([saved, REPLIED, "viewer", "print(replied, answers[0])", PRE]).run(0).run(1).run(2)
    place = lab.show(2).output(2)
    place.locator(".sw-log-row").last.wait_for()
    place.get_by_role("tab", name="Server logs").click()
    shown, while_read = lab.page.evaluate(FIRST)
    lab.run(3)
    replied, in_the_kernel = map(float, lab.text(3).split())
    first = shown - replied
    texts = ["h", "he", "health", "health probe", "no such text", "memory: 4", "WARNING", "x"]
    typed = lab.page.evaluate(TYPED, [place.element_handle(), texts])
    place.get_by_role("searchbox").fill("")
    scrolled = place.get_by_role("log").evaluate(SCROLL)
    rows = place.locator(".sw-log-row").count()
    begin = lab.page.evaluate(CLOCK)
    lab.run(4)
    lab.show(4).output(4).locator("pre.peer").wait_for()
    pre, what = lab.page.evaluate(CLOCK) - begin, f"log of {LINES:,} lines: "
    found = lab.page.evaluate(FOUND)
    react_first, react_found = react_viewer(lab, tmp_path, file.read_text())
    peers = {"a <pre>": [pre], "react-logviewer": react_first}
    tell(
        [
            Row(f"{what}first lines after the reply (page)", [first], peers=peers, most=500.0),
            Row(f"{what}a search while it is being read (page)", [while_read], most=150.0),
            Row(f"{what}the same, until the kernel's first answer (kernel)", [in_the_kernel], most=150.0),
            Row(
                f"{what}key to picture in search (page)",
                typed,
                peers={"a <pre>": found, "react-logviewer": react_found},
                most=150.0,
            ),
            Row(f"{what}scroll anywhere (page)", scrolled),
            Row(f"{what}rows among the elements", [rows], "rows", most=200),
        ]
    )


VIEWER = """
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { LazyLog } from "@melloware/react-logviewer";
window.show = text => {
  const shown = createElement(LazyLog, { text, enableSearch: true, height: 400, width: 700 });
  createRoot(document.getElementById("root")).render(shown);
};
"""


def react_viewer(lab, folder, text):
    """Measure a log viewer for React, fetched by npm for this run; nothing where that is not to be had."""
    npm, esbuild = shutil.which("npm"), pathlib.Path(__file__).parents[2] / "js/node_modules/.bin/esbuild"
    if npm is None or not esbuild.exists() or os.environ.get(SMALL):
        return [], []
    (folder / "package.json").write_text("{}")
    (folder / "viewer.js").write_text(VIEWER)
    packages = ["@melloware/react-logviewer@6", "react@19", "react-dom@19"]
    bundle = ["viewer.js", "--bundle", "--outfile=out.js", '--define:process.env.NODE_ENV="production"']
    for command in ([npm, "install", "--no-audit", "--no-fund", *packages], [str(esbuild), *bundle]):
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            return [], []
    page = lab.page.context.new_page()
    page.set_content("<div id=root></div>")
    page.add_script_tag(content=(folder / "out.js").read_text())
    figures = page.evaluate(REACT, text)
    page.close()
    return figures


CLICK_SETUP = """
import asyncio, threading, time
import ipywidgets
import serving_widgets as sw
ws = sw.connect("mock", scenario="demo")
controls = sw.EndpointControls("unity-model-endpoint")
peer = ipywidgets.Button(description="0")
peer.on_click(lambda _: setattr(peer, "tooltip", str(time.time())))
def tick():
    for number in range(10_000):
        peer.description = str(number)
        time.sleep(0.25)
threading.Thread(target=tick, daemon=True).start()
"""
BUSY = {"idle": "None", "in `time.sleep`": f"time.sleep({SLEEP})"}
# Both are measured on the comm: from the message out to the first message back that answers it.
OURS = """
async ([path, clicks]) => {
  const manager = await managerOf(path);
  const model = await modelOf(manager, 'kind', 'endpoint_controls');
  const times = [];
  for (let n = 0; n < clicks; n++) {
    const id = `bench-${Math.random()}`;
    const begin = performance.now();
    times.push(await new Promise(done => {
      const hear = message => {
        if (message.id !== id || message.type !== 'ack') return;
        model.off('msg:custom', hear);
        done(performance.now() - begin);
      };
      model.on('msg:custom', hear);
      model.send({ id, op: 'refresh', args: {} });
      setTimeout(() => done(performance.now() - begin), 10000);
    }));
    await new Promise(go => setTimeout(go, 150));
  }
  return times;
}
"""
PEER = """
async ([path, clicks]) => {
  const manager = await managerOf(path);
  const model = await modelOf(manager, '_model_name', 'ButtonModel');
  const times = [];
  for (let n = 0; n < clicks; n++) {
    const begin = performance.now();
    times.push(await new Promise(done => {
      model.once('change:tooltip', () => done(performance.now() - begin));
      model.send({ event: 'click' });
      setTimeout(() => done(performance.now() - begin), 10000);
    }));
    await new Promise(go => setTimeout(go, 150));
  }
  return times;
}
"""
FIND = """
window.managerOf = async path => {
  const panel = lab.panel(path);
  const rendermime = panel.content.rendermime;
  const factory = rendermime.getFactory('application/vnd.jupyter.widget-view+json');
  return factory.createRenderer({ mimeType: 'application/vnd.jupyter.widget-view+json' })._manager.promise;
};
window.modelOf = async (manager, key, value) => {
  for (const promise of Object.values(manager._models)) {
    const model = await promise;
    if (model.get(key) === value) return model;
  }
  throw new Error(`no model with ${key} = ${value}`);
};
null;
"""


def test_clicks_while_a_cell_runs(lab):
    """Measure from a click to its acknowledgement, as the comm has it."""
    lab.open([CLICK_SETUP, "controls", "peer", *BUSY.values()]).run(0).run(1).run(2)
    lab.output(1).get_by_role("status").first.wait_for()
    lab.page.evaluate(FIND)
    for number, busy in enumerate(BUSY):
        figures = {}
        for name, script in (("ours", OURS), ("a button that a thread updates", PEER)):
            lab.start(3 + number)
            lab.page.wait_for_timeout(300)
            figures[name] = lab.page.evaluate(script, [lab.path, CLICKS])
            lab.finish(3 + number)
        ours = figures.pop("ours")
        tell([Row(f"click to acknowledgement, kernel {busy} (page)", ours, peers=figures, most=50.0)])


HOUR_SETUP = """
import gc, time
import ipywidgets
import serving_widgets as sw
from serving_widgets.workspace.watch.poll_intervals import Pace
ws = sw.connect("mock", scenario="large:{endpoints}", clock="manual")
ws.watcher.pace = Pace(moving=0.1, settled=0.1, slowest=0.1)
names = [ep.name for ep in ws.endpoints.list() if ep.kind == "custom"]
badges = [sw.StatusBadge(name) for name in names[:{badges}]]
panels = [sw.EndpointPanel(name) for name in names[:{panels}]]
def minutes(count):
    for number in range(count):
        ws.mock.advance(60)
        ws.endpoints.get(names[number % len(badges)]).set_tags({{"minute": str(number)}})
        time.sleep(0.15)
def objects():
    gc.collect()
    return len(gc.get_objects())
"""
SHOWN = "ipywidgets.VBox([*badges, *panels])"
CHOSEN = """
async ([place, times]) => {
  const taken = [];
  for (let number = 0; number < times; number++) {
    const tabs = [...place.querySelectorAll('[role=tab]')].slice(0, 4);
    const begin = performance.now();
    tabs[number % tabs.length].click();
    await new Promise(go => requestAnimationFrame(() => setTimeout(go)));
    taken.push(performance.now() - begin);
    await new Promise(go => setTimeout(go, 70));
  }
  return taken;
}
"""


def test_an_hour_on_screen(lab):
    """Measure what badges and panels have grown by in an hour of service time, and clicks while ticks arrive."""
    count = {"endpoints": 2 * (BADGES + PANELS), "badges": BADGES, "panels": PANELS}
    halves = [f"minutes({MINUTES // 2})\nprint(objects())"] * 3
    lab.open([HOUR_SETUP.format(**count), SHOWN, *halves]).run(0).run(1)
    place = lab.output(1)
    place.get_by_role("tab").first.wait_for()
    # What is made once, such as caches, is there after a first half hour.
    grown = [Grown(lab, cell) for cell in (2, 3)]
    lab.start(4)
    taken = lab.page.evaluate(CHOSEN, [place.element_handle(), 3 * CLICKS])
    lab.finish(4)
    what = f"{BADGES} badges and {PANELS} panels, the second half of an hour: "
    before, after = grown
    for of, budget in (("kernel_objects", 1.0), ("page_nodes", 1.0), ("page_heap", 5.0)):
        more = 100 * (getattr(after, of) / getattr(before, of) - 1)
        tell([Row(f"{what}growth of {of.replace('_', ' ')}", [more], "%", most=budget)])
    slowest = sorted(taken)[int(0.95 * (len(taken) - 1))]
    tell(
        [
            Row(
                f"{BADGES} badges and {PANELS} panels: click to picture while ticks arrive, 95 % (page)",
                [slowest],
                most=50.0,
            )
        ]
    )


class Grown:
    """How much there is in the kernel and in the page after a cell."""

    def __init__(self, lab, cell: int) -> None:
        lab.run(cell)
        self.kernel_objects = int(lab.text(cell).split()[-1])
        lab.page.wait_for_timeout(500)
        session = lab.page.context.new_cdp_session(lab.page)
        session.send("HeapProfiler.collectGarbage")
        self.page_heap = session.send("Runtime.getHeapUsage")["usedSize"]
        self.page_nodes = lab.page.evaluate("document.querySelectorAll('*').length")
        session.detach()
