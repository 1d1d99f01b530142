import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogFinding as Finding, LogPicture, LogViewerState as LogState } from "../../../src/views/logs/contract";
import { endpointState, type FakeModel, made, obliging, picture } from "../../fake";
import { allByRole, byRole, click, mounted, press, settle, type, useMounts } from "../../mounted";

useMounts();

/** Rows of 20 pixels, of which 20 are on screen: happy-dom lays nothing out. */
const HEIGHT = 400;
const laidOut: Record<string, PropertyDescriptor> = {
  clientHeight: { configurable: true, get: () => HEIGHT },
  clientWidth: { configurable: true, get: () => 700 },
  scrollHeight: {
    configurable: true,
    get(this: HTMLElement) {
      return parseFloat(this.querySelector<HTMLElement>(".sw-log-body")?.style.height ?? "0");
    },
  },
  scrollTop: {
    configurable: true,
    get(this: HTMLElement & { at?: number }) {
      return this.at ?? 0;
    },
    set(this: HTMLElement & { at?: number }, to: number) {
      this.at = Math.max(0, Math.min(to, this.scrollHeight - HEIGHT));
    },
  },
};
const before = new Map<string, PropertyDescriptor | undefined>();

beforeEach(() => {
  for (const [name, how] of Object.entries(laidOut)) {
    before.set(name, Object.getOwnPropertyDescriptor(HTMLElement.prototype, name));
    Object.defineProperty(HTMLElement.prototype, name, how);
  }
});
afterEach(() => {
  for (const [name, how] of before) {
    if (how) Object.defineProperty(HTMLElement.prototype, name, how);
    else delete (HTMLElement.prototype as unknown as Record<string, unknown>)[name];
  }
});

const COUNTS = { plain: 0, debug: 0, info: 0, warning: 0, error: 0 };

/** A line: `E head`, `e goes on`, `I`, `W`, `-`; the letter is its level. Before one with `!` lines are missing. */
const LEVELS = "-DIWE";

function pictured(texts: string[], change: Partial<LogPicture> = {}): LogPicture {
  const counts = { ...COUNTS };
  for (const text of texts) {
    const level = LEVELS.indexOf(text[0]!);
    if (level >= 0) counts[(["plain", "debug", "info", "warning", "error"] as const)[level]!]++;
  }
  return {
    ...made<LogState>("log_viewer").log,
    key: "one",
    state: "live",
    seen: Date.now(),
    problem: null,
    empty: false,
    reading: false,
    first: 0,
    total: texts.length,
    counts,
    gaps: 0,
    replicas: ["", "hc4q8"],
    findings: [],
    ...change,
  };
}

function logState(log: LogPicture, change: Partial<LogState> = {}): LogState {
  return {
    ...made<LogState>("log_viewer"),
    ...endpointState(picture("churn")),
    entities: [
      { name: "churn-3", versions: [3], older: [2, 1], pending: false },
      { name: "churn-4", versions: [4], older: [], pending: true },
    ],
    entity: "churn-3",
    version: null,
    sort: "server",
    follow: true,
    recipe: { magic: "%serving logs churn --entity churn-3", python: 'ep.logs(entity="churn-3")' },
    log,
    tail: null,
    ...change,
  };
}

async function viewer(texts: string[], change: Partial<LogState> = {}, more: Partial<LogPicture> = {}) {
  const kernel = { texts, answers: {} as Record<string, unknown>, searches: false, nearest: null as number | null };
  const part = (model: FakeModel, id: string, [from, to]: [number, number]): void => {
    const sent = kernel.texts.slice(from, to);
    const mark = (text: string): string =>
      String.fromCharCode(48 + (text[0] === "e" ? 4 : Math.max(0, LEVELS.indexOf(text[0]!)) + 8) + (text[0] === "!" ? 16 : 0));
    const data = { begin: from, text: sent.join("\n"), marks: sent.map(mark).join(""), replicas: "1".repeat(sent.length) };
    model.say({ id, type: "progress", data });
  };
  const answering = (model: FakeModel): void => {
    obliging(model);
    const answer = model.kernel!;
    model.kernel = (request) => {
      const { id, op, args } = request;
      const finds = op === "search" && kernel.searches;
      if (op !== "lines" && !finds && !(op in kernel.answers)) return answer(request);
      model.say({ id, type: "ack" });
      if (op === "lines" && args.numbers) {
        for (const number of args.numbers as number[]) part(model, id, [number, number + 1]);
      } else if (op === "lines") {
        const [from, to] = [Math.max(0, Number(args.begin)), Math.min(Number(args.end), kernel.texts.length)];
        part(model, id, [from, to]);
      }
      if (finds) {
        const levels = args.levels as number[];
        const fits = (text: string): boolean =>
          (args.heads ? text[0] === text[0]!.toUpperCase() : true) &&
          (levels.length === 0 || levels.includes(LEVELS.indexOf(text[0]!.toUpperCase()))) &&
          text.toLowerCase().includes(String(args.text).toLowerCase());
        const numbers = kernel.texts.flatMap((text, number) => (fits(text) ? [number] : []));
        if (kernel.nearest !== null) {
          // All others take it longer than the test.
          model.say({ id, type: "progress", data: { runs: [], after: 0, nearest: kernel.nearest } });
          return;
        }
        const runs = numbers.flatMap((number, index) => [number - (index ? numbers[index - 1]! + 1 : 0), 1]);
        model.say({ id, type: "progress", data: { runs, after: 0 } });
        model.say({ id, type: "result", data: { count: numbers.length, total: kernel.texts.length } });
        return;
      }
      model.say({ id, type: "result", data: kernel.answers[op] ?? {} });
    };
  };
  const view = mounted("log_viewer", logState(pictured(texts, more), change), answering);
  await settle();
  const list = (): HTMLElement => byRole(view.el, "log");
  const rows = (): string[] =>
    [...view.el.querySelectorAll<HTMLElement>(".sw-log-row")]
      .sort((a, b) => Number(a.dataset.line) - Number(b.dataset.line))
      .map((row) => row.querySelector(".sw-log-text")!.textContent!);
  const onScreen = (): number => Math.round(list().scrollTop / 20);
  const grow = async (added: string[]): Promise<void> => {
    kernel.texts = [...kernel.texts, ...added];
    const state = view.model.get("state") as LogState;
    const next = { ...state, rev: state.rev + 1, log: pictured(kernel.texts, { ...more, total: kernel.texts.length }) };
    view.model.set("state", next);
    await settle();
  };
  const scroll = async (to: number): Promise<void> => {
    list().scrollTop = to;
    list().dispatchEvent(new Event("scroll"));
    await settle();
  };
  const button = (name: string): HTMLElement => byRole(view.el, "button", name);
  return { ...view, kernel, list, rows, onScreen, grow, scroll, button };
}

const plain = (count: number, from = 0): string[] => Array.from({ length: count }, (_, i) => `I line ${from + i}`);
const TRACE = ["E Exception on /invocations", "e Traceback (most recent call last):", "e   File", "e ValueError: bad"];

describe("the log", () => {
  it("draws at most 200 of 200,000 rows, and asks for those that it shows", async () => {
    const { el, list, model } = await viewer(plain(200_000));
    expect(el.querySelectorAll(".sw-log-row").length).toBeLessThanOrEqual(200);
    expect(list().scrollTop).toBe(200_000 * 20 - HEIGHT);
    const asked = model.requests("lines").map(({ args }) => Number(args.end) - Number(args.begin));
    expect(asked.reduce((sum, lines) => sum + lines, 0)).toBeLessThan(2000);
  });

  it("stays at the end while lines come", async () => {
    const { list, grow, rows } = await viewer(plain(100));
    await grow(plain(50, 100));
    expect(list().scrollTop).toBe(150 * 20 - HEIGHT);
    expect(rows().at(-1)).toBe("I line 149");
  });

  it("stands still once somebody scrolls up a row, says how many lines are new, and goes on at their wish", async () => {
    const { el, list, grow, scroll, onScreen, button } = await viewer(plain(100));
    await scroll(list().scrollTop - 20);
    const at = onScreen();
    await grow(plain(100, 100));
    expect(onScreen()).toBe(at);
    expect(button("100 new")).toBeTruthy();
    await press(list(), "End");
    expect(list().scrollTop).toBe(200 * 20 - HEIGHT);
    expect(allByRole(el, "button", "100 new")).toHaveLength(0);
    await grow(plain(10, 200));
    expect(list().scrollTop).toBe(210 * 20 - HEIGHT);
  });

  it("keeps the first visible line through every option", async () => {
    const { list, scroll, el, onScreen } = await viewer([...plain(100), ...TRACE, ...plain(100, 100)]);
    await scroll(30 * 20);
    for (const key of ["t", "w", "t", "w"]) {
      await press(list(), key);
      expect(onScreen(), key).toBe(30);
    }
    await click(byRole(el, "button", "Error 1"));
    await click(byRole(el, "button", "Error 1"));
    expect(onScreen()).toBe(30);
  });

  it("keeps every option when another is changed, and when lines come", async () => {
    const { el, list, rows, grow } = await viewer([...plain(5), ...TRACE, "W odd", "-"]);
    await type(byRole(el, "searchbox", "Find in log"), "line");
    await click(byRole(el, "button", "Show matching lines only"));
    await click(byRole(el, "button", "Info 5"));
    await press(list(), "w");
    await press(list(), "t");
    expect(rows()).toHaveLength(5);
    await grow(["I line new", "W line"]);
    expect(rows()).toHaveLength(6);
    expect(byRole(el, "button", "Info 6").getAttribute("aria-pressed")).toBe("true");
    expect((byRole(el, "searchbox") as HTMLInputElement).value).toBe("line");
    expect(list().className).toContain("sw-log-wrapped");
  });

  it("folds a traceback into one row that says what it came to, and opens it at a wish", async () => {
    const { el, rows } = await viewer([...plain(2), ...TRACE, "I after"]);
    expect(rows()).toHaveLength(4);
    expect(rows()[2]).toBe("E Exception on /invocations+ 3 lines · e ValueError: bad");
    await click(byRole(el, "button", "3 lines of a traceback"));
    expect(rows()).toHaveLength(7);
  });

  it("says where lines may be missing", async () => {
    const { el, rows } = await viewer(["- before", "! after"]);
    expect(el.querySelector(".sw-log-gap")!.textContent).toBe("Lines may be missing here");
    expect(rows()).toEqual(["- before", "! after"]);
  });

  it("shows no element, link or script of what a line says", async () => {
    const { el } = await viewer(["- <img src=x onerror=alert(1)>", "- <script>alert(1)</script>", "- \x1b]8;;https://e.example\x07x"]);
    expect(el.querySelectorAll("img, script, a")).toHaveLength(0);
    expect(el.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});

describe("finding", () => {
  it("counts matches in lines that are not on screen, and leads from one to the next and back", async () => {
    const texts = plain(1000);
    texts[10] = texts[500] = texts[990] = "I needle";
    const { el, scroll, onScreen } = await viewer(texts);
    await scroll(0);
    const box = byRole(el, "searchbox", "Find in log");
    await type(box, "NEEDLE");
    expect(el.textContent).toContain("3 matches");
    await press(box, "Enter");
    expect(el.textContent).toContain("1 of 3");
    await press(box, "Enter");
    expect(el.textContent).toContain("2 of 3");
    expect(Math.abs(onScreen() - 500)).toBeLessThan(20);
    await press(box, "Enter", { shiftKey: true });
    expect(el.textContent).toContain("1 of 3");
  });

  it("takes the browser's own key for it, inside the view", async () => {
    const { el, list } = await viewer(plain(3));
    const event = await press(list(), "f", { ctrlKey: true });
    expect(event.defaultPrevented).toBe(true);
    expect(document.activeElement).toBe(byRole(el, "searchbox"));
  });

  it("opens the traceback that holds a match", async () => {
    const { el, rows } = await viewer([...plain(2), ...TRACE, "I after"]);
    const box = byRole(el, "searchbox");
    await type(box, "ValueError");
    await press(box, "Enter");
    expect(rows()).toContain("e ValueError: bad");
  });

  it("fetches all lines of a long log before it says that nothing matches", async () => {
    const { el, model } = await viewer(plain(30_000));
    await type(byRole(el, "searchbox"), "line 7");
    await settle(500);
    expect(el.textContent).toContain("1,111 matches");
    expect(model.requests("lines").length).toBeGreaterThan(1);
  });

  it("has the kernel search a long log, shows the nearest match and fetches no more than that", async () => {
    const texts = plain(200_000);
    texts[1000] = texts[150_000] = texts[199_000] = "I needle";
    const { el, kernel, model, onScreen } = await viewer(texts);
    kernel.searches = true;
    const box = byRole(el, "searchbox");
    await type(box, "NEEDLE");
    await settle();
    expect(el.textContent).toContain("3 matches");
    expect(Math.abs(onScreen() - 199_000)).toBeLessThan(21);
    await press(box, "Enter");
    await settle();
    expect(el.textContent).toContain("3 of 3");
    await press(box, "Enter", { shiftKey: true });
    await settle();
    expect(el.textContent).toContain("2 of 3");
    expect(Math.abs(onScreen() - 150_000)).toBeLessThan(21);
    const fetched = model.requests("lines").map(({ args }) => Number(args.end) - Number(args.begin));
    expect(fetched.reduce((sum, lines) => sum + lines, 0)).toBeLessThan(10_000);
  });

  it("shows the nearest match of a long log before it knows all, and takes an earlier question back", async () => {
    const texts = plain(200_000);
    texts[150_000] = "I needle";
    const { el, kernel, model, onScreen } = await viewer(texts);
    Object.assign(kernel, { searches: true, nearest: 150_000 });
    await type(byRole(el, "searchbox"), "needle");
    await settle();
    expect(Math.abs(onScreen() - 150_000)).toBeLessThan(21);
    expect(el.querySelector(".sw-log-find")!.textContent).toContain("Searching…");
    expect(model.requests("search")[0]!.args.near).toBeGreaterThan(199_000);
    await type(byRole(el, "searchbox"), "needles");
    await settle();
    expect(model.requests("cancel").map(({ args }) => args.id)).toEqual([model.requests("search")[0]!.id]);
  });

  it("searches a log that the kernel is still reading, and tells that levels are not known of all of it", async () => {
    const texts = plain(200_000);
    texts[7] = "E needle";
    const { el, kernel, model, rows } = await viewer(texts, {}, { reading: true, counts: { ...COUNTS, error: 1 } });
    kernel.searches = true;
    expect(el.textContent).toContain("Reading…");
    await type(byRole(el, "searchbox"), "needle");
    await settle();
    expect(el.querySelector(".sw-log-find")!.textContent).toContain("1 match");
    await click(byRole(el, "button", "Error 1"));
    await settle();
    expect(rows()).toEqual(["E needle"]);
    expect(el.querySelector(".sw-log-find")!.textContent).toContain("1 so far, still reading");
    const asked = model.requests("search").length;
    const state = model.get("state") as LogState;
    model.set("state", { ...state, rev: state.rev + 1, log: { ...state.log, reading: false } });
    await settle();
    expect(model.requests("search").length).toBeGreaterThan(asked);
    expect(model.requests("lines").at(-1)!.args.numbers).toContain(7);
    expect(el.querySelector(".sw-log-find")!.textContent).toContain("1 match");
  });

  it("leads to the next error of a long log without fetching all of it", async () => {
    const texts = plain(200_000);
    texts[500] = "E bad";
    const { el, kernel, list, model } = await viewer(texts);
    kernel.searches = true;
    await press(list(), "e");
    await settle();
    expect(el.querySelector(".sw-log-at")!.textContent).toContain("E bad");
    const fetched = model.requests("lines").map(({ args }) => Number(args.end) - Number(args.begin));
    expect(fetched.reduce((sum, lines) => sum + lines, 0)).toBeLessThan(10_000);
  });

  it("leads to the next error with a key", async () => {
    const { list, el } = await viewer([...plain(300), ...TRACE, ...plain(300)]);
    await press(list(), "Home");
    await press(list(), "e");
    expect(el.querySelector(".sw-log-at")!.textContent).toContain("Exception on /invocations");
  });

  it("does not go wrong over half an expression", async () => {
    const { el } = await viewer(plain(3));
    await click(byRole(el, "button", "Regular expression"));
    await type(byRole(el, "searchbox"), "(");
    expect(el.textContent).toContain("Invalid regular expression");
    expect(byRole(el, "searchbox").getAttribute("aria-invalid")).toBe("true");
  });
});

describe("a long log", () => {
  const long = async (change: Record<number, string>) => {
    const texts = plain(200_000);
    for (const [line, text] of Object.entries(change)) texts[Number(line)] = text;
    const view = await viewer(texts);
    view.kernel.searches = true;
    const fetched = (): number =>
      view.model
        .requests("lines")
        .reduce((sum, { args }) => sum + ((args.numbers as number[])?.length ?? Number(args.end) - Number(args.begin)), 0);
    return { ...view, fetched };
  };

  it("is narrowed to a level by the kernel, and only what is shown is fetched", async () => {
    const { el, rows, fetched } = await long({ 7: "E bad", 100_000: "W odd", 199_000: "E worse" });
    const before = fetched();
    await click(byRole(el, "button", "Error 2"));
    await settle();
    expect(rows()).toEqual(["E bad", "E worse"]);
    await click(byRole(el, "button", "Warning 1"));
    await settle();
    expect(rows()).toEqual(["E bad", "W odd", "E worse"]);
    expect(fetched() - before).toBeLessThan(2000);
    await click(byRole(el, "button", "Show all"));
    expect(rows().length).toBeGreaterThan(20);
  });

  it("tells which error it is, and takes clicks while it is being led there for none", async () => {
    const { el, button, model } = await long({ 7: "E bad", 100_000: "E worse", 150_000: "E worst" });
    void click(button("Previous error"));
    void click(button("Previous error"));
    await click(button("Previous error"));
    await settle();
    expect(el.textContent).toContain("Error 3 of 3");
    await click(button("Previous error"));
    await settle();
    expect(el.textContent).toContain("Error 2 of 3");
    expect(model.requests("search")).toHaveLength(1);
  });

  it("goes to an error although others than errors are shown", async () => {
    const { el, button } = await long({ 7: "E bad", 100_000: "W odd" });
    await click(byRole(el, "button", "Warning 1"));
    await settle();
    await click(button("Next error"));
    await settle();
    expect(el.querySelector(".sw-log-at")!.textContent).toContain("E bad");
    expect(byRole(el, "button", "Warning 1").getAttribute("aria-pressed")).toBe("true");
  });
});

describe("what a log tells as a whole", () => {
  const HISTOGRAM = { begin: 1768208400, step: 60, bars: [[0, 0, 5, 0, 0], [0, 0, 2, 1, 0], [0, 0, 0, 0, 4]] };

  it("stands above it as bars over time, and a range of them is shown", async () => {
    const { el, kernel, model, grow } = await viewer(plain(30));
    kernel.answers.histogram = { histogram: HISTOGRAM };
    kernel.answers.link = { magic: "%serving logs churn --since 10m", python: "ep.logs()" };
    kernel.answers.levels = { counts: { ...COUNTS, info: 4 } };
    kernel.searches = true;
    await grow(plain(5, 30));
    await settle(2100);
    await settle(100);
    const bars = el.querySelector<HTMLElement>("[role=slider]")!;
    expect(bars.getAttribute("aria-valuetext")).toContain("All: 09:00 to 09:03, 12 entries, 4 errors, 1 warning");
    await press(bars, "End");
    await settle();
    expect(model.requests("search").at(-1)!.args).toMatchObject({ since: 1768208520, until: 1768208579.999 });
    expect(bars.getAttribute("aria-valuetext")).toBe("09:02 to 09:03, 4 entries, 4 errors");
    expect(byRole(el, "button", "Info 4")).toBeTruthy();
    await click(byRole(el, "button", "Recipe"));
    await settle();
    expect(document.body.textContent).toContain("--since 10m");
    await click(byRole(el, "button", "All times"));
    expect(bars.getAttribute("aria-valuetext")).toContain("All:");
    expect(byRole(el, "button", "Info 35")).toBeTruthy();
  });

  it.each([
    [60, "09:00", "09:03"],
    [20, "09:00:00", "09:01:00"],
    [36_000, "01-12 09:00", "01-13 15:00"],
  ])("begins and ends at times that tell as much as bars of %d seconds need", async (step, from, to) => {
    const { el, kernel, grow } = await viewer(plain(30));
    kernel.answers.histogram = { histogram: { ...HISTOGRAM, step } };
    await grow(plain(5, 30));
    await settle(2100);
    await settle(100);
    expect([...el.querySelectorAll(".sw-log-range > span")].map((each) => each.textContent)).toEqual([from, "UTC", to]);
  });

  it("groups errors that are alike, and leads to the last of a group", async () => {
    const { el, kernel, button } = await viewer([...plain(3), ...TRACE, ...plain(3)]);
    kernel.answers.groups = { groups: [{ text: "ValueError: bad", count: 426, last: 3 }] };
    await click(button("Repeated errors"));
    await settle();
    const group = byRole(el, "group", "Repeated errors").querySelector<HTMLElement>("button")!;
    expect(group.textContent).toBe("ValueError: bad× 426");
    await click(group);
    await settle();
    expect(el.querySelector(".sw-log-at")!.textContent).toContain("Exception on");
    expect((byRole(el, "searchbox") as HTMLInputElement).value).toBe("ValueError: bad");
  });

  it("lists its keys", async () => {
    const { el, list } = await viewer(plain(3));
    await press(list(), "?");
    expect(byRole(el, "group", "Keys").textContent).toContain("Next, previous error");
    await press(document.body, "Escape");
    expect(allByRole(el, "group", "Keys")).toHaveLength(0);
  });

  it("gives what is shown as a file, and a traceback without what stands before its lines", async () => {
    const { el, kernel, list, model } = await viewer([...plain(3), ...TRACE]);
    kernel.answers.unit = { text: "Traceback\nValueError: bad" };
    await click(byRole(el, "button", "Error 1"));
    await click(byRole(el, "button", "More"));
    await click(byRole(el, "menuitem", "Download lines shown"));
    expect(model.requests("save")[0]!.args).toMatchObject({ shown: { levels: [4] } });
    await press(list(), "End");
    await press(list(), "ArrowUp");
    await press(list(), "c");
    expect(model.requests("unit")[0]!.args).toEqual({ line: 3 });
  });
});

describe("which log", () => {
  it("is chosen by tab, entity and version", async () => {
    const { el, model } = await viewer(plain(3));
    await click(byRole(el, "tab", "Build logs"));
    const choose = async (name: string, value: string): Promise<void> => {
      const select = el.querySelector<HTMLSelectElement>(`select[aria-label="${name}"]`)!;
      select.value = value;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      await settle();
    };
    await choose("Config version", "2");
    await choose("Served entity", "churn-4");
    expect(model.requests("open").map(({ args }) => args)).toEqual([
      { sort: "build" },
      { version: 2 },
      { entity: "churn-4", version: null },
    ]);
  });

  it("brings its own lines, and leaves the options alone", async () => {
    const { el, model, rows, kernel } = await viewer(plain(3));
    await type(byRole(el, "searchbox"), "line");
    kernel.texts = ["- other line"];
    const state = model.get("state") as LogState;
    model.set("state", { ...state, rev: 9, sort: "build", log: pictured(kernel.texts, { key: "two" }) });
    await settle();
    expect(rows()).toEqual(["- other line"]);
    expect((byRole(el, "searchbox") as HTMLInputElement).value).toBe("line");
  });

  it("has the lines that show it in a cell", async () => {
    const { el } = await viewer(plain(3));
    await click(byRole(el, "button", "Recipe"));
    expect(byRole(el, "group", "Recipe for this log of churn").textContent).toContain("--entity churn-3");
  });

  it("says why there are no lines", async () => {
    const stopped = picture("churn", { status: { ...picture("churn").status, phase: "stopped" } });
    expect((await viewer([], { endpoint: stopped }, { empty: true })).el.textContent).toContain("Stopped: no server");
    expect((await viewer([], { sort: "build" }, { empty: true })).el.textContent).toContain("once the build has ended");
    const nobody = { entities: [], entity: null, version: null };
    expect((await viewer([], nobody, { state: "live", empty: true })).el.textContent).toContain("serves nothing yet");
    expect((await viewer([], nobody, { state: "loading" })).el.textContent).not.toContain("serves nothing");
    const problem = { code: "x", message: "Couldn't read the log.", hint: "Do that." };
    const { el } = await viewer([], {}, { state: "error", problem });
    expect(byRole(el, "alert").textContent).toBe("Couldn't read the log.Do that.");
  });
});

describe("a known failure", () => {
  const finding: Finding = {
    code: "missing_module",
    title: "Missing module",
    meaning: "The model imports a module.",
    remedy: "Add it.",
    number: 150,
    line: "\x1b[31mNo module named 'x'",
  };

  it("has a card with its meaning, what to do, and the way to its line", async () => {
    const { el, onScreen } = await viewer(plain(300), {}, { findings: [finding] });
    const card = byRole(el, "region", "Diagnosis");
    expect(card.textContent).toContain("Missing moduleAdd it.The model imports a module.No module named 'x'Show line 151");
    await click(byRole(card, "button", "Show line 151"));
    expect(Math.abs(onScreen() + 10 - 150)).toBeLessThan(12);
    const log = byRole(el, "log");
    expect(document.activeElement).toBe(log);
    const dismiss = byRole(card, "button", "Dismiss");
    dismiss.focus();
    await click(dismiss);
    expect(allByRole(el, "region", "Diagnosis")).toHaveLength(0);
    expect(document.activeElement).toBe(log);
  });
});

describe("two builds", () => {
  it("are compared from the card of a server that fails, as its image comes of a build", async () => {
    const findings = [{ code: "unpickling", title: "T", meaning: "M.", remedy: "R.", number: 1, line: "x" }];
    const { el, kernel, model } = await viewer(plain(3), { entity: "churn-4" }, { findings });
    kernel.answers.compare = { changes: [{ name: "numpy", before: "1.0", after: "2.0", blamed: true }] };
    await click(byRole(el, "button", "Compare with the last good build"));
    expect(model.requests("open")[0]!.args).toEqual({ sort: "build" });
    const state = model.get("state") as LogState;
    model.set("state", { ...state, rev: state.rev + 1, sort: "build", log: { ...state.log, key: "two" } });
    await settle();
    expect(model.requests("compare")[0]!.args).toMatchObject({ entity: "churn-3", version: null });
    expect(el.querySelector("tbody tr")!.textContent).toContain("numpy");
  });


  it("are compared package by package", async () => {
    const { el, kernel, model } = await viewer(plain(3), { sort: "build" });
    kernel.answers.compare = {
      changes: [
        { name: "numpy", before: "1.0", after: "2.0" },
        { name: "pandas", before: null, after: "3.0" },
        { name: "six", before: "1.1", after: null },
      ],
    };
    await click(byRole(el, "button", "More"));
    await click(byRole(el, "menuitem", "Compare builds…"));
    expect(document.activeElement).toBe(el.querySelector("[aria-label='Other build']"));
    await click(byRole(el, "button", "Compare"));
    expect(model.requests("compare")[0]!.args).toMatchObject({ entity: "churn-3", version: 3 });
    const cells = [...el.querySelectorAll("tbody tr")].map((row) => [...row.children].map((one) => one.textContent));
    expect(cells).toEqual([
      ["numpy", "Changed", "1.0", "2.0"],
      ["pandas", "Added", "–", "3.0"],
      ["six", "Removed", "1.1", "–"],
    ]);
    expect(el.querySelector("caption")!.textContent).toContain("3 packages differ from");
    kernel.answers.compare = { changes: [{ name: "numpy", before: "1.0", after: "2.0" }] };
    await click(byRole(el, "button", "Compare"));
    expect(el.querySelector("caption")!.textContent).toContain("1 package differs from");
    await click(byRole(el, "button", "Close"));
    expect(document.activeElement).toBe(byRole(el, "log"));
  });
});
