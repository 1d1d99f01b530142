"""From a click to its acknowledgement in a real JupyterLab, while a cell is busy in different ways.

Run ``python -m pytest tests/benchmarks/bench_acknowledgement.py -s``. The peer, in the same run: a plain ipywidgets
button that is updated by a thread, as live widgets are.
"""

import statistics

import pytest

SETUP = """
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
def burn(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(100))
"""
BUSY = {
    "idle": "None",
    "time.sleep": "time.sleep(7)",
    "await asyncio.sleep": "await asyncio.sleep(7)",
    "a loop in pure Python": "burn(7)",
}
CLICKS = 12

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


@pytest.mark.parametrize("busy", BUSY)
def test_click_to_acknowledgement(lab, kernel, busy):
    """Print the median and the slowest of both."""
    lab.open([SETUP, "controls", "peer", BUSY[busy]], kernel=kernel).run(0).run(1).run(2)
    lab.output(1).get_by_role("status").first.wait_for()
    lab.page.evaluate(FIND)
    figures = {}
    for name, script in (("ours", OURS), ("a thread-fed button", PEER)):
        lab.start(3)
        lab.page.wait_for_timeout(700)
        figures[name] = lab.page.evaluate(script, [lab.path, CLICKS])
        lab.finish(3)
    ours, peer = (statistics.median(times) for times in figures.values())
    for name, times in figures.items():
        print(
            f"\n{kernel:12s} {busy:22s} {name:20s} median {statistics.median(times):8.1f} ms  most {max(times):8.1f}",
            end="",
        )
    print(f"   ratio {peer / ours:6.1f}")
