import { describe, expect, it, vi } from "vitest";
import type { Picture } from "../../../src/kernel/contract";
import type { ConfigPicture as Config, DraftPicture as Draft, PanelState, DraftPart as Part, TagsPicture as Tags } from "../../../src/views/panel/contract";
import { endpointState, facts, FakeModel, obliging, panelState, picture } from "../../fake";
import { allByRole, byRole, click, CODE, embedding, mounted, press, settle, type, useMounts } from "../../mounted";

useMounts();

async function panel(change: Partial<PanelState> = {}, endpoint: Picture | null = picture("churn"), prepare = obliging) {
  const view = mounted("endpoint_panel", panelState(endpoint, change), prepare);
  await settle();
  return { ...view, last: (op: string) => view.model.requests(op).at(-1)?.args };
}

const part = (name: string, change: Partial<Part> = {}): Part => ({
  key: name,
  name,
  model: "main.ml.churn",
  version: "3",
  size: "Small",
  type: "CPU",
  to_zero: true,
  percent: 100,
  added: false,
  edited: [],
  ...change,
});

const line = (field: string, left: string | null, right: string | null) => ({ field, left, right, changed: left !== right });

const draft = (change: Partial<Draft> = {}): Draft => ({
  source: "active",
  sources: [],
  parts: [part("churn-3")],
  faults: [],
  notes: [],
  changes: [{ left: "churn-3", right: "churn-4", lines: [line("Version", "3", "4")] }],
  request: { method: "PUT", path: "/api/2.0/serving-endpoints/churn/config", text: '{"served_entities": []}' },
  recipe: { magic: "%serving update churn", python: "ep.update_config(…)" },
  mark: "m1",
  sending: false,
  problem: null,
  sizes: ["Small", "Medium", "Large"],
  types: ["CPU"],
  ...change,
});

const version = (version: string, aliases: string[] = []) => ({ version, aliases, status: "READY", created: null, creator: "", comment: "" });

const config = (change: Partial<Config> = {}): Config => ({
  active: 3,
  pending: null,
  fate: "",
  unread: "",
  groups: [{ left: "churn-3", right: "churn-3", lines: [line("Version", "3", "3"), line("Traffic", "100 %", "100 %")] }],
  can: null,
  known: {},
  draft: null,
  ...change,
});

const tags = (change: Partial<Tags> = {}): Tags => ({
  rows: [{ key: "team", before: "risk", after: "risk", staged: false }],
  can: null,
  request: null,
  recipe: null,
  mark: "m1",
  sending: false,
  problem: null,
  ...change,
});

const chosen = (el: Element): string => byRole(el, "tablist").querySelector("[aria-selected=true]")!.textContent!;

describe("the tabs", () => {
  it("are walked by arrows, and the kernel is told, so that a reload finds the same one", async () => {
    const { el, last } = await panel();
    expect(allByRole(el, "tab").map((tab) => tab.textContent)).toEqual(["Overview", "Logs", "Metrics", "Permissions", "Schema", "Query", "Tags", "Config"]);
    byRole(el, "tab", "Overview").focus();
    await press(document.activeElement!, "ArrowLeft");
    expect(chosen(el)).toBe("Config");
    expect(last("tab")).toEqual({ name: "config" });
    expect(document.activeElement).toBe(byRole(el, "tab", "Config"));
  });

  it("begin with the one that Python chose", async () => {
    const { el } = await panel({ tab: "tags" });
    expect(chosen(el)).toBe("Tags");
  });

  it("of other widgets ask for those once, show them when they are there, and keep them while others are looked at", async () => {
    const child = new FakeModel({ kind: "status_badge", state: endpointState(picture("churn")), _esm: CODE });
    obliging(child);
    const manager = embedding({ c1: child });
    const { el, model } = await panel({ tab: "logs" }, picture("churn"), (model) => {
      obliging(model);
      model.widget_manager = manager;
    });
    expect(model.requests("tab").map(({ args }) => args)).toEqual([{ name: "logs" }]);
    model.set("state", panelState(picture("churn"), { rev: 2, tab: "logs", children: { logs: "IPY_MODEL_c1" } }));
    await vi.waitFor(() => expect(el.querySelector(".sw-status_badge")).not.toBeNull());
    const shown = el.querySelector(".sw-status_badge");
    await click(byRole(el, "tab", "Tags"));
    await click(byRole(el, "tab", "Logs"));
    expect(el.querySelector(".sw-status_badge")).toBe(shown);
    expect(child.requests("bye")).toHaveLength(0);
  });

  it("tell the widget that two of them share in which one it stands", async () => {
    const { el } = await panel({ tab: "schema", children: { schema: "IPY_MODEL_c1" } });
    expect(el.querySelector("[data-part=schema]")).not.toBeNull();
    await click(byRole(el, "tab", "Query"));
    expect(el.querySelector<HTMLElement>("[data-part=query]")!.hidden).toBe(false);
    expect(el.querySelector<HTMLElement>("[data-part=schema]")!.hidden).toBe(true);
  });

  it("let go of the widgets in them when the panel goes", async () => {
    const child = new FakeModel({ kind: "status_badge", state: endpointState(picture("churn")), _esm: CODE });
    obliging(child);
    const manager = embedding({ c1: child });
    const view = await panel({ tab: "logs", children: { logs: "IPY_MODEL_c1" } }, picture("churn"), (model) => {
      obliging(model);
      model.widget_manager = manager;
    });
    await vi.waitFor(() => expect(view.el.querySelector(".sw-status_badge")).not.toBeNull());
    view.close();
    await settle();
    expect(child.requests("bye")).toHaveLength(1);
    expect(child.listeners).toBe(0);
  });
});

describe("the overview", () => {
  it("has the status in a region, the controls, and the facts", async () => {
    const { el } = await panel();
    expect(byRole(el, "status").textContent).toBe("Ready");
    for (const name of ["Stop", "Start", "Delete"]) expect(byRole(el, "button", name)).toBeTruthy();
    expect(el.textContent).toContain("alice@example.com");
  });

  it("says where the budget policy comes from, and links to the endpoint's page over https alone", async () => {
    const budget = { policy: "c41b", source: "Set at creation.", change: "It can be changed on its page." };
    const { el } = await panel({ budget }, picture("churn", { facts: facts("churn", { console: "https://example.test/ml/endpoints/churn" }) }));
    expect(el.textContent).toContain("c41b");
    expect(el.querySelector("a")!.getAttribute("href")).toBe("https://example.test/ml/endpoints/churn");
    for (const console of [null, "javascript:alert(1)", "http://example.test"]) {
      expect((await panel({ budget }, picture("churn", { facts: facts("churn", { console }) }))).el.querySelector("a")).toBeNull();
    }
  });

  it("says why there can be no budget policy, and offers no link then", async () => {
    const budget = { policy: null, source: "Endpoints that serve external models can't have one.", change: "" };
    const { el } = await panel({ budget }, picture("churn", { facts: facts("churn", { console: "https://example.test/x" }) }));
    expect(el.textContent).toContain("NoneWhy?Endpoints that serve external models can't have one.");
    expect(el.querySelector("a")).toBeNull();
  });
});

describe("being told of the end of an update", () => {
  const updating = picture("churn", {
    status: { label: "Ready (Updating)", phase: "updating", note: "", reason: "", done: 0, total: 1 },
  });
  const end = async (model: FakeModel): Promise<void> => {
    model.set("state", panelState(picture("churn"), { rev: 2 }));
    await settle();
  };

  it("is offered while one is under way, and asks the browser on that click only", async () => {
    const made = vi.fn();
    const requestPermission = vi.fn(async () => "granted");
    vi.stubGlobal("Notification", Object.assign(made, { requestPermission }));
    const { el, model } = await panel({}, updating);
    expect(requestPermission).not.toHaveBeenCalled();
    await click(byRole(el, "button", "Notify me when it ends"));
    expect(requestPermission).toHaveBeenCalledTimes(1);
    expect(el.textContent).toContain("You will be notified when it ends.");
    await end(model);
    expect(made.mock.calls).toEqual([["Model serving", { body: "churn: Ready" }]]);
    await settle(60_000);
    expect(made).toHaveBeenCalledTimes(1);
  });

  it.each([
    ["refuses", async () => "denied"],
    ["fails to ask", async () => Promise.reject(new Error("no"))],
    ["knows none", null],
  ])("falls back on a message in the view where the browser %s", async (_, requestPermission) => {
    const made = vi.fn();
    vi.stubGlobal("Notification", requestPermission ? Object.assign(made, { requestPermission }) : undefined);
    const { el, model } = await panel({}, updating);
    await click(byRole(el, "button", "Notify me when it ends"));
    expect(el.textContent).toContain("this view will say when it ends");
    await end(model);
    expect(el.textContent).toContain("churn: the update has ended. Ready");
    expect(made).not.toHaveBeenCalled();
    await click(byRole(el, "button", "Dismiss"));
    expect(el.querySelector(".sw-banner")).toBeNull();
  });

  it("keeps the kernel looking while nobody sees the view", async () => {
    const { el, runtime, model } = await panel({}, updating);
    const beats = () => runtime.requests("beat").length;
    await click(byRole(el, "button", "Notify me when it ends"));
    const hidden = vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
    document.dispatchEvent(new Event("visibilitychange"));
    const before = beats();
    await settle(41_000);
    expect(beats()).toBe(before + 2);
    await end(model);
    const after = beats();
    await settle(41_000);
    expect(beats()).toBe(after);
    hidden.mockRestore();
  });
});

describe("the configuration", () => {
  it("is one side where nothing is pending, and two where something is, each difference with a sign", async () => {
    const one = await panel({ tab: "config", config: config() });
    expect([...one.el.querySelectorAll("thead th")].map((cell) => cell.textContent)).toEqual(["Setting", "Active (version 3)"]);
    const groups = [{ left: "churn-3", right: "churn-4", lines: [line("Version", "3", "4"), line("Size", "Small", "Small")] }];
    const two = await panel({ tab: "config", config: config({ pending: 4, fate: "failed", groups }) });
    expect([...two.el.querySelectorAll("thead th")].map((cell) => cell.textContent)).toEqual([
      "Setting",
      "Active (version 3)",
      "Failed (version 4)",
    ]);
    const rows = [...two.el.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows).toEqual(["≠changedchurn-3 → churn-4", "≠changedVersion34", "SizeSmallSmall"]);
  });

  it("is not edited where that is refused, and says why", async () => {
    const { el, model } = await panel({ tab: "config", config: config({ can: "You may not." }) });
    expect(el.textContent).toContain("You may not.");
    await click(byRole(el, "button", "Deploy a version"));
    expect(model.requests("draft")).toHaveLength(0);
  });
});

describe("a split", () => {
  const served = (name: string, version: string, traffic: number) => ({ name, model: "main.ml.churn", version, size: "", state: "DEPLOYMENT_READY", message: "", phase: "ready" as const, traffic });
  const of = (a: number, b: number) => panel({ config: config() }, picture("churn", { served: [served("churn-3", "3", a), served("churn-4", "4", b)] }));

  it("is left by promoting the newest version or by rolling back, both of which open the editor and send nothing else", async () => {
    const { el, model } = await of(90, 10);
    await click(byRole(el, "button", "Promote churn-4…"));
    await settle();
    expect(model.requests("draft_split").map(({ args }) => args)).toEqual([{ to: "churn-4" }]);
    expect(byRole(el, "tab", "Config").getAttribute("aria-selected")).toBe("true");
    await click(byRole(el, "tab", "Overview"));
    await click(byRole(el, "button", "Roll back to churn-3…"));
    expect(model.requests("draft_split").at(-1)!.args).toEqual({ to: "churn-3" });
    expect(model.requests("deploy")).toHaveLength(0);
  });

  it("of different models promotes the one with less traffic, as their versions tell nothing", async () => {
    const { el } = await panel({ config: config() }, picture("churn", { served: [served("old-7", "7", 90), { ...served("new-2", "2", 10), model: "main.ml.new" }] }));
    expect(byRole(el, "button", "Promote new-2…")).toBeTruthy();
    expect(byRole(el, "button", "Roll back to old-7…")).toBeTruthy();
  });

  it("offers no way to where all traffic goes already, and says so", async () => {
    const { el, model } = await of(0, 100);
    await click(byRole(el, "button", "Promote churn-4…"));
    expect(model.requests("draft_split")).toHaveLength(0);
    expect(el.textContent).toContain("churn-4 has all traffic.");
  });
});

describe("the draft", () => {
  it("offers the versions of the registry with their aliases, and says where they can't be read", async () => {
    const known = { "main.ml.churn": [version("4", ["Champion"]), version("3")] };
    const { el } = await panel({ tab: "config", config: config({ draft: draft(), known, unread: "You may not read it." }) }, undefined, obliging);
    const offered = [...el.querySelectorAll("option")].filter((one) => one.parentElement!.tagName === "DATALIST");
    expect(offered.map(({ value, textContent }) => [value, textContent])).toEqual([
      ["4", "Champion"],
      ["3", ""],
    ]);
    expect(el.textContent).toContain("versions are typed: You may not read it.");
  });

  const two = [part("churn-3", { percent: 90 }), part("churn-4", { percent: 10, version: "4" })];
  const editing = (change: Partial<Draft> = {}, prepare = obliging) =>
    panel({ tab: "config", config: config({ draft: draft(change), known: { "main.ml.churn": [version("4", ["Champion"]), version("3")] } }) }, undefined, prepare);

  it("sends what is typed once the hand rests, and at once when the field is left", async () => {
    const { el, model } = await editing();
    const version = byRole(el, "textbox") as HTMLInputElement;
    await type(version, "4");
    await type(version, "42");
    expect(model.requests("draft_edit")).toHaveLength(0);
    await settle(300);
    expect(model.requests("draft_edit").map(({ args }) => args)).toEqual([{ key: "churn-3", field: "entity_version", value: "42" }]);
    await type(version, "43");
    version.dispatchEvent(new FocusEvent("blur"));
    await settle();
    expect(model.requests("draft_edit").at(-1)!.args.value).toBe("43");
  });

  it("steps the version with the arrow keys", async () => {
    const { el, last } = await editing();
    await press(byRole(el, "textbox"), "ArrowUp");
    await settle(300);
    expect(last("draft_edit")).toEqual({ key: "churn-3", field: "entity_version", value: "4" });
  });

  it("has a slider for each share; moving one moves the others, and the kernel hears of all", async () => {
    const { el, last } = await editing({ parts: two });
    const slider = byRole(el, "slider", "Traffic to churn-4") as HTMLInputElement;
    await type(slider, "25");
    expect(allByRole(el, "slider").map((one) => (one as HTMLInputElement).valueAsNumber)).toEqual([75, 25]);
    await settle(200);
    expect(last("draft_share")).toEqual({ percents: { "churn-3": 75, "churn-4": 25 } });
  });

  it("keeps the others' proportions for as long as one slider is being moved", async () => {
    const { el } = await editing({ parts: [part("a", { percent: 0 }), part("b", { percent: 75 }), part("c", { percent: 25 })] });
    const slider = byRole(el, "slider", "Traffic to a");
    for (const to of ["100", "60", "0"]) await type(slider, to);
    expect(allByRole(el, "slider").map((one) => (one as HTMLInputElement).valueAsNumber)).toEqual([0, 75, 25]);
  });

  it("takes typed shares, one of them or all at once, and leaves those that are locked as they are", async () => {
    const silent = (model: FakeModel): void => {
      model.kernel = ({ id }) => model.say({ id, type: "ack" });
    };
    const { el, last } = await editing({ parts: [part("a", { percent: 60 }), part("b", { percent: 10 }), part("c", { percent: 30 })] }, silent);
    const shares = () => allByRole(el, "slider").map((one) => (one as HTMLInputElement).valueAsNumber);
    const enter = async (name: string, text: string): Promise<void> => {
      await type(byRole(el, "textbox", `Percent for ${name}`), text);
      await press(byRole(el, "textbox", `Percent for ${name}`), "Enter");
    };
    await enter("a", "50/20/30");
    expect(shares()).toEqual([50, 20, 30]);
    await click(byRole(el, "checkbox", "Lock b"));
    await enter("a", "70");
    expect(shares()).toEqual([70, 20, 10]);
    await settle(200);
    expect(last("draft_share")).toEqual({ percents: { a: 70, b: 20, c: 10 } });
    await enter("a", "a lot");
    expect(shares()).toEqual([70, 20, 10]);
    expect(el.textContent).toContain("Type a whole percent, or 3 of them that sum to 100.");
  });

  it("shows the difference and the exact request before anything is sent", async () => {
    const { el } = await editing();
    expect(el.textContent).toContain("PUT /api/2.0/serving-endpoints/churn/config");
    expect([...el.querySelectorAll(".sw-deploy tbody tr")].map((row) => row.textContent)).toContain("≠changedVersion34");
    await click(byRole(el, "button", "Request"));
    expect(el.querySelector("pre")!.textContent).toBe('{"served_entities": []}');
    expect(el.textContent).toContain("%serving update churn");
  });

  it("is deployed by its mark, once, and not before the kernel has heard of every edit", async () => {
    let answer = true;
    const { el, model } = await editing({}, (model) => {
      obliging(model);
      const before = model.kernel!;
      model.kernel = (request) => (answer ? before(request) : model.say({ id: request.id, type: "ack" }));
    });
    await type(byRole(el, "textbox"), "9");
    await click(byRole(el, "button", "Deploy"));
    expect(model.requests("deploy")).toHaveLength(0);
    await settle(300);
    answer = false;
    for (let i = 0; i < 10; i++) byRole(el, "button", "Deploy").click();
    await settle();
    expect(model.requests("deploy").map(({ args }) => args)).toEqual([{ mark: "m1" }]);
  });

  it.each([
    ["a fault", { faults: ["The version has to be a whole number."] }, "The version has to be a whole number."],
    ["nothing new", { changes: [] }, "churn already serves this configuration."],
    ["being sent", { sending: true }, "The request is being sent."],
  ] as [string, Partial<Draft>, string][])("is not deployed with %s, and says why", async (_, change, why) => {
    const { el, model } = await editing(change);
    await click(byRole(el, "button", change.sending ? "Deploying…" : "Deploy"));
    expect(model.requests("deploy")).toHaveLength(0);
    expect(el.querySelector("[aria-live=polite].sw-hidden")!.textContent).toBe(why);
  });

  it("says what others did meanwhile and what was refused, and keeps what was edited", async () => {
    const problem = { code: "changed_meanwhile", message: "Somebody changed churn.", hint: "Look again." };
    const { el } = await editing({ notes: ["churn-9 was added."], problem });
    expect(el.textContent).toContain("churn-9 was added.");
    expect(byRole(el, "alert").textContent).toContain("Somebody changed churn.Look again.");
    expect((byRole(el, "textbox") as HTMLInputElement).value).toBe("3");
  });

  it("gives the focus back to the button that opened it when it is discarded", async () => {
    const { el, model } = await editing();
    byRole(el, "button", "Discard").focus();
    await click(byRole(el, "button", "Discard"));
    model.set("state", panelState(picture("churn"), { rev: 2, tab: "config", config: config({ draft: null }) }));
    await settle();
    expect(document.activeElement).toBe(byRole(el, "button", "Deploy a version"));
  });

  it("gets another entity, of the same model unless another is named", async () => {
    const { el, last } = await editing();
    await click(byRole(el, "button", "Add an entity"));
    const boxes = allByRole(el, "textbox");
    await type(boxes.at(-1)!, "4");
    await click(byRole(el, "button", "Add"));
    expect(last("draft_add")).toEqual({ model: "main.ml.churn", version: "4" });
  });
});

describe("the tags", () => {
  it("are staged by typing, removing and adding, and nothing is saved before that is asked for", async () => {
    const { el, model, last } = await panel({ tab: "tags", tags: tags() });
    await type(byRole(el, "textbox", "Value of team"), "fraud");
    await settle(300);
    expect(last("tag_set")).toEqual({ key: "team", value: "fraud" });
    await click(byRole(el, "button", "Remove team"));
    expect(last("tag_remove")).toEqual({ key: "team" });
    await type(byRole(el, "textbox", "New tag"), "tier");
    await type(byRole(el, "textbox", "Value of the new tag"), "gold");
    await click(byRole(el, "button", "Add tag"));
    expect(last("tag_set")).toEqual({ key: "tier", value: "gold" });
    expect((byRole(el, "textbox", "New tag") as HTMLInputElement).value).toBe("");
    expect(model.requests("tags_save")).toHaveLength(0);
  });

  it("show before and after with a sign, and the exact request", async () => {
    const rows = [
      { key: "new", before: null, after: "x", staged: true },
      { key: "old", before: "y", after: null, staged: true },
      { key: "team", before: "risk", after: "fraud", staged: true },
    ];
    const request = { method: "PATCH", path: "/api/2.0/serving-endpoints/churn/tags", text: "{}" };
    const { el, last } = await panel({ tab: "tags", tags: tags({ rows, request }) });
    expect([...el.querySelectorAll("tbody tr th")].map((cell) => cell.textContent)).toEqual([
      "+addednew",
      "−removedold",
      "≠changedteam",
    ]);
    expect(el.textContent).toContain("PATCH /api/2.0/serving-endpoints/churn/tags");
    await click(byRole(el, "button", "Undo the change of old"));
    expect(last("tag_undo")).toEqual({ key: "old" });
    await click(byRole(el, "button", "Save tags"));
    expect(last("tags_save")).toEqual({ mark: "m1" });
  });

  it("are only shown where they may not be changed, with the reason", async () => {
    const { el } = await panel({ tab: "tags", tags: tags({ can: "That takes CAN MANAGE." }) });
    expect(el.textContent).toContain("That takes CAN MANAGE.");
    expect(allByRole(el, "textbox")).toHaveLength(0);
    expect(el.textContent).toContain("risk");
  });
});

describe("hostile names, values and reasons", () => {
  it("stay text", async () => {
    const evil = '<img src=x onerror="alert(1)"><script>alert(1)</script>\u202e';
    const endpoint = picture(evil, { facts: facts(evil, { creator: evil, tags: [evil], url: evil, console: "javascript:alert(1)" }) });
    const rows = [{ key: evil, before: evil, after: `${evil}!`, staged: true }];
    const request = { method: "PUT", path: evil, text: evil };
    const entity = part(evil, { model: evil, version: evil, size: evil, type: evil });
    const groups = [{ left: evil, right: `${evil}!`, lines: [line(evil, evil, `${evil}!`)] }];
    const problem = { code: "", message: evil, hint: evil };
    const state = {
      budget: { policy: evil, source: evil, change: evil },
      tags: tags({ rows, request, problem }),
      config: config({
        groups,
        fate: "failed",
        draft: draft({ parts: [entity, part("b")], notes: [evil], faults: [evil], changes: groups, request, problem }),
      }),
    };
    for (const tab of ["overview", "tags", "config"]) {
      const { el } = await panel({ ...state, tab }, endpoint);
      expect(el.textContent).toContain("onerror");
      expect(el.querySelector("img, script, a, iframe, [onerror]")).toBeNull();
    }
  });
});
