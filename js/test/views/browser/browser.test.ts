import { describe, expect, it, vi } from "vitest";
import type { BrowserState, Row } from "../../../src/views/browser/contract";
import { browserState, FakeModel, obliging, panelState, picture, row } from "../../fake";
import { allByRole, byRole, click, CODE, embedding, mounted, press, settle, type, useMounts } from "../../mounted";

useMounts();

const STATUS = {
  stopped: { label: "Not ready (Stopped)", phase: "stopped" as const, note: "" },
  failed: { label: "Ready (Update failed)", phase: "failed" as const, note: "" },
};
const FEW = [
  row("chat", { kind: "external", updated: 3 }),
  row("churn", { status: STATUS.failed, creator: "bob@example.com", updated: 1 }),
  row("fraud", { updated: null }),
  row("pricing", { status: STATUS.stopped, updated: 2 }),
];
const many = (count: number): Row[] => Array.from({ length: count }, (_, i) => row(`ep-${String(i).padStart(5, "0")}`));

async function browser(rows: Row[], change: Partial<BrowserState> = {}, prepare?: (model: FakeModel) => void) {
  const view = mounted("endpoint_browser", browserState(rows, change), prepare ?? serving(rows));
  await settle();
  const grid = (): HTMLElement => byRole(view.el, "grid", "Endpoints");
  const shown = (): string[] =>
    [...view.el.querySelectorAll("[role=gridcell][aria-colindex='2']")].map((cell) => cell.textContent!);
  return { ...view, grid, shown };
}

/** A kernel that knows all rows. */
function serving(rows: Row[]) {
  return (model: FakeModel): void => {
    obliging(model);
    const answer = model.kernel!;
    model.kernel = (request) => {
      if (request.op !== "rows") return answer(request);
      model.say({ id: request.id, type: "ack" });
      model.say({ id: request.id, type: "progress", data: { rows, done: rows.length, total: rows.length, rev: 1 } });
      model.say({ id: request.id, type: "result", data: { rev: 1, total: rows.length } });
    };
  };
}

const active = (): Element => document.activeElement!;
const rowOf = (cell: Element): string | null => cell.closest("[role=row]")!.getAttribute("aria-rowindex");
const header = (grid: Element, title: string): HTMLElement =>
  allByRole(grid, "columnheader").find((one) => one.textContent!.startsWith(title))!;

describe("the grid", () => {
  it("counts its rows and columns for those who cannot see them, header included", async () => {
    const { grid } = await browser(FEW);
    expect(grid().getAttribute("aria-rowcount")).toBe("5");
    expect(grid().getAttribute("aria-colcount")).toBe(String(allByRole(grid(), "columnheader").length));
    expect(allByRole(grid(), "row").map((one) => one.getAttribute("aria-rowindex"))).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("draws at most 80 rows of 10,000, and fetches those that the snapshot lacks", async () => {
    const all = many(10_000);
    const { el, grid, model } = await browser(all);
    expect(model.requests("rows")).toHaveLength(1);
    expect(grid().getAttribute("aria-rowcount")).toBe("10001");
    expect(allByRole(grid(), "row").length).toBeLessThanOrEqual(80);
    expect(el.textContent).toContain("10,000 endpoints");
  });

  it("says how many rows it has while the kernel is too busy to send the others", async () => {
    const { el } = await browser(many(120), {}, () => undefined);
    expect(el.textContent).toContain("50 of 120 loaded");
    await settle(1100);
    expect(el.textContent).toContain("Kernel busy – queued");
  });

  it("has exactly one cell in the tab order, wherever the focus goes", async () => {
    const { grid } = await browser(FEW);
    const reachable = (): Element[] => [...grid().querySelectorAll("[tabindex='0']")];
    expect(reachable()).toHaveLength(1);
    (reachable()[0] as HTMLElement).focus();
    for (const key of ["ArrowDown", "End", "ArrowUp", "ArrowLeft", "Home", "ArrowUp", "ArrowUp", "End"]) {
      await press(active(), key);
      expect(reachable(), key).toEqual([active()]);
    }
  });

  it("is walked by arrows, Home, End, Page keys and Ctrl, and stops at its edges", async () => {
    const { grid } = await browser(many(300));
    grid().querySelector<HTMLElement>("[tabindex='0']")!.focus();
    const walk = async (key: string, more: KeyboardEventInit = {}): Promise<[string | null, string | null]> => {
      await press(active(), key, more);
      const cell = active().closest("[aria-colindex]")!;
      return [rowOf(cell), cell.getAttribute("aria-colindex")];
    };
    const last = grid().getAttribute("aria-colcount");
    expect(await walk("ArrowDown")).toEqual(["3", "2"]);
    expect(await walk("ArrowRight")).toEqual(["3", "3"]);
    expect(await walk("End")).toEqual(["3", last]);
    expect(await walk("ArrowRight")).toEqual(["3", last]);
    expect(await walk("Home")).toEqual(["3", "1"]);
    expect(await walk("ArrowLeft")).toEqual(["3", "1"]);
    expect(await walk("PageDown")).toEqual(["14", "1"]);
    expect(await walk("PageUp")).toEqual(["3", "1"]);
    expect(await walk("End", { ctrlKey: true })).toEqual(["301", last]);
    expect(await walk("ArrowDown")).toEqual(["301", last]);
    expect(await walk("Home", { ctrlKey: true })).toEqual(["2", "1"]);
    expect(await walk("ArrowUp")).toEqual(["1", "1"]);
    expect(await walk("ArrowUp")).toEqual(["1", "1"]);
  });

  it("opens row 300 by keyboard alone", async () => {
    const { grid, model } = await browser(many(400));
    grid().querySelector<HTMLElement>("[tabindex='0']")!.focus();
    for (let at = 2; at < 299; at += 11) await press(active(), "PageDown");
    await press(active(), "ArrowDown");
    expect(rowOf(active())).toBe("300");
    await press(active(), "Enter");
    expect(model.requests("select").map(({ args }) => args.name)).toEqual(["ep-00298"]);
    expect(active().closest("[role=row]")!.getAttribute("aria-selected")).toBe("true");
  });

  it("keeps its own keys from JupyterLab, and leaves it the others", async () => {
    const { el } = await browser(FEW);
    const reached: string[] = [];
    const listen = (event: Event): void => void reached.push((event as KeyboardEvent).key);
    document.addEventListener("keydown", listen);
    for (const key of ["d", "Enter", "Escape", "/", "ArrowDown"]) {
      await press(el.querySelector("[tabindex='0']")!, key);
      await press(byRole(el, "searchbox"), key);
    }
    expect(reached).toEqual([]);
    expect(el.querySelector("[data-lm-suppress-shortcuts=true]")).not.toBeNull();
    for (const more of [{ key: "s" }, { key: "b" }, { key: "C", shiftKey: true }]) {
      await press(byRole(el, "searchbox"), more.key, { ctrlKey: true, ...more });
      expect(el.querySelector("[data-lm-suppress-shortcuts]")).toBeNull();
    }
    document.removeEventListener("keydown", listen);
    expect(reached).toEqual(["s", "b", "C"]);
    await press(byRole(el, "searchbox"), "a", { ctrlKey: true });
    expect(el.querySelector("[data-lm-suppress-shortcuts=true]")).not.toBeNull();
  });
});

describe("sorting by a header", () => {
  it("turns round at the second click, and Shift adds a numbered key", async () => {
    const { grid, shown } = await browser(FEW);
    expect(header(grid(), "Name").getAttribute("aria-sort")).toBe("ascending");
    await click(header(grid(), "Name"));
    expect(shown()).toEqual(["pricing", "fraud", "churn", "chat"]);
    await click(header(grid(), "Status"));
    expect(shown()).toEqual(["churn", "pricing", "chat", "fraud"]);
    await click(header(grid(), "Name"), { shiftKey: true });
    await click(header(grid(), "Name"), { shiftKey: true });
    expect(shown()).toEqual(["churn", "pricing", "fraud", "chat"]);
    expect(header(grid(), "Status").textContent).toBe("Status1");
    expect(header(grid(), "Name").textContent).toBe("Name2");
    expect(header(grid(), "Name").getAttribute("aria-sort")).toBe("descending");
  });

  it("works with Enter on a focused header", async () => {
    const { grid, shown } = await browser(FEW);
    header(grid(), "Name").focus();
    await press(active(), "Enter");
    expect(shown()[0]).toBe("pricing");
  });
});

describe("filtering", () => {
  it("by words shows how many of all are left, and Escape brings all back", async () => {
    const { el, shown } = await browser(FEW);
    const search = byRole(el, "searchbox", "Search endpoints");
    await type(search, "ch");
    expect(shown()).toEqual(["chat", "churn"]);
    expect(el.textContent).toContain("2 of 4");
    await press(search, "Escape");
    expect(shown()).toHaveLength(4);
  });

  it("is reached from the grid with a slash, and left for the grid with an arrow", async () => {
    const { el, grid } = await browser(FEW);
    const cell = grid().querySelector<HTMLElement>("[tabindex='0']")!;
    cell.focus();
    await press(cell, "/");
    expect(active()).toBe(byRole(el, "searchbox"));
    await press(active(), "ArrowDown");
    expect(active()).toBe(cell);
  });

  it("by a facet shows as many rows as its number said", async () => {
    const { el, shown } = await browser(FEW);
    await click(byRole(el, "button", "Status"));
    const items = allByRole(el, "menuitemcheckbox");
    expect(items.map((one) => one.textContent)).toEqual(["Failed1", "Not ready (Stopped)1", "Ready2", "Ready (Update failed)1"]);
    await click(items[2]!);
    expect(shown()).toEqual(["chat", "fraud"]);
    expect(allByRole(el, "menuitemcheckbox")[2]!.getAttribute("aria-checked")).toBe("true");
    await press(allByRole(el, "menuitemcheckbox")[2]!, "Escape");
    expect(allByRole(el, "menu")).toHaveLength(0);
    expect(active()).toBe(byRole(el, "button", "Status: Ready"));
  });

  it("that leaves nothing offers to clear the filters", async () => {
    const { el, shown } = await browser(FEW);
    await type(byRole(el, "searchbox"), "no such thing");
    expect(el.textContent).toContain("No endpoints match.");
    await click(byRole(el, "button", "Clear filters"));
    expect(shown()).toHaveLength(4);
  });
});

describe("a change", () => {
  it("of some members of a row leaves the others as they are, and one of an unknown row is left out", async () => {
    const { shown, model, grid } = await browser(FEW);
    const lines = (): string[] => [...grid().querySelectorAll("[role=row]")].map((line) => line.textContent!);
    const before = lines();
    const changed = [{ name: "churn", to: { status: STATUS.stopped } }, { name: "unknown", to: { status: STATUS.stopped } }];
    model.say({ type: "delta", base: 1, rev: 2, changed });
    await settle();
    expect(shown()).toHaveLength(4);
    expect(lines()).toEqual(before.map((line) => line.replace("Ready (Update failed)", STATUS.stopped.label)));
  });

  it("leaves the selection, the focus and the open details alone, and makes the changed status glow", async () => {
    const { el, grid, model } = await browser(FEW, { selected: "fraud" });
    const cell = [...grid().querySelectorAll<HTMLElement>("[role=gridcell]")].find((one) => one.textContent === "fraud")!;
    cell.focus();
    model.say({
      type: "delta",
      base: 1,
      rev: 2,
      upsert: [row("aaa"), row("churn", { status: STATUS.stopped })],
      remove: ["chat"],
      patch: {},
    });
    await settle();
    expect(active()).toBe(cell);
    expect(cell.closest("[role=row]")!.getAttribute("aria-selected")).toBe("true");
    expect(byRole(el, "region", "Details of fraud")).toBeTruthy();
    const glowing = [...el.querySelectorAll(".sw-glow")].map((one) => one.closest("[role=row]")!.textContent);
    expect(glowing).toHaveLength(1);
    expect(glowing[0]).toContain("churn");
  });

  it("that removes the focused row hands the focus to the one in its place", async () => {
    const { grid, model } = await browser(FEW);
    const cell = [...grid().querySelectorAll<HTMLElement>("[role=gridcell]")].find((one) => one.textContent === "fraud")!;
    cell.focus();
    model.say({ type: "delta", base: 1, rev: 2, remove: ["fraud"] });
    await settle();
    expect(active().textContent).toBe("pricing");
    expect(rowOf(active())).toBe("4");
  });

  it("keeps the row on screen in its place when others come above it", async () => {
    const { grid, model } = await browser(many(200));
    grid().scrollTop = 28 * 100;
    grid().dispatchEvent(new Event("scroll"));
    await settle();
    model.say({ type: "delta", base: 1, rev: 2, upsert: [row("aaa"), row("aab"), row("zzz")] });
    await settle();
    expect(grid().scrollTop).toBe(28 * 102);
  });
});

describe("the details", () => {
  it("open with a click, say what the list knows, and close with Escape", async () => {
    const { el, grid, model } = await browser(FEW);
    await click(grid().querySelectorAll<HTMLElement>("[role=gridcell][aria-colindex='2']")[1]!);
    expect(model.requests("select")[0]!.args).toEqual({ name: "churn" });
    expect(byRole(el, "region", "Details of churn").textContent).toBe("churnReady (Update failed)");
    await press(active(), "Escape");
    expect(allByRole(el, "region")).toHaveLength(0);
    expect(model.requests("select").at(-1)!.args).toEqual({ name: null });
  });

  it("are the endpoint's panel as soon as the kernel has made it, and never another one's", async () => {
    const { el, grid, model } = await withPanels(["churn", "fraud"]);
    await click(grid().querySelectorAll<HTMLElement>("[role=gridcell][aria-colindex='2']")[1]!);
    model.say({ type: "delta", base: 1, rev: 2, patch: { panel: { name: "fraud", model: "IPY_MODEL_fraud" } } });
    await settle();
    expect(allByRole(el, "tablist")).toHaveLength(0);
    model.say({ type: "delta", base: 2, rev: 3, patch: { panel: { name: "churn", model: "IPY_MODEL_churn" } } });
    await vi.waitFor(() => byRole(el, "tablist", "About churn"));
    expect(byRole(byRole(el, "region", "Details of churn"), "button", "Stop")).toBeTruthy();
  });

  it("follow Python's choice, but no older one of the kernel's", async () => {
    const { el, grid, model } = await browser(FEW);
    await click(grid().querySelectorAll<HTMLElement>("[role=gridcell][aria-colindex='2']")[1]!);
    model.say({ type: "delta", base: 1, rev: 2, patch: { total: 4 } });
    await settle();
    expect(byRole(el, "region", "Details of churn")).toBeTruthy();
    await settle(2000);
    model.say({ type: "delta", base: 2, rev: 3, patch: { selected: "chat" } });
    await settle();
    expect(byRole(el, "region", "Details of chat")).toBeTruthy();
  });

  it("close on Escape from within only after the dialog above them", async () => {
    const { el, grid } = await withPanels(["fraud"], { selected: "fraud", panel: { name: "fraud", model: "IPY_MODEL_fraud" } });
    await vi.waitFor(() => byRole(el, "button", "Delete"));
    await click(byRole(el, "button", "Delete"));
    await press(byRole(el, "button", "Cancel"), "Escape");
    expect(allByRole(el, "dialog")).toHaveLength(0);
    byRole(el, "button", "Delete").focus();
    await press(active(), "Escape");
    expect(allByRole(el, "region")).toHaveLength(0);
    expect(grid().contains(active())).toBe(true);
  });

  it("say why there is no panel where the page can't reach it", async () => {
    const { el } = await withPanels([], { selected: "fraud", panel: { name: "fraud", model: "IPY_MODEL_fraud" } });
    await settle(5000);
    expect(byRole(el, "region", "Details of fraud").textContent).toContain("model not found");
  });
});

/** A browser on a page that knows the panels of these endpoints. */
async function withPanels(names: string[], change: Partial<BrowserState> = {}) {
  const panels = Object.fromEntries(names.map((name) => {
    const panel = new FakeModel({ kind: "endpoint_panel", state: panelState(picture(name)), _esm: CODE });
    obliging(panel);
    return [name, panel];
  }));
  const manager = embedding(panels);
  return browser(FEW, change, (model) => {
    serving(FEW)(model);
    model.widget_manager = manager;
  });
}

describe("ticking", () => {
  const ticks = (el: Element): string[] =>
    allByRole(el, "checkbox")
      .filter((box) => (box as HTMLInputElement).checked && box.getAttribute("aria-label") !== "Select all that are shown")
      .map((box) => box.getAttribute("aria-label")!.replace("Select ", ""));

  it("is done by checkbox, by Space, by Ctrl and click, and for a stretch with Shift and click", async () => {
    const { el, grid, model } = await browser(FEW);
    const names = () => [...grid().querySelectorAll<HTMLElement>("[role=gridcell][aria-colindex='2']")];
    await click(byRole(el, "checkbox", "Select churn"));
    expect(ticks(el)).toEqual(["churn"]);
    names()[3]!.focus();
    await press(active(), " ");
    expect(ticks(el)).toEqual(["churn", "pricing"]);
    await click(names()[1]!, { ctrlKey: true });
    expect(ticks(el)).toEqual(["pricing"]);
    await click(names()[0]!, { ctrlKey: true });
    await click(names()[2]!, { shiftKey: true });
    expect(ticks(el)).toEqual(["chat", "churn", "fraud", "pricing"]);
    expect(model.requests("select")).toHaveLength(0);
    expect(byRole(el, "group", "Selected endpoints").textContent).toContain("4 selected");
    await click(byRole(el, "button", "Clear the selection"));
    expect(ticks(el)).toEqual([]);
  });

  it("of all means those that are shown, and one that vanishes is ticked no more", async () => {
    const { el, model } = await browser(FEW);
    await type(byRole(el, "searchbox"), "ch");
    await click(byRole(el, "checkbox", "Select all that are shown"));
    await type(byRole(el, "searchbox"), "");
    expect(ticks(el)).toEqual(["chat", "churn"]);
    expect((byRole(el, "checkbox", "Select all that are shown") as HTMLInputElement).indeterminate).toBe(true);
    model.say({ type: "delta", base: 1, rev: 2, remove: ["chat"] });
    await settle();
    expect(byRole(el, "group", "Selected endpoints").textContent).toContain("1 selected");
  });
});

describe("acting on several", () => {
  const OUTLOOKS = [
    { name: "chat", label: "Ready", phase: "ready", why: "chat can't be stopped: it serves an external model." },
    { name: "churn", label: "Ready", phase: "ready", why: null },
    { name: "fraud", label: "Ready", phase: "ready", why: null },
  ];

  async function planned(action: "Stop" | "Start" = "Stop") {
    const kernel = (model: FakeModel): void => {
      obliging(model);
      const answer = model.kernel!;
      model.kernel = (request) => {
        if (request.op === "act_many") return model.say({ id: request.id, type: "ack" });
        if (request.op !== "plan_many") return answer(request);
        const recipe = { magic: "%serving stop churn\n%serving stop fraud", python: "…" };
        model.say({ id: request.id, type: "result", data: { rows: OUTLOOKS, recipe } });
      };
    };
    const view = await browser(FEW, {}, kernel);
    for (const name of ["chat", "churn", "fraud"]) await click(byRole(view.el, "checkbox", `Select ${name}`));
    const opener = byRole(view.el, "button", `${action} the selected endpoints`);
    opener.focus();
    await click(opener);
    const tell = async (data: object, type = "progress"): Promise<void> => {
      view.model.say({ id: view.model.requests("act_many")[0]!.id, type, data });
      await settle();
    };
    return { ...view, opener, tell };
  }

  it("asks once, says who is affected and who can't be and why, and focuses the safe choice", async () => {
    const { el, model } = await planned();
    const box = byRole(el, "dialog");
    expect(box.textContent).toContain("Stop 2 endpoints?");
    expect(box.textContent).toContain("chat can't be stopped: it serves an external model.");
    expect(active()).toBe(byRole(box, "button", "Cancel"));
    expect(model.requests("act_many")).toHaveLength(0);
    await press(active(), "Escape");
    expect(allByRole(el, "dialog")).toHaveLength(0);
    expect(model.requests("act_many")).toHaveLength(0);
  });

  it("is sent once, for those alone, however often it is clicked", async () => {
    const { el, model } = await planned();
    const go = byRole(el, "button", "Stop 2 endpoints");
    for (let i = 0; i < 10; i++) go.click();
    await settle();
    expect(model.requests("act_many").map(({ args }) => args)).toEqual([{ action: "stop", names: ["churn", "fraud"] }]);
    expect(active()).toBe(byRole(el, "button", "Close"));
  });

  it("tells how it went with each, and why where it failed", async () => {
    const { el, tell } = await planned();
    await click(byRole(el, "button", "Stop 2 endpoints"));
    await tell({ name: "churn", state: "doing", problem: null });
    expect(byRole(el, "dialog").textContent).toContain("Stopping…");
    await tell({ name: "churn", state: "done", problem: null });
    await tell({ name: "fraud", state: "failed", problem: { code: "x", message: "fraud is being updated.", hint: "Wait." } });
    await tell({}, "result");
    expect(byRole(el, "dialog").textContent).toContain("1 stopped, 1 failed");
    expect(byRole(el, "dialog").textContent).toContain("fraud is being updated. Wait.");
    await click(byRole(el, "button", "Close"));
    expect(allByRole(el, "dialog")).toHaveLength(0);
  });

  it("offers to start again what was stopped, and asks before that, too", async () => {
    const { el, model, tell } = await planned();
    await click(byRole(el, "button", "Stop 2 endpoints"));
    await tell({ name: "churn", state: "done", problem: null });
    await tell({ name: "fraud", state: "done", problem: null });
    await tell({}, "result");
    await click(byRole(el, "button", "Start them again"));
    expect(model.requests("plan_many").at(-1)!.args).toEqual({ action: "start", names: ["churn", "fraud"] });
    expect(model.requests("act_many")).toHaveLength(1);
    expect(byRole(el, "dialog").textContent).toContain("Start 2 endpoints?");
  });

  it("goes on when its dialog is closed, which can be opened again", async () => {
    const { el, tell } = await planned();
    await click(byRole(el, "button", "Stop 2 endpoints"));
    await press(active(), "Escape");
    await tell({ name: "churn", state: "done", problem: null });
    await click(byRole(el, "button", "Stopping… 1 of 2"));
    expect(byRole(el, "dialog").textContent).toContain("Stopped");
  });

  it("that starts them offers to tell when they are up; the browser is asked on that click only", async () => {
    const requestPermission = vi.fn(async () => "denied");
    vi.stubGlobal("Notification", Object.assign(vi.fn(), { requestPermission }));
    const { el, model, tell } = await planned("Start");
    await click(byRole(el, "button", "Start 2 endpoints"));
    await tell({ name: "churn", state: "done", problem: null });
    await tell({ name: "fraud", state: "done", problem: null });
    await tell({}, "result");
    expect(requestPermission).not.toHaveBeenCalled();
    await click(byRole(el, "button", "Notify me when they end"));
    expect(requestPermission).toHaveBeenCalledTimes(1);
    expect(byRole(el, "dialog").textContent).toContain("this view will say when it ends");
    const updating = { label: "Not ready (Updating)", phase: "updating" as const, note: "" };
    model.say({ type: "delta", base: 1, rev: 2, upsert: [row("churn", { status: updating }), row("fraud", { status: updating })] });
    await settle(6000);
    expect(el.textContent).not.toContain("the update has ended");
    model.say({ type: "delta", base: 2, rev: 3, upsert: [row("churn")] });
    await settle();
    expect(el.textContent).toContain("churn: the update has ended. Ready");
  });

  it("is not offered where nothing may be written", async () => {
    const { workspace } = browserState([]);
    const { el, model } = await browser(FEW, { workspace: { ...workspace, read_only: "Open read-only." } });
    await click(byRole(el, "checkbox", "Select churn"));
    const stop = byRole(el, "button", "Stop the selected endpoints");
    expect(stop.getAttribute("aria-disabled")).toBe("true");
    await click(stop);
    expect(model.requests("plan_many")).toHaveLength(0);
  });
});

describe("a row's menu", () => {
  const open = async (console: string | null) => {
    const view = await browser([row("chat", { console })]);
    await click(byRole(view.el, "button", "More for chat"));
    return allByRole(view.el, "menuitem");
  };

  const pick = async (el: HTMLElement, name: string, item: string): Promise<void> => {
    await click(byRole(el, "button", `More for ${name}`));
    await click(byRole(el, "menuitem", item));
  };

  it.each([["Logs", "logs"], ["Permissions", "permissions"], ["Query", "query"]])("opens an endpoint at its %s", async (item, tab) => {
    const { el, model } = await browser(FEW);
    await pick(el, "churn", item);
    expect(model.requests("select")[0]!.args).toEqual({ name: "churn", tab });
  });

  it("stops what runs and starts what is stopped, once a dialog has said what that means", async () => {
    const { el, model } = await browser(FEW);
    await pick(el, "pricing", "Start…");
    expect(model.requests("plan_many")[0]!.args).toEqual({ action: "start", names: ["pricing"] });
    expect(model.requests("act_many")).toHaveLength(0);
  });

  it("deletes with the name typed, as everywhere", async () => {
    const { el, model } = await browser(FEW, {}, (model) => {
      serving(FEW)(model);
      const answer = model.kernel!;
      model.kernel = (request) => {
        if (request.op !== "picture") return answer(request);
        model.say({ id: request.id, type: "result", data: picture("churn") });
      };
    });
    await pick(el, "churn", "Delete…");
    await type(byRole(el, "textbox", "Type the endpoint's name"), "churn");
    await click(byRole(el, "button", "Delete endpoint"));
    expect(model.requests("act")[0]!.args).toEqual({ action: "delete", name: "churn", confirm: "churn" });
  });

  it("offers nothing that writes where nothing may be written", async () => {
    const { el } = await browser(FEW, { workspace: { ...browserState(FEW).workspace, read_only: "Found." } });
    await click(byRole(el, "button", "More for churn"));
    const items = allByRole(el, "menuitem").map((one) => one.textContent);
    expect(items).toContain("Logs");
    expect(items).not.toContain("Stop…");
    expect(items).not.toContain("Delete…");
  });

  it("links to the console in a new tab that knows nothing of this one", async () => {
    const link = (await open("https://example.test/ml/endpoints/chat")).at(-1)!;
    expect(link.textContent).toBe("Open in Databricks");
    expect(link.getAttribute("href")).toBe("https://example.test/ml/endpoints/chat");
    expect([link.getAttribute("target"), link.getAttribute("rel")]).toEqual(["_blank", "noopener noreferrer"]);
  });

  it("is walked by arrows without moving the grid behind it", async () => {
    const items = await open("https://example.test/ml/endpoints/chat");
    expect(active()).toBe(items[0]);
    await press(active(), "ArrowDown");
    expect(active()).toBe(items[1]);
    await press(active(), "End");
    expect(active()).toBe(items.at(-1));
    await press(active(), "ArrowDown");
    expect(active()).toBe(items[0]);
    await press(active(), "Escape");
    expect(active().getAttribute("aria-label")).toBe("More for chat");
  });

  it.each([null, "", "javascript:alert(1)", "http://example.test", "data:text/html,x", "//example.test", "nonsense"])(
    "has no link for %j",
    async (address) => {
      const items = await open(address);
      expect(items.map((one) => one.textContent).slice(-2)).toEqual(["Copy name", "Copy URL"]);
    },
  );
});

describe("the states", () => {
  const { link } = browserState([]);
  const problem = { code: "connection_failed", message: "example.test does not answer.", hint: "Check the network." };

  it("loading shows bones, once, and no grid", async () => {
    const { el } = await browser([], { link: { ...link, state: "loading", seen: null } });
    expect(el.querySelector(".sw-skeleton")).not.toBeNull();
    expect(el.querySelector("[aria-busy=true]")).not.toBeNull();
    expect(allByRole(el, "grid")).toHaveLength(0);
  });

  it("empty says what to do", async () => {
    const { el } = await browser([]);
    expect(el.textContent).toContain("No endpoints yet");
    expect(el.textContent).toContain("%serving create ");
  });

  it("error keeps the rows, says what happened and offers Retry", async () => {
    const { el, model, shown } = await browser(FEW, { link: { ...link, state: "error", seen: Date.now() - 90_000, problem } });
    expect(shown()).toHaveLength(4);
    expect(byRole(el, "alert").textContent).toContain("example.test does not answer.Check the network.");
    expect(el.textContent).toContain("Last checked 1 min ago");
    await click(byRole(el, "button", "Retry"));
    expect(model.requests("refresh")).toHaveLength(1);
  });

  it("read-only says so and why", async () => {
    const { workspace } = browserState([]);
    const { el } = await browser(FEW, { workspace: { ...workspace, read_only: "Found in the environment." } });
    expect(el.textContent).toContain("Read-only");
    expect(el.textContent).toContain("Found in the environment.");
  });

  it("refreshing ten times at once asks once", async () => {
    const { el, model } = await browser(FEW, {}, (one) => {
      one.kernel = ({ id }) => one.say({ id, type: "ack" });
    });
    for (let i = 0; i < 10; i++) byRole(el, "button", "Refresh").click();
    await settle();
    expect(model.requests("refresh")).toHaveLength(1);
    expect(el.querySelectorAll(".sw-spin")).toHaveLength(1);
  });

  it("hostile words stay words", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const { el } = await browser([
      row(evil, { creator: evil, kind: evil, entities: [evil], tags: [evil], status: { label: evil, phase: "other", note: evil } }),
    ]);
    await click(el.querySelector<HTMLElement>("[role=gridcell]")!);
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain(evil);
  });

  it("tells the kernel which rows are on screen once scrolling has settled", async () => {
    const { model } = await browser(many(100));
    await settle(300);
    const [visible] = model.requests("visible");
    expect(visible!.args.view).toBe(model.requests("hello")[0]!.args.view);
    expect(visible!.args.names).toContain("ep-00011");
    expect(visible!.args.names).not.toContain("ep-00040");
    await settle(5000);
    expect(model.requests("visible")).toHaveLength(1);
  });
});

describe("a long name", () => {
  it("keeps its end, where names of one kind differ", async () => {
    const name = "main.churn_prediction_service_prod_eu";
    const { el } = await browser([row(name)]);
    const cell = el.querySelector(".sw-middle")!;
    expect(cell.textContent).toBe(name);
    expect(cell.lastElementChild!.textContent).toBe("_prod_eu");
  });
});

describe("the columns", () => {
  it("are chosen in a menu, made wider by key, and stay so when the notebook is opened again", async () => {
    localStorage.clear();
    const first = await browser([row("churn", { tags: ["team: risk"] })]);
    const titles = (el: Element) => allByRole(el, "columnheader").map((one) => one.textContent);
    expect(titles(first.grid())).not.toContain("Tags");
    await click(byRole(first.el, "button", "Columns"));
    await click(byRole(first.el, "menuitemcheckbox", "Tags"));
    expect(titles(first.grid())).toContain("Tags");
    await press(header(first.grid(), "Name"), "ArrowRight", { shiftKey: true });
    const tracks = first.grid().style.getPropertyValue("--sw-tracks");
    expect(tracks).toContain("32px 48px");
    const again = await browser(FEW);
    expect(titles(again.grid())).toContain("Tags");
    expect(again.grid().style.getPropertyValue("--sw-tracks")).toMatch(/^32px 48px/);
    localStorage.clear();
  });
});

describe("views", () => {
  it("find whatever failed, and what is one's own", async () => {
    const rows = [
      row("a", { status: STATUS.failed }),
      row("b", { status: { label: "Not ready (Update failed)", phase: "failed", note: "" }, creator: "ada@example.com" }),
      row("c"),
    ];
    const { el, shown } = await browser(rows, {}, (model) => {
      serving(rows)(model);
      const answer = model.kernel!;
      model.kernel = (request) => {
        if (request.op === "me") model.say({ id: request.id, type: "result", data: { user: "ada@example.com" } });
        else answer(request);
      };
    });
    await click(byRole(el, "button", "Views"));
    await click(byRole(el, "menuitemcheckbox", "Failed"));
    expect(shown()).toEqual(["a", "b"]);
    await click(byRole(el, "menuitem", "Mine"));
    expect(shown()).toEqual(["b"]);
  });

  it("are saved under what they filter by, had again, and forgotten", async () => {
    localStorage.clear();
    const { el, shown } = await browser(FEW);
    const pick = async (item: string) => {
      await click(byRole(el, "button", "Views"));
      await click(byRole(el, "menuitem", item));
    };
    await type(byRole(el, "searchbox"), "ch");
    await pick("Save this view");
    await type(byRole(el, "searchbox"), "");
    expect(shown()).toHaveLength(4);
    await pick("“ch”");
    expect(shown()).toEqual(["chat", "churn"]);
    await pick("Delete this view");
    await click(byRole(el, "button", "Views"));
    expect(allByRole(el, "menuitem").map((one) => one.textContent)).not.toContain("“ch”");
  });
});
