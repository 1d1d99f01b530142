"""A log of 200,000 lines (20 MB) in a real JupyterLab: first lines, a search in all of them, scrolling, elements.

Run ``python -m pytest tests/benchmarks/bench_logs.py -s``. The peers, in the same run: the same text in a plain
``<pre>``, as a notebook shows a long string that is HTML, with the browser's own search; and ripgrep, where it is
installed, on the same text in a file, the start of its process included.
"""

LINES = 200_000
SETUP = """
import time
import serving_widgets as sw
ws = sw.connect("mock", clock="manual")
E = "example-endpoint"
ws.mock.roll_log(E, {lines}, quiet=True)
ws.mock.fill_log(E, {lines})
ws.endpoints.get(E)
text = ws.endpoints.get(E).logs()
"""
PEER = """
import html
from IPython.display import HTML
HTML(f"<pre class='peer'>{html.escape(text)}</pre>")
"""
IN_THE_KERNEL = """
import pathlib, shutil, subprocess, tempfile
from serving_widgets.workspace.logs.log_search import LogQuery, search
def took(ask):
    began = time.perf_counter()
    ask()
    return f"{1000 * (time.perf_counter() - began):.0f} ms"
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "server.log")
    path.write_text(text)
    for sought in ("health probe", "no such text", r"memory: \\d+", r"(slow|failed).*\\d"):
        own = took(lambda: search(viewer._feed.archive, LogQuery(sought, regex=True)))
        peer = took(lambda: subprocess.run(["rg", "-c", "-i", sought, path])) if shutil.which("rg") else "not installed"
        print(f"{sought:20} in the kernel {own:>7}   ripgrep {peer:>13}")
"""
# When the reply was in the kernel, in milliseconds since the epoch: the page's clock is the same machine's.
REPLIED = """
from serving_widgets.workspace.logs import log_feed
taken = log_feed.LogFeed._take
async def noted(self, text):
    global replied
    replied = time.time() * 1000
    await taken(self, text)
log_feed.LogFeed._take = noted
viewer = sw.LogViewer(E, sort="build")
"""
FIRST = """
async () => {
  while (![...document.querySelectorAll('.sw-log-text')].some(line => line.textContent.includes('/health'))) {
    await new Promise(go => requestAnimationFrame(go));
  }
  return performance.timeOrigin + performance.now();
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


def test_two_hundred_thousand_lines(lab):
    """Print the figures of both."""
    lab.open([SETUP.format(lines=LINES), REPLIED, "viewer", "print(replied)", PEER, IN_THE_KERNEL]).run(0).run(1)
    lab.run(2)
    place = lab.show(2).output(2)
    place.locator(".sw-log-row").last.wait_for()
    place.get_by_role("tab", name="Server logs").click()
    shown = lab.page.evaluate(FIRST)
    lab.run(3)
    first = shown - float(lab.text(3))
    begin = lab.page.evaluate("performance.now()")
    place.get_by_role("searchbox").fill("x")
    lab.page.wait_for_function(
        "() => /[0-9]+ match|No matches/.test(document.querySelector('.sw-log-find').textContent)"
    )
    everything = lab.page.evaluate("performance.now()") - begin
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
    print(f"the first search            {everything:6.0f} ms")
    lab.run(5)
    print(lab.text(5))
    print(f"search, a frame included    median {searches[4]:4.0f} ms, most {searches[-1]:4.0f} ms")
    ratio = finds[1] / searches[4]
    print(f"                 a <pre>    median {finds[1]:4.0f} ms, most {finds[-1]:4.0f} ms   ratio {ratio:5.1f}")
    print(f"scroll anywhere             median {scrolls[10]:4.0f} ms, most {scrolls[-1]:4.0f} ms")
    print(f"elements {elements} ({rows} rows)")
