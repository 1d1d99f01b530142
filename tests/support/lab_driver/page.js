// What the driver asks of the page: `lab`, beside JupyterLab's own `jupyterapp`.
window.lab = {
  runs: new Map(),
  panel(path) {
    for (const widget of jupyterapp.shell.widgets('main')) if (widget.context?.path === path) return widget;
    return null;
  },
  kernel(path) { return this.panel(path).sessionContext.session?.kernel; },
  condition(path) {
    const kernel = this.kernel(path);
    return kernel ? `${kernel.connectionStatus} and ${kernel.status}` : 'not there';
  },
  async until(condition, what, seconds = 60) {
    const end = Date.now() + 1000 * seconds;
    while (!condition()) {
      if (Date.now() > end) throw new Error(`waited ${seconds} s for ${typeof what === 'function' ? what() : what}`);
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
    await this.until(settled, () => `an idle kernel; it is ${this.condition(path)}`);
    // Until then what is executed only waits in the page.
    await this.kernel(path).info;
  },
  async run(path, index) {
    const panel = this.panel(path);
    jupyterapp.shell.activateById(panel.id);
    panel.content.deselectAll();
    panel.content.activeCellIndex = index;
    await jupyterapp.commands.execute('notebook:run-cell');
  },
  // The kernel's status is no sign that a cell runs: a request on the control channel makes it idle meanwhile.
  async start(path, index) {
    let begun = false;
    const hear = (_, message) => { begun ||= message.header.msg_type === 'execute_input'; };
    const kernel = this.kernel(path);
    kernel.iopubMessage.connect(hear);
    this.runs.set(index, this.run(path, index).finally(() => { begun = true; }));
    await this.until(() => begun, () => `the kernel to begin; it is ${this.condition(path)}`);
    kernel.iopubMessage.disconnect(hear);
  },
  async restart(path) {
    await this.panel(path).sessionContext.session.kernel.restart();
    await this.idle(path);
  },
  // Until nothing has changed for a tenth of a second and what moves has come to rest; what never rests is left to it.
  async quiet(node, seconds = 5) {
    const end = performance.now() + 1000 * seconds;
    let changed = performance.now();
    const watch = new MutationObserver(() => { changed = performance.now(); });
    watch.observe(node, { subtree: true, childList: true, attributes: true, characterData: true });
    const moves = one => one.playState === 'running' && one.effect.getComputedTiming().endTime !== Infinity;
    const restless = () => performance.now() < changed + 100 || node.getAnimations({ subtree: true }).some(moves);
    while (performance.now() < end && restless()) await new Promise(go => setTimeout(go, 20));
    watch.disconnect();
  },
  async tidy() {
    for (const widget of [...jupyterapp.shell.widgets('main')]) {
      if (widget.context) { widget.context.model.dirty = false; widget.close(); }
    }
    await this.until(() => ![...jupyterapp.shell.widgets('main')].some(w => w.context), 'the tabs to close');
  },
};
