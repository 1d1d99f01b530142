"""Ten thousand endpoints in a real JupyterLab: first rows, a keystroke in the search box, row elements, bytes.

Run ``python -m pytest tests/benchmarks/bench_browser.py -s``. The peer, in the same run: the same endpoints as a pandas
table, which is what a notebook shows without a widget.
"""

ENDPOINTS = 10_000
SETUP = """
import serving_widgets as sw
ws = sw.connect("mock", scenario="large:{endpoints}", clock="manual")
endpoints = ws.endpoints.list()
"""
PEER = """
import pandas as pd
from IPython.display import HTML
frame = pd.DataFrame([{"name": ep.name, "status": ep.label, "kind": ep.kind} for ep in endpoints])
HTML(frame.to_html(max_rows=None))
"""
KEYSTROKES = """
async place => {
  const box = place.querySelector('input[type=search], [role=searchbox]');
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
  const times = [];
  for (const text of ['a', 'ad', 'ads', 'ad', 'a', '', 'x', 'xy', '']) {
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


def test_ten_thousand_endpoints(lab):
    """Print the figures of both."""
    lab.open([SETUP.format(endpoints=ENDPOINTS), "sw.EndpointBrowser()", PEER]).run(0)
    clock = "() => performance.now()"
    begin = lab.page.evaluate(clock)
    lab.run(1)
    lab.output(1).get_by_role("grid").get_by_role("row").nth(3).wait_for()
    first = lab.page.evaluate(clock) - begin
    lab.expect(lab.output(1).get_by_role("grid")).to_have_attribute("aria-rowcount", str(ENDPOINTS + 1))
    everything = lab.page.evaluate(clock) - begin
    times = sorted(lab.output(1).evaluate(KEYSTROKES))
    rows = lab.output(1).locator("[role=row]").count()
    elements = lab.output(1).evaluate("place => place.querySelectorAll('*').length")

    begin = lab.page.evaluate(clock)
    lab.run(2)
    lab.output(2).locator("tbody tr").nth(3).wait_for()
    table = lab.page.evaluate(clock) - begin
    peers = lab.output(2).evaluate("place => place.querySelectorAll('*').length")
    print(f"\nfirst rows {first:8.0f} ms   a pandas table {table:8.0f} ms   ratio {table / first:5.1f}")
    print(f"all rows   {everything:8.0f} ms")
    print(f"keystroke  median {times[len(times) // 2]:5.0f} ms, most {times[-1]:5.0f} ms (a frame included)")
    print(f"elements   {elements} ({rows} rows)   a pandas table {peers}   ratio {peers / elements:5.1f}")
