"""Logs of 200,000 lines (20 MB) in a real JupyterLab, and of 1,000,000 in a process of their own, beside peers.

Run ``python -m pytest tests/benchmarks/bench_logs.py -s``. The peers, in the same run and on the same text: a plain
``<pre>``, as a notebook shows a long string that is HTML, with the browser's own search; a log viewer for React,
fetched by npm for this run; and ripgrep on a file, the start of its process included.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import serving_widgets as sw

LINES, MORE = 200_000, 1_000_000
E = "example-endpoint"
SOUGHT = ("health probe", "no such text", r"memory: \d+", r"(slow|failed).*\d", r"\d+ of [34]", r"[45]\d\d$")
SETUP = """
import pathlib, tempfile, time
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
E = "example-endpoint"
ws.mock.roll_log(E, {lines}, quiet=True)
ws.mock.fill_log(E, {lines})
ws.endpoints.get(E)
text = ws.endpoints.get(E).logs()
path = pathlib.Path(tempfile.mkdtemp(), "server.log")
path.write_text(text)
print(path)
"""
PEER = """
import html
from IPython.display import HTML
HTML(f"<pre class='peer'>{html.escape(text)}</pre>")
"""
# When the reply was in the kernel, in milliseconds since the epoch: the page's clock is the same machine's.
REPLIED = """
from serving_widgets.workspace.logs import log_feed
from serving_widgets.widgets.logs import questions
taken, asked = log_feed.LogFeed._take, questions.LogQuestions._search
async def noted(self, texts):
    global replied
    replied = time.time() * 1000
    await taken(self, texts)
async def timed(self, args, progress):
    begun, told = time.perf_counter(), []
    def first(data):
        told.append(time.perf_counter())
        progress(data)
    done = await asked(self, args, first)
    answers.append(1000 * ((told or [time.perf_counter()])[0] - begun))
    return done
answers = []
log_feed.LogFeed._take = noted
questions.LogQuestions._search = timed
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
  const said = () => document.querySelector('.sw-log-find').textContent;
  while (!/[0-9] match|No matches/.test(said())) await frame();
  return [shown, now() - typed, document.querySelector('.sw-header').textContent.includes('Reading…')];
}
"""
SEARCH = """
async place => {
  const box = place.querySelector('input[type=search]');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const times = [];
  for (const text of ['h', 'he', 'hea', 'health', 'health probe', 'no such text', 'memory: 4', 'WARNING', 'x']) {
    const begin = performance.now();
    set.call(box, text);
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(go => requestAnimationFrame(() => setTimeout(go)));
    times.push(performance.now() - begin);
    await new Promise(go => setTimeout(go, 150));
  }
  return times;
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
PEERS_SEARCH = """
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


# Of the other viewer: first lines after it has the text, then each search until it tells how many matches there are.
OTHERS = """
async text => {
  const frame = () => new Promise(go => requestAnimationFrame(go));
  const said = () => document.querySelector('.react-lazylog-searchbar').textContent;
  const begin = performance.now();
  show(text);
  while (!document.querySelector('.log-line, [class*=line]')?.textContent) await frame();
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
  return [first, times];
}
"""
VIEWER = """
import { createElement } from "react";
import { createRoot } from "react-dom/client";
import { LazyLog } from "@melloware/react-logviewer";
window.show = text => {
  const shown = createElement(LazyLog, { text, enableSearch: true, height: 400, width: 700 });
  createRoot(document.getElementById("root")).render(shown);
};
"""
CHILD = """
import json, os, time
import serving_widgets as sw
from serving_widgets.api.logs.diagnosis import diagnose
from serving_widgets.workspace.logs import log_feed
from serving_widgets.workspace.logs.log_search import LogQuery, LogSearch
from serving_widgets.workspace.runtime import event_loop
def memory(key):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(key))
ws = sw.connect(host=os.environ["DATABRICKS_HOST"], token=os.environ["DATABRICKS_TOKEN"])
ws.endpoints.get({endpoint!r})
before, told = memory("VmRSS"), []
taken = log_feed.LogFeed._take
async def noted(self, texts):
    global size, begun
    size, begun = sum(map(len, texts)), time.perf_counter()
    open("/proc/self/clear_refs", "w").write("5")
    await taken(self, texts)
log_feed.LogFeed._take = noted
async def look():
    feed = log_feed.log_feed(ws, log_feed.LogSource({endpoint!r}, "vanilla_simple_model-2", "server"))
    feed.subscribe(lambda: told.append(time.perf_counter()))
    await feed.read()
    return feed.archive
archive = event_loop.run_sync(look, twin="")
peak = (memory("VmHWM") - before) / size
print(f"{{archive.total:,}} lines, {{size / 1e6:.0f}} MB")
print(f"first lines told after    {{1000 * (told[0] - begun):6.0f}} ms   (500 asked, with their way to the page)")
print(f"most memory               {{peak:6.2f}} × the text   (3 asked)")
text = archive.texts.text_from(0)
with open(os.environ["SAVED"], "w", encoding="utf-8") as file:
    file.write(text)
began, used = time.perf_counter(), time.process_time()
diagnose(text)
took, cpu = time.perf_counter() - began, time.process_time() - used
print(f"diagnosis                 {{took:6.2f}} s, {{cpu:.2f}} s of it CPU   (2 asked)")
del text
for sought in json.loads(os.environ["SOUGHT"]):
    began, used = time.perf_counter(), time.process_time()
    search = LogSearch(archive, LogQuery(sought, regex=True), near=archive.total - 1)
    ended = search.go_on(archive, 0.05)
    while not ended and search.nearest is None:
        ended = search.go_on(archive, 0.05)
    first, cpu = time.perf_counter() - began, time.process_time() - used
    while not ended:
        ended = search.go_on(archive, 0.05)
    print(json.dumps([sought, 1000 * first, 1000 * cpu, 1000 * (time.perf_counter() - began), len(search.found)]))
"""


def ripgrep(sought: str, path: pathlib.Path, own: float) -> str:
    """Return how long ripgrep takes to count the lines that match, and how often that goes into our own time."""
    if shutil.which("rg") is None:
        return "not installed"
    began = time.perf_counter()
    subprocess.run(["rg", "-c", "-i", sought, str(path)], stdout=subprocess.DEVNULL, check=False)
    took = 1000 * (time.perf_counter() - began)
    return f"{took:.0f} ms, ratio {own / took:.1f}"


def other_viewer(folder: pathlib.Path) -> tuple[str, str]:
    """Return the script of a log viewer for React, and why there is none."""
    npm, made = shutil.which("npm"), pathlib.Path(__file__).parents[2] / "js/node_modules/.bin/esbuild"
    if npm is None or not made.exists():
        return "", "npm or esbuild is missing"
    packages = ["@melloware/react-logviewer@6", "react@19", "react-dom@19"]
    (folder / "package.json").write_text("{}")
    done = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", *packages], cwd=folder, capture_output=True, check=False
    )
    if done.returncode:
        return "", "npm could not fetch it"
    (folder / "viewer.js").write_text(VIEWER)
    bundle = [
        str(made),
        "viewer.js",
        "--bundle",
        "--minify",
        "--outfile=out.js",
        '--define:process.env.NODE_ENV="production"',
    ]
    subprocess.run(bundle, cwd=folder, capture_output=True, check=True)
    return (folder / "out.js").read_text(), ""


def test_two_hundred_thousand_lines(lab, tmp_path):
    """Print the figures of both."""
    lab.open([SETUP.format(lines=LINES), REPLIED, "viewer", "print(replied, answers[0])", PEER]).run(0).run(1)
    text = pathlib.Path(lab.text(0).strip()).read_text()
    lab.run(2)
    place = lab.show(2).output(2)
    place.locator(".sw-log-row").last.wait_for()
    place.get_by_role("tab", name="Server logs").click()
    shown, answered, reading = lab.page.evaluate(FIRST)
    lab.run(3)
    replied, in_the_kernel = map(float, lab.text(3).split())
    first = shown - replied
    searches = sorted(place.evaluate(SEARCH))
    place.get_by_role("searchbox").fill("")
    scrolls = sorted(place.get_by_role("log").evaluate(SCROLL))
    rows = place.locator(".sw-log-row").count()
    elements = place.evaluate("place => place.querySelectorAll('*').length")

    begin = lab.page.evaluate("performance.now()")
    lab.run(4)
    lab.show(4).output(4).locator("pre.peer").wait_for()
    peer = lab.page.evaluate("performance.now()") - begin
    finds = sorted(lab.page.evaluate(PEERS_SEARCH))
    print(f"\nfirst lines after the reply {first:6.0f} ms   a <pre> {peer:6.0f} ms   ratio {peer / first:5.1f}")
    print(
        f"the first search            {answered:6.0f} ms, {in_the_kernel:.0f} ms in the kernel   (150 asked)", end="   "
    )
    print("while the log was read" if reading else "when the log was read")
    print(f"search, a frame included    median {searches[4]:4.0f} ms, most {searches[-1]:4.0f} ms")
    ratio = finds[1] / searches[4]
    print(f"                 a <pre>    median {finds[1]:4.0f} ms, most {finds[-1]:4.0f} ms   ratio {ratio:5.1f}")
    print(f"scroll anywhere             median {scrolls[10]:4.0f} ms, most {scrolls[-1]:4.0f} ms")
    print(f"elements {elements} ({rows} rows)")
    script, why = other_viewer(tmp_path)
    if not script:
        print(f"no other viewer: {why}")
        return
    other = lab.page.context.new_page()
    other.set_content("<div id=root></div>")
    other.add_script_tag(content=script)
    others_first, others = other.evaluate(OTHERS, text)
    other.close()
    print(f"react-logviewer: first lines {others_first:.0f} ms, search median {sorted(others)[1]:.0f} ms", end="   ")
    print(f"ratios {others_first / first:.1f} and {sorted(others)[1] / searches[4]:.1f}")


def test_a_million_lines():
    """Print what the issue of a log of a million lines asks for, each beside its budget."""
    with sw.connect("mock", clock="manual") as ws, tempfile.TemporaryDirectory() as folder:
        ws.mock.roll_log(E, MORE, quiet=True)
        ws.mock.fill_log(E, MORE)
        path = pathlib.Path(folder, "server.log")
        env = {
            **os.environ,
            "SAVED": str(path),
            **ws.mock.env(),
            "SERVING_WIDGETS_MAX_ANSWER_MB": "512",
            "SOUGHT": json.dumps(SOUGHT),
        }
        done = subprocess.run(
            [sys.executable, "-c", CHILD.format(endpoint=E)], env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        print()
        for line in done.stdout.splitlines():
            if not line.startswith("["):
                print(line)
                continue
            sought, first, cpu, everything, lines = json.loads(line)
            print(f"{sought:20} nearest {first:5.0f} ms ({cpu:4.0f} CPU, 300 asked)", end="   ")
            print(f"all {lines:>7,} {everything:5.0f} ms   ripgrep {ripgrep(sought, path, everything)}")
