import { describe, expect, it, vi } from "vitest";
import { compared } from "../../../src/views/metrics/compare";
import { before, extentOf, gapsOf, nearest, pathOf, placeOf, places, rangeWords, roundUp, tick, utc, writing } from "../../../src/views/metrics/scale";
import type { MetricPlot, Metrics, MetricsState } from "../../../src/views/metrics/contract";
import { endpointState, FakeModel, made, obliging, panelState, picture } from "../../fake";
import { allByRole, byRole, click, CODE, embedding, mounted, settle, useMounts } from "../../mounted";

useMounts();

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 12, 9);
const TIMES = [BEGIN, BEGIN + MINUTE, BEGIN + 2 * MINUTE];

const requests = (values: (number | null)[]): MetricPlot => ({
  key: "requests",
  title: "Requests a minute",
  unit: "",
  note: "",
  lines: [
    { name: "All", values },
    { name: "5xx", values: values.map(() => 0) },
  ],
});

const latency = (values: (number | null)[], note = ""): MetricPlot => ({
  key: "latency",
  title: "Latency",
  unit: "ms",
  note,
  lines: [{ name: "p99", values }],
});

const metrics = (change: Partial<Metrics> = {}): Metrics => ({
  ...made<MetricsState>("endpoint_metrics").metrics,
  recipe: { magic: "%serving metrics churn --history", python: "ep.metrics(history=True)" },
  gap: 5 * MINUTE,
  times: TIMES,
  plots: { "": [requests([210, 1234, 236]), latency([null, 37.24, 5.5])] },
  ...change,
});

const state = (change: Partial<Metrics>, more: Partial<MetricsState> = {}): MetricsState => ({
  ...endpointState(picture("churn")),
  metrics: metrics(change),
  ...more,
});

async function plotted(change: Partial<Metrics> = {}, prepare = obliging, more: Partial<MetricsState> = {}) {
  const view = mounted("endpoint_metrics", state(change, more), prepare);
  await settle();
  return { ...view, names: () => allByRole(view.el, "img").map((img) => img.getAttribute("aria-label")) };
}

describe("the arithmetic of plots", () => {
  it.each([
    [0, 1],
    [-3, 1],
    [NaN, 1],
    [0.7, 0.8],
    [1, 1],
    [1.01, 2],
    [46, 50],
    [323, 400],
    [100, 100],
    [0.3, 0.3],
  ])("ends the axis for %d at %d", (value, top) => expect(roundUp(value)).toBe(top));

  it("places samples by their time, a single one at the end", () => {
    expect(places([0, 30, 120])).toEqual([0, 0.25, 1]);
    expect(places([5])).toEqual([1]);
    expect(places([])).toEqual([]);
    expect(nearest([0, 0.25, 1], 0.6)).toBe(1);
    expect(nearest([0, 0.25, 1], 0.7)).toBe(2);
    expect(nearest([], 0.5)).toBe(0);
  });

  it("breaks a line where a number is missing, or where nobody looked for a while", () => {
    expect(pathOf([0, 5, 10], TIMES, 10, 5 * MINUTE)).toBe("M0 100h0L50 50L100 0");
    expect(pathOf([0, null, 10], TIMES, 10, 5 * MINUTE)).toBe("M0 100h0M100 0h0");
    expect(pathOf([0, 5], [0, 6 * MINUTE], 10, 5 * MINUTE)).toBe("M0 100h0M100 50h0");
    expect(pathOf([null], [0], 1, MINUTE)).toBe("");
  });

  it("tells numbers and times shortly", () => {
    const written = (values: (number | null)[]) => values.map(writing(values));
    expect(written([1234, 0, null])).toEqual(["1,234", "0", "–"]);
    expect(written([37.24, 5])).toEqual(["37.2", "5.0"]);
    expect(written([1.2345, 0])).toEqual(["1.23", "0.00"]);
    expect(written([1234.5, 0.5])).toEqual(["1,235", "1"]);
    expect(written([])).toEqual([]);
    expect([500, 2.5, 0.75, 1200].map(tick)).toEqual(["500", "2.5", "0.75", "1,200"]);
    expect(utc(BEGIN)).toBe("2026-01-12 09:00 UTC");
    expect(utc(Number.NaN)).toBe("unknown time");
    expect([0, 30_000, 12 * MINUTE, 125 * MINUTE, 120 * MINUTE].map(before)).toEqual(["latest", "−30 s", "−12 min", "−2 h 5 min", "−2 h"]);
    expect(extentOf([null, 3, 1, 2])).toEqual({ latest: 2, lowest: 1, highest: 3 });
    expect(extentOf([3, 1, null])).toEqual({ latest: null, lowest: 1, highest: 3 });
    expect(extentOf([null])).toBeNull();
  });
});

describe("versions compared", () => {
  const errors = (four: number[], five: number[]): MetricPlot => ({
    key: "errors",
    title: "Error rate",
    unit: "%",
    note: "",
    lines: [
      { name: "4xx", values: four },
      { name: "5xx", values: five },
    ],
  });
  const one = (name: string, values: number[], plot: MetricPlot): MetricPlot => ({ ...plot, lines: [{ name, values }] });
  const of = (count: number[], four: number[]): MetricPlot[] => [
    one("All", count, requests(count)),
    errors(four, [1, 1, 1]),
    { ...latency([9, 9, 9], "whole endpoint"), whole: true },
  ];
  const plots = { "": [requests([100, 100, 0])], "ads-1": of([90, 60, 0], [0, 1, 2]), "ads-2": of([10, 40, 0], [5, 6, 7]) };

  it("have a line each in every plot, with their shares and their errors", () => {
    expect(compared(plots).map(({ title, lines }) => [title, ...lines.map(({ name, values }) => `${name}: ${values.join(" ")}`)])).toEqual([
      ["Requests a minute", "ads-1: 90 60 0", "ads-2: 10 40 0"],
      ["Share of requests", "ads-1: 90 60 ", "ads-2: 10 40 "],
      ["Error rate, 4xx and 5xx", "ads-1: 1 2 3", "ads-2: 6 7 8"],
      ["Latency, p99", "All entities: 9 9 9"],
    ]);
  });

  it("have shares of all requests, also of those that a version had which serves no more", () => {
    const alone = { "": [requests([100, 100, 100])], "ads-2": of([10, 40, 100], [0, 0, 0]) };
    expect(compared(alone)[1]!.lines).toEqual([{ name: "ads-2", values: [10, 40, 100] }]);
  });

  it("are no more than a plot can tell apart: those with the most requests", () => {
    const many = Object.fromEntries([..."abcdef"].map((name, i) => [name, of([0, 0, i], [0, 0, 0])]));
    expect(compared(many)[0]!.lines.map(({ name }) => name)).toEqual(["c", "d", "e", "f"]);
    expect(compared({})).toEqual([]);
  });

  it("are what is shown first where traffic is split, and a choice where it is not", async () => {
    const split = picture("churn", { traffic: [{ entity: "ads-1", percent: 70 }, { entity: "ads-2", percent: 30 }] });
    const first = await plotted({ plots }, obliging, { endpoint: split });
    expect(first.el.querySelector("select")!.value).toBe("*");
    expect(first.names()[1]).toContain("Share of requests in %");
    const second = await plotted({ plots });
    expect(second.el.querySelector("select")!.value).toBe("");
  });
});

describe("the time", () => {
  const GAP = 150_000;
  const times = [BEGIN, BEGIN + MINUTE, BEGIN + 9 * MINUTE, BEGIN + 10 * MINUTE];
  const deploys = [
    { at: BEGIN + 30_000, what: "ads-2 was deployed" },
    { at: BEGIN - MINUTE, what: "ads-1 was deployed" },
  ];
  const shown = { times, gap: GAP, deploys, plots: { "": [requests([1, 2, 3, 4])] } };

  it("of which there are no samples is a gap, in the drawing, in words and in the table", async () => {
    expect(gapsOf(times, GAP)).toEqual([[BEGIN + MINUTE, BEGIN + 9 * MINUTE]]);
    const { el, names } = await plotted(shown);
    expect(el.querySelector(".sw-missing")!.getAttribute("d")).toBe("M10 0H90V100H10Z");
    expect(names()[0]).toContain("not measured between 2026-01-12 09:01 UTC and 2026-01-12 09:09 UTC");
    await click(byRole(el, "button", "Show as table"));
    expect(el.querySelector("tbody")!.textContent).toContain("Not measured since 2026-01-12 09:01");
  });

  it("of a deployment is marked in each plot, said below them and in the table", async () => {
    expect([placeOf(BEGIN - 1, times), placeOf(BEGIN + 5 * MINUTE, times), placeOf(1, [1])]).toEqual([null, 0.5, null]);
    const { el, names } = await plotted(shown);
    expect(el.querySelector(".sw-deployed")!.getAttribute("d")).toBe("M5 0v100");
    expect(names()[0]).toContain("ads-2 was deployed at 2026-01-12 09:00 UTC");
    expect(el.querySelector(".sw-deploys")!.textContent).toBe("2026-01-12 09:00 UTC ads-2 was deployed");
    await click(byRole(el, "button", "Show as table"));
    const rows = [...el.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows.filter((row) => row!.includes("was deployed"))).toEqual(["2026-01-12 09:00ads-2 was deployed"]);
  });

  it("that is looked at is chosen from what the kernel offers", async () => {
    expect([15, 60, 1440].map(rangeWords)).toEqual(["Last 15 min", "Last 1 h", "Last 24 h"]);
    const { el, model } = await plotted({ range: 60, ranges: [15, 60], every: 4 });
    expect(el.textContent).toContain("Each sample stands for 4 minutes");
    const select = el.querySelector("select")!;
    expect(select.value).toBe("60");
    select.value = "15";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(model.requests("range")[0]!.args).toEqual({ minutes: 15 });
  });
});

describe("the plots", () => {
  it("are taken out of the page behind another tab, so that the kernel asks for nothing", async () => {
    const child = new FakeModel({ kind: "endpoint_metrics", state: state({}), _esm: CODE });
    obliging(child);
    const manager = embedding({ c1: child });
    const shown = panelState(picture("churn"), { tab: "metrics", children: { metrics: "IPY_MODEL_c1" } });
    const { el } = mounted("endpoint_panel", shown, (model) => {
      obliging(model);
      model.widget_manager = manager;
    });
    await vi.waitFor(() => expect(allByRole(el, "img")).toHaveLength(2));
    await click(byRole(el, "tab", "Overview"));
    expect(child.requests("bye")).toHaveLength(1);
    expect(allByRole(el, "img")).toHaveLength(0);
    await click(byRole(el, "tab", "Metrics"));
    await vi.waitFor(() => expect(allByRole(el, "img")).toHaveLength(2));
    expect(child.requests("hello")).toHaveLength(2);
  });

  it("names each plot by what it tells: the latest, the lowest and the highest of each line", async () => {
    const { names } = await plotted();
    expect(names()).toEqual([
      "Requests a minute, 3 samples from 2026-01-12 09:00 UTC to 2026-01-12 09:02 UTC: All latest 236, lowest 210, highest 1,234; 5xx latest 0, lowest 0, highest 0",
      "Latency in ms, 3 samples from 2026-01-12 09:00 UTC to 2026-01-12 09:02 UTC: p99 latest 5.5, lowest 5.5, highest 37.2",
    ]);
  });

  it("tells lines apart by more than colour", async () => {
    const { el } = await plotted();
    const legend = el.querySelector(".sw-legend")!;
    expect(legend.textContent).toBe("All2365xx0");
    const curves = [...el.querySelector(".sw-drawing")!.querySelectorAll(".sw-curve")].map((curve) => curve.getAttribute("class"));
    expect(curves).toEqual(["sw-curve sw-curve-0", "sw-curve sw-curve-1"]);
  });

  it("says that a line has no numbers, and keeps its place", async () => {
    const { names, el } = await plotted({ plots: { "": [latency([null, null, null])] } });
    expect(names()[0]).toMatch(/: p99 not measured$/);
    expect(el.querySelector(".sw-legend")!.textContent).toBe("p99–");
    expect(el.querySelector(".sw-span")!.textContent).toContain("not measured");
  });

  it("says of a line whose latest sample is missing that it has no number now, in the legend and in words", async () => {
    const { names, el } = await plotted({ plots: { "": [latency([5, 7, null])] } });
    expect(names()[0]).toMatch(/: p99 latest –, lowest 5, highest 7$/);
    expect(el.querySelector(".sw-legend")!.textContent).toBe("p99–");
  });

  it("shows a single sample as a point", async () => {
    const { names, el } = await plotted({ times: [BEGIN], plots: { "": [requests([3])] } });
    expect(names()[0]).toContain("at 2026-01-12 09:00 UTC: All latest 3");
    expect(el.querySelector(".sw-drawing .sw-curve")!.getAttribute("d")).toBe("M100 0h0");
  });

  it("tells the numbers of the moment that is pointed at, in every plot", async () => {
    const { el } = await plotted();
    const [drawing] = allByRole(el, "img");
    drawing!.getBoundingClientRect = () => ({ left: 100, width: 200 }) as DOMRect;
    drawing!.dispatchEvent(new MouseEvent("pointermove", { bubbles: true, clientX: 190 }));
    await settle();
    expect([...el.querySelectorAll(".sw-legend")].map((legend) => legend.textContent)).toEqual(["All1,2345xx0", "p9937.2"]);
    expect(el.textContent).toContain("2026-01-12 09:01 UTC · −1 min");
    drawing!.dispatchEvent(new MouseEvent("pointerleave"));
    await settle();
    expect(el.querySelector(".sw-legend")!.textContent).toBe("All2365xx0");
  });

  it("has the same numbers as a table, the latest first", async () => {
    const { el } = await plotted();
    await click(byRole(el, "button", "Show as table"));
    expect(allByRole(el, "img")).toHaveLength(0);
    const rows = [...el.querySelectorAll("tr")].map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([
      ["Time (UTC)", "Requests a minute", "Latency (ms)"],
      ["All", "5xx", "p99"],
      ["2026-01-12 09:02", "236", "0", "5.5"],
      ["2026-01-12 09:01", "1,234", "0", "37.2"],
      ["2026-01-12 09:00", "210", "0", "–"],
    ]);
    await click(byRole(el, "button", "Show as plots"));
    expect(allByRole(el, "img")).toHaveLength(2);
  });

  it("shows one entity where several are told, and says whose numbers it has of the whole endpoint", async () => {
    const plots = { "": [requests([3, 3, 3])], a: [requests([1, 1, 1]), latency([9, 9, 9], "whole endpoint")], b: [requests([2, 2, 2])] };
    const { el, names, model } = await plotted({ plots, left_out: 3 });
    const select = el.querySelector("select")!;
    expect([...select.options].map((option) => option.textContent)).toEqual(["Versions compared", "All entities", "a", "b"]);
    expect(el.textContent).toContain("and 3 more");
    select.value = "a";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(names()[0]).toContain("All latest 1");
    expect(names()[1]).toContain("Latency in ms, whole endpoint");
    // An entity that is gone is not a choice any more.
    model.set("state", state({ plots: { "": [requests([7, 7, 7])] } }, { rev: 2 }));
    await settle();
    expect(names()[0]).toContain("All latest 7");
    // What is left to choose is the time.
    expect([...el.querySelectorAll("label")].map((label) => label.firstChild!.textContent)).toEqual(["Time"]);
  });

  it("offers the line that reads the same in a cell", async () => {
    const { el } = await plotted();
    await click(byRole(el, "button", "Recipe"));
    expect(document.body.textContent).toContain("%serving metrics churn --history");
  });
});

describe("its states", () => {
  const problem = { code: "temporarily_unavailable", message: "Couldn't read the metrics of churn.", hint: "Wait a minute." };

  it("holds the place of the plots until there is an answer", async () => {
    const { el } = await plotted({ state: "loading", times: [], plots: { "": [] } });
    expect(el.querySelector(".sw-metrics")!.textContent).toBe("Loading…");
    expect(el.querySelectorAll(".sw-plot-wait")).toHaveLength(6);
  });

  it("says why there is nothing to see", async () => {
    const { el } = await plotted({ times: [BEGIN], plots: { "": [] }, why: "churn has no metrics: it is stopped." });
    expect(el.textContent).toContain("churn has no metrics: it is stopped.");
    expect(allByRole(el, "button", "Show as table")).toHaveLength(0);
  });

  it.each(["stale", "error"] as const)("keeps the plots when a look failed (%s), and says how old they are and why", async (failed) => {
    const { el, model } = await plotted({ state: failed, problem });
    expect(allByRole(el, "img")).toHaveLength(2);
    expect(el.textContent).toContain("– retrying");
    expect(el.textContent).toContain(problem.message);
    await click(byRole(el, "button", "Retry"));
    expect(model.requests("refresh")).toHaveLength(1);
  });

  it("asks once, however often it is clicked before the answer", async () => {
    const { el, model } = await plotted({}, (model) => {
      obliging(model);
      const usual = model.kernel!;
      model.kernel = (request) => (request.op === "refresh" ? model.say({ id: request.id, type: "ack" }) : usual(request));
    });
    for (let i = 0; i < 5; i++) byRole(el, "button", "Refresh metrics").click();
    await settle();
    expect(model.requests("refresh")).toHaveLength(1);
  });

  it("shows an error where nothing was ever seen, and a way to try again", async () => {
    const { el } = await plotted({ state: "error", problem, times: [], plots: { "": [] } });
    expect(byRole(el, "alert").textContent).toContain(problem.message);
    expect(byRole(el, "button", "Retry")).toBeTruthy();
  });

  it("offers no second try to who may not see them", async () => {
    const denied = { ...problem, code: "permission_denied", message: "You may not view churn." };
    const { el } = await plotted({ state: "error", problem: denied, times: [], plots: { "": [] } });
    expect(el.textContent).toContain("You may not view churn.");
    expect(allByRole(el, "button", "Retry")).toHaveLength(0);
    expect(el.querySelector(".sw-icon-lock")).not.toBeNull();
  });

  it("keeps the last numbers when the kernel is gone, and asks for none", async () => {
    const { el, model } = await plotted({}, () => undefined, { live: false });
    expect(el.textContent).toContain("Frozen");
    expect(allByRole(el, "img")).toHaveLength(2);
    const before = model.requests("refresh").length;
    await click(byRole(el, "button", "Refresh metrics"));
    expect(model.requests("refresh")).toHaveLength(before);
  });

  it("keeps hostile names text", async () => {
    const evil = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
    const plot = { ...requests([1, 2, 3]), title: evil, unit: evil, note: evil, lines: [{ name: evil, values: [1, 2, 3] }] };
    const { el } = await plotted({ why: evil, plots: { "": [plot], [evil]: [plot] }, state: "stale", problem: { code: "", message: evil, hint: evil } });
    for (const name of ["Show as table", "Show as plots"]) {
      expect(el.textContent).toContain("onerror");
      expect(el.querySelector("img, script, a, iframe, [onerror]")).toBeNull();
      await click(byRole(el, "button", name));
    }
  });
});

it("draws a change of the numbers without losing what was chosen", async () => {
  const { el, model, names } = await plotted();
  vi.setSystemTime(Date.now() + MINUTE);
  await click(byRole(el, "button", "Show as table"));
  model.set("state", state({ times: [...TIMES, BEGIN + 3 * MINUTE], plots: { "": [requests([210, 1234, 236, 240])] } }, { rev: 2 }));
  await settle();
  expect(el.querySelectorAll("tbody tr")).toHaveLength(4);
  expect(names()).toEqual([]);
});
