// Runs inside JupyterLab's page: finds the notebook, runs its cells, and watches what one of them shows.
window.bench = {
  async ready() {
    const { app, panel } = await this.opened();
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
    Object.assign(this, { app, panel });
    return panel.sessionContext.session.kernel.id;
  },

  async opened() {
    for (;;) {
      const app = window.jupyterapp;
      if (app) {
        await app.restored;
        const panel = [...app.shell.widgets("main")].find((widget) => widget.sessionContext);
        if (panel) return { app, panel };
      }
      await new Promise(requestAnimationFrame);
    }
  },

  outputs(index) {
    const outputs = this.panel.content.model.cells.get(index).outputs.toJSON();
    const failure = outputs.find((output) => output.output_type === "error");
    if (failure) throw new Error(`${failure.ename}: ${failure.evalue}`);
    return outputs;
  },

  text(index) {
    return this.panel.content.widgets[index].node.querySelector(".jp-Cell-outputWrapper").innerText;
  },

  async run(index) {
    this.panel.content.activeCellIndex = index;
    this.panel.content.deselectAll();
    await this.app.commands.execute("notebook:run-cell");
    return this.outputs(index);
  },

  async save() {
    await this.app.commands.execute("docmanager:save");
  },

  // Runs a cell without waiting for it. Times are in milliseconds of the page's clock.
  watch(index) {
    const node = this.panel.content.widgets[index].node.querySelector(".jp-Cell-outputWrapper");
    const seen = { lengths: new Set(), gap: 0, done: false, isChanged: false, frames: 0 };
    this.seen = seen;
    seen.changed = seen.frame = performance.now();
    new MutationObserver(() => {
      seen.isChanged = true;
      seen.frames = 0;
      seen.changed = performance.now();
    }).observe(node, { subtree: true, childList: true, characterData: true, attributes: true });
    const look = () => {
      const now = performance.now();
      seen.gap = Math.max(seen.gap, now - seen.frame);
      seen.frame = now;
      seen.frames += 1;
      if (seen.isChanged) {
        seen.isChanged = false;
        seen.lengths.add(node.textContent.length);
      }
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    this.run(index).finally(() => {
      seen.done = true;
    });
  },

  // Quiet means that many milliseconds without a change, and frames: a frozen page is not quiet.
  state(quiet, frames) {
    const { seen } = this;
    const isQuiet = performance.now() - seen.changed > quiet && seen.frames > frames;
    return {
      isIdle: seen.done && isQuiet,
      states: seen.lengths.size,
      gap: seen.gap,
      changed: (performance.timeOrigin + seen.changed) / 1000,
    };
  },
};
