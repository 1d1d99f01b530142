import { describe, expect, it } from "vitest";
import type { AccessPicture as Access, AccessRow, ChangePicture as Change, PermissionsState, PlanPicture as Plan } from "../../../src/views/permissions/contract";
import { changeWords, kindOf, requestWords, sentence, signOf, visible, visibleJson } from "../../../src/views/permissions/words";
import { endpointState, type FakeModel, made, obliging, picture } from "../../fake";
import { allByRole, byRole, click, mounted, press, settle, type, useMounts } from "../../mounted";

useMounts();

const FORMS: Access["forms"] = {
  service_principal: "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
  user: "@",
  group: "",
};
const BATCH = "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60";
const HOSTILE = "<img src=x onerror=alert(1)>\u202egnp.exe";

function row(name: string, change: Partial<AccessRow> = {}): AccessRow {
  const kind = kindOf(name, FORMS) ?? "group";
  const direct = change.direct === undefined ? "CAN_QUERY" : change.direct;
  return {
    kind,
    name,
    display: "",
    direct,
    inherited: null,
    origins: [],
    staged: false,
    wanted: direct,
    me: false,
    mine: false,
    fault: null,
    ...change,
  };
}

const ADMINS = row("admins", { direct: null, inherited: "CAN_MANAGE", origins: ["/serving-endpoints/"] });
const ROWS = [row("ada@example.com", { display: "Ada Nyman", direct: "CAN_MANAGE", me: true }), row("analysts"), ADMINS];

function plan(changes: Change[], more: Partial<Plan> = {}): Plan {
  return {
    key: "k1",
    method: changes.some(({ after }) => after === null) ? "PUT" : "PATCH",
    path: "/api/2.0/permissions/serving-endpoints/0123",
    body: { access_control_list: [{ group_name: "analysts", permission_level: "CAN_VIEW" }] },
    changes,
    concerns: [],
    recipes: [{ magic: "%serving grant churn analysts CAN_VIEW", python: "ep.permissions.grant(…)" }],
    ...more,
  };
}

const LOWER: Change = { kind: "group", name: "analysts", before: "CAN_QUERY", after: "CAN_VIEW" };

function access(change: Partial<Access> = {}): Access {
  return {
    ...made<PermissionsState>("permissions_editor").access,
    rows: ROWS,
    matrix: [
      {
        kind: "user",
        name: "ada@example.com",
        display: "Ada Nyman",
        view: { level: "CAN_MANAGE", source: "group", through: "ops" },
        query: { level: "CAN_MANAGE", source: "inherited", through: "/serving-endpoints/" },
        manage: { level: "CAN_MANAGE", source: "direct", through: "" },
      },
      { kind: "group", name: "analysts", display: "", view: { level: "CAN_VIEW", source: "direct", through: "" }, query: null, manage: null },
    ],
    levels: ["CAN_VIEW", "CAN_QUERY", "CAN_MANAGE"].map((level) => ({ level, says: `Lets ${level}` })),
    forms: FORMS,
    me: { kind: "user", name: "ada@example.com", display: "Ada Nyman" },
    ...change,
  };
}

function state(change: Partial<Access> = {}): PermissionsState {
  return { ...endpointState(picture("churn")), access: access(change) } as PermissionsState;
}

async function editor(change: Partial<Access> = {}, prepare?: (model: FakeModel) => void) {
  const view = mounted("permissions_editor", state(change), prepare);
  await settle();
  return { ...view, grid: view.el.querySelector<HTMLElement>("[role=grid]")! };
}

/** A kernel that answers one operation in its own way, and obliges otherwise. */
function answering(op: string, answer: object) {
  return (model: FakeModel): void => {
    obliging(model);
    const rest = model.kernel!;
    model.kernel = (request) => {
      if (request.op !== op) return rest(request);
      model.say({ id: request.id, type: "ack" });
      model.say({ id: request.id, ...answer });
    };
  };
}

const argsOf = (model: FakeModel, op: string): object[] => model.requests(op).map(({ args }) => args);
const announced = (el: Element): string => el.querySelector("[aria-live].sw-hidden")!.textContent!;
const focused = (): string | null => document.activeElement!.getAttribute("aria-label");

describe("words", () => {
  it.each([
    ["vera@example.com", "user"],
    [" analysts ", "group"],
    [BATCH, "service_principal"],
    [`${BATCH}0`, "group"],
    ["  ", null],
  ])("%j is taken for a %s", (typed, kind) => {
    expect(kindOf(typed, FORMS)).toBe(kind);
  });

  it("say what a change does", () => {
    expect([signOf(LOWER), changeWords(LOWER)]).toEqual(["~", "Can query → Can view"]);
    expect(changeWords({ ...LOWER, before: null })).toBe("Not granted → Can view");
    expect(signOf({ ...LOWER, before: null })).toBe("+");
    expect(changeWords({ ...LOWER, after: null })).toBe("Can query → Removed");
    expect(signOf({ ...LOWER, after: null })).toBe("−");
  });

  it("say what the request does to others", () => {
    expect(requestWords("PATCH", 3)).toContain("no one else is affected");
    expect(requestWords("PUT", 4)).toContain("with these 4");
    expect(requestWords("PUT", 0)).toContain("with none");
  });

  it("call levels in the kernel's sentences as they are called here, those that nobody knows as they came", () => {
    expect(sentence("You lose CAN_MANAGE and keep CAN_FLY.")).toBe("You lose “Can manage” and keep “CAN_FLY”.");
  });

  it("mark what could deceive the eye", () => {
    expect(visible("adm\u200bin\u202e\u0000")).toBe("adm\ufffdin\ufffd\ufffd");
    expect(visible("Zoë 愛 👩")).toBe("Zoë 愛 👩");
    expect(visibleJson({ name: "a\u202eb\n" })).toBe('{\n  "name": "a\\u202eb\\n"\n}');
  });
});

describe("the grid", () => {
  it("is named Permissions and tells who, what kind, what here and what from above", async () => {
    const { el, grid } = await editor();
    expect(grid.getAttribute("aria-label")).toBe("Permissions");
    const texts = allByRole(grid, "row").map((one) => allByRole(one, "gridcell").map(({ textContent }) => textContent));
    expect(texts[1]!.slice(0, 3)).toEqual(["Ada Nymanada@example.com, User", "User · you", "Can manage"]);
    expect(texts[3]!.slice(1, 4)).toEqual(["Group", "–Not granted", "Can manage from /serving-endpoints/"]);
    expect(byRole(el, "button", "Remove admins").getAttribute("aria-disabled")).toBe("true");
  });

  it("says why what is inherited is locked, and sends nothing", async () => {
    const { el, model } = await editor();
    await click(byRole(el, "button", "Remove admins"));
    expect(announced(el)).toBe("Can manage is inherited from /serving-endpoints/. It can only be changed there, by an administrator.");
    expect(model.requests("stage")).toHaveLength(0);
  });

  it("stages another level from its menu", async () => {
    const { el, model } = await editor();
    await click(byRole(el, "button", "Level of analysts: Can query"));
    await click(byRole(el, "menuitem", "Can view"));
    expect(argsOf(model, "stage")).toEqual([{ principal: { kind: "group", name: "analysts" }, level: "CAN_VIEW" }]);
    expect(announced(el)).toBe("Staged: analysts, Can view.");
    expect(focused()).toBe("Level of analysts: Can query");
  });

  it("takes an edit back when the level that was granted is chosen again", async () => {
    const staged = row("analysts", { staged: true, wanted: "CAN_VIEW" });
    const { el, model } = await editor({ rows: [staged], plan: plan([LOWER]) });
    expect(el.textContent).toContain("was Can query");
    await click(byRole(el, "button", "Level of analysts: Can view"));
    await click(byRole(el, "menuitem", "Can query"));
    await click(byRole(el, "button", "Undo the change of analysts"));
    expect(argsOf(model, "unstage")).toEqual(Array(2).fill({ principal: { kind: "group", name: "analysts" } }));
    expect(model.requests("stage")).toHaveLength(0);
  });

  it("has one cell in the tab order, and arrows, Home, End and Page keys move it", async () => {
    const { grid } = await editor();
    const tabbable = (): (string | null)[] => [...grid.querySelectorAll("[tabindex='0']")].map((one) => one.textContent);
    expect(tabbable()).toHaveLength(1);
    grid.querySelector<HTMLElement>("[tabindex='0']")!.focus();
    await press(document.activeElement!, "ArrowDown");
    await press(document.activeElement!, "ArrowRight");
    await press(document.activeElement!, "ArrowRight");
    expect(focused()).toBe("Level of analysts: Can query");
    await press(document.activeElement!, "End");
    expect(focused()).toBe("Remove analysts");
    await press(document.activeElement!, "PageDown");
    expect(focused()).toBe("Remove admins");
    await press(document.activeElement!, "Home", { ctrlKey: true });
    expect(document.activeElement!.textContent).toContain("Ada Nyman");
    expect(tabbable()).toHaveLength(1);
  });

  it("removes with the Delete key, but not what is inherited", async () => {
    const { grid, model } = await editor();
    grid.querySelector<HTMLElement>("[tabindex='0']")!.focus();
    await press(document.activeElement!, "ArrowDown");
    await press(document.activeElement!, "Delete");
    await press(document.activeElement!, "ArrowDown");
    await press(document.activeElement!, "Delete");
    expect(argsOf(model, "stage")).toEqual([{ principal: { kind: "group", name: "analysts" }, level: null }]);
  });

  it("hands the focus on when the focused row goes", async () => {
    const vera = row("vera@example.com", { direct: null, wanted: "CAN_VIEW", staged: true });
    const { el, model } = await editor({ rows: [...ROWS, vera] });
    byRole(el, "button", "Undo the change of vera@example.com").focus();
    model.set("state", { ...state(), rev: 2 });
    await settle();
    expect(focused()).toBe("Remove admins");
  });

  it("says in the row what the service had against its edit", async () => {
    const nobody = row("nobody@example.com", { direct: null, wanted: "CAN_VIEW", staged: true, fault: "Nobody of that name." });
    const failed = { code: "not_found", message: "Couldn't change: Nobody of that name. (404)", hint: "" };
    const { el, grid } = await editor({ rows: [...ROWS, nobody], plan: plan([LOWER]), failed });
    expect(allByRole(grid, "row").at(-1)!.textContent).toBe("Nobody of that name.");
    expect(byRole(el, "alert").textContent).toContain("Nothing was saved.");
    expect(byRole(el, "alert").textContent).not.toContain("404");
  });
});

describe("granting", () => {
  it("says as one types who that is taken for, and stages it", async () => {
    const { el, model } = await editor({}, answering("add", { type: "result", data: { kind: "user", name: "vera@example.com" } }));
    const box = byRole(el, "textbox", "User, group or service principal") as HTMLInputElement;
    await type(box, "analysts");
    expect(el.textContent).toContain("analysts (group) already has Can query here.");
    await type(box, BATCH);
    expect(el.textContent).toContain("will be added as a service principal.");
    await type(box, "admins");
    expect(el.textContent).toContain("already inherits Can manage.");
    await type(box, "vera@example.com");
    await click(byRole(el, "button", "Level to grant: Can query"));
    await click(byRole(el, "menuitem", "Can manage"));
    box.closest("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settle();
    expect(argsOf(model, "add")).toEqual([{ principal: "vera@example.com", level: "CAN_MANAGE" }]);
    expect(box.value).toBe("");
    expect(announced(el)).toBe("Staged: vera@example.com, Can manage.");
  });

  it("keeps what was typed when it is refused, and says why", async () => {
    const error = { code: "x", message: "No such level.", hint: "" };
    const { el } = await editor({}, answering("add", { type: "error", error }));
    const box = byRole(el, "textbox", "User, group or service principal") as HTMLInputElement;
    await type(box, "vera@example.com");
    await click(byRole(el, "button", "Grant"));
    expect(byRole(el, "alert").textContent).toContain("No such level.");
    expect(box.value).toBe("vera@example.com");
  });

  it("of nobody is refused with a reason", async () => {
    const { el, model } = await editor();
    await click(byRole(el, "button", "Grant"));
    expect(announced(el)).toContain("Name a user by e-mail");
    expect(model.requests("add")).toHaveLength(0);
  });
});

describe("what is staged", () => {
  it("is shown as before and after, with the request and its recipe on demand", async () => {
    const { el } = await editor({ plan: plan([LOWER]) });
    const box = byRole(el, "region", "Staged changes");
    expect(box.textContent).toContain("1 staged change");
    expect(box.querySelector("li")!.textContent).toBe("~analysts, GroupCan query → Can view");
    expect(box.querySelector("pre")).toBeNull();
    await click(byRole(box, "button", "Show the request"));
    expect(box.querySelector("pre")!.textContent).toBe(
      `PATCH /api/2.0/permissions/serving-endpoints/0123\n${JSON.stringify(plan([]).body, null, 2)}`,
    );
    expect(box.textContent).toContain("%serving grant churn analysts CAN_VIEW");
  });

  it("is saved as it was shown: the request names what somebody looked at", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]) }, answering("save", { type: "result", data: { outcome: "saved" } }));
    await click(byRole(el, "button", "Save changes"));
    expect(argsOf(model, "save")).toEqual([{ plan: "k1", confirm: false }]);
    expect(announced(el)).toBe("The permissions are saved.");
    expect(el.querySelector(".sw-banner-news")!.textContent).toContain("The permissions are saved.");
  });

  it("is saved once, however often one clicks", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]) }, (one) => {
      one.kernel = ({ id }) => one.say({ id, type: "ack" });
    });
    for (let i = 0; i < 10; i++) byRole(el, "button", "Save changes").click();
    await settle();
    expect(model.requests("save")).toHaveLength(1);
  });

  it("is saved with the click before, whose answer was still on its way", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]) }, (one) => {
      one.kernel = ({ id }) => one.say({ id, type: "ack" });
    });
    byRole(el, "button", "Remove analysts").click();
    byRole(el, "button", "Save changes").click();
    await settle();
    expect(model.requests("save")).toHaveLength(0);
    model.set("state", { ...state({ plan: plan([{ ...LOWER, after: null }], { key: "k2" }) }), rev: 2 });
    model.say({ id: model.requests("stage")[0]!.id, type: "result", data: null });
    await settle();
    expect(argsOf(model, "save")).toEqual([{ plan: "k2", confirm: false }]);
  });

  it("can be discarded", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]) });
    await click(byRole(el, "button", "Discard changes"));
    expect(model.requests("discard")).toHaveLength(1);
  });

  it("being nothing, says so", async () => {
    const { el, model } = await editor();
    await click(byRole(el, "button", "Save changes"));
    expect(announced(el)).toContain("There are no staged changes");
    expect(model.requests("save")).toHaveLength(0);
  });

  it("stays while it is being saved, and nothing can be changed meanwhile", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]), saving: true });
    await click(byRole(el, "button", "Saving…"));
    await click(byRole(el, "button", "Discard changes"));
    await click(byRole(el, "button", "Remove analysts"));
    expect(model.sent.map(({ op }) => op)).toEqual(["hello"]);
    expect(announced(el)).toContain("The edits are being saved.");
  });

  it("that was refused is told with the reason, and is still there", async () => {
    const failed = { code: "bad_request", message: "The service is not in the mood.", hint: "Try again." };
    const { el } = await editor({ plan: plan([LOWER]), failed });
    expect(byRole(el, "alert").textContent).toContain("The service is not in the mood.");
    expect(el.textContent).toContain("1 staged change");
  });
});

describe("a change that locks somebody out", () => {
  const concerns = [{ code: "own_access", message: "You would lose your own CAN_MANAGE." }];

  it("is asked about a second time, with the safe choice focused", async () => {
    const { el, model } = await editor({ plan: plan([LOWER], { concerns }) });
    const save = byRole(el, "button", "Save changes");
    save.focus();
    await click(save);
    const dialog = byRole(el, "dialog");
    expect(dialog.textContent).toContain("You would lose your own “Can manage”.");
    expect(document.activeElement!.textContent).toBe("Cancel");
    expect(model.requests("save")).toHaveLength(0);
    await press(dialog, "Escape");
    expect(document.activeElement).toBe(save);
    expect(model.requests("save")).toHaveLength(0);
  });

  it("is sent once it is confirmed", async () => {
    const { el, model } = await editor(
      { plan: plan([LOWER], { concerns }) },
      answering("save", { type: "result", data: { outcome: "saved" } }),
    );
    await click(byRole(el, "button", "Save changes"));
    await click(byRole(byRole(el, "dialog"), "button", "Save anyway"));
    expect(argsOf(model, "save")).toEqual([{ plan: "k1", confirm: true }]);
    expect(allByRole(el, "dialog")).toHaveLength(0);
  });
});

describe("a conflict", () => {
  it("says that nothing was sent, what others did, and that the edits are staged again", async () => {
    const theirs = { kind: "user" as const, name: "vera@example.com", before: null, after: "CAN_VIEW" };
    const news = { refused: true, changes: [theirs, { ...LOWER, after: "CAN_MANAGE", yours: null }] };
    const { el, model } = await editor({ plan: plan([LOWER]), news });
    const told = byRole(el, "alert");
    expect(told.textContent).toContain("Nothing was sent.");
    expect(told.textContent).toContain("Not granted → Can view");
    expect(told.textContent).toContain("(you staged to remove it)");
    expect(told.textContent).toContain("Your edits are staged again on top of the current list.");
    await click(byRole(told, "button", "Dismiss"));
    expect(model.requests("seen")).toHaveLength(1);
  });

  it("found by looking again is told more quietly", async () => {
    const { el } = await editor({ plan: plan([LOWER]), news: { refused: false, changes: [LOWER] } });
    expect(allByRole(el, "alert")).toHaveLength(0);
    expect(byRole(el, "status").textContent).toContain("since you staged your edits");
  });
});

describe("who can do what", () => {
  it("has the caller first, with why", async () => {
    const { el } = await editor();
    await click(byRole(el, "tab", "Who can do what"));
    const rows = [...el.querySelectorAll("tbody tr")].map((one) => [...one.querySelectorAll("td")].map((cell) => cell.textContent));
    expect(rows[0]).toEqual(["Yes: through ops", "Yes: inherited /serving-endpoints/", "Yes: granted here"]);
    expect(rows[1]).toEqual(["Yes: granted here", "–No", "–No"]);
    expect(el.querySelector("tbody th")!.textContent).toContain("· you");
    expect(el.textContent).toContain("Your own row counts your groups.");
  });

  it("says so when nobody knows who the caller is", async () => {
    const { el } = await editor({ me: null });
    await click(byRole(el, "tab", "Who can do what"));
    expect(el.textContent).toContain("The service did not say who you are");
    expect(el.textContent).toContain("you are asked before anyone loses “Can manage”");
  });
});

describe("from elsewhere", () => {
  async function open(item: string, prepare: (model: FakeModel) => void = obliging) {
    const view = await editor({}, prepare);
    await click(byRole(view.el, "button", "More"));
    await click(byRole(view.el, "menuitem", item));
    return { ...view, dialog: byRole(view.el, "dialog") };
  }

  it("the grants of another endpoint are staged, with names to choose from", async () => {
    const { el, model, dialog } = await open("Copy from another endpoint…", answering("names", { type: "result", data: ["pricing"] }));
    const box = dialog.querySelector<HTMLInputElement>("input[list]")!;
    expect(document.activeElement).toBe(box);
    await type(box, "pri");
    await settle(200);
    expect(argsOf(model, "names").at(-1)).toEqual({ text: "pri" });
    expect([...dialog.querySelectorAll("option")].map(({ value }) => value)).toEqual(["pricing"]);
    await type(box, " pricing ");
    await click(byRole(dialog, "button", "Stage"));
    expect(argsOf(model, "copy_from")).toEqual([{ name: "pricing", replace: false }]);
    expect(allByRole(el, "dialog")).toHaveLength(0);
  });

  it("a text that is wrong keeps the dialog and the text, and names the place", async () => {
    const error = { code: "bad_grants", message: "[1]: nobody is named.", hint: "" };
    const { model, dialog } = await open("Import…", answering("import", { type: "error", error }));
    const box = dialog.querySelector<HTMLTextAreaElement>("textarea")!;
    await type(box, "[1, 2]");
    dialog.querySelector<HTMLInputElement>("input[type=checkbox]")!.click();
    await settle();
    await click(byRole(dialog, "button", "Stage"));
    expect(argsOf(model, "import")).toEqual([{ json: "[1, 2]", replace: true }]);
    expect(byRole(dialog, "alert").textContent).toContain("[1]: nobody is named.");
    expect(box.value).toBe("[1, 2]");
  });

  it("a file is read into the text", async () => {
    const { dialog } = await open("Import…");
    const file = dialog.querySelector<HTMLInputElement>("input[type=file]")!;
    Object.defineProperty(file, "files", { value: [new File(["[]"], "grants.json")] });
    file.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(dialog.querySelector<HTMLTextAreaElement>("textarea")!.value).toBe("[]");
  });

  it("the export is there to copy and to download", async () => {
    const { dialog } = await open("Export…", answering("export", { type: "result", data: { file: "churn.json", text: "{}" } }));
    expect(dialog.querySelector<HTMLTextAreaElement>("textarea")!.value).toBe("{}");
    expect(byRole(dialog, "button", "Download").hasAttribute("aria-disabled")).toBe(false);
  });
});

describe("who may not edit", () => {
  it("sees the list with the reason, and nothing to click", async () => {
    const { el, grid } = await editor({ can: "churn can't be shared by you: that takes CAN MANAGE." });
    expect(el.textContent).toContain("that takes CAN MANAGE.");
    expect(grid.querySelector("button")).toBeNull();
    expect(allByRole(el, "textbox")).toHaveLength(0);
    expect(allByRole(el, "button", "Save changes")).toHaveLength(0);
    await click(byRole(el, "button", "More"));
    expect(allByRole(el, "menuitem").map(({ textContent }) => textContent)).toEqual(["Export…"]);
  });

  it("reads why when there is no list for him at all", async () => {
    const unread = { code: "built_in", message: "llama has no permissions of its own.", hint: "Create one." };
    const { el } = await editor({ known: false, rows: [], unread });
    expect(el.textContent).toContain("llama has no permissions of its own.Create one.");
    expect(allByRole(el, "alert")).toHaveLength(0);
    expect(allByRole(el, "tab")).toHaveLength(0);
  });

  it("may retry what is not a lasting refusal, beside the list as last read", async () => {
    const unread = { code: "connection_failed", message: "The line is dead.", hint: "" };
    const { el, model } = await editor({ unread });
    expect(byRole(el, "alert").textContent).toContain("The line is dead.");
    expect(allByRole(el, "grid")).toHaveLength(1);
    await click(byRole(el, "button", "Retry"));
    expect(model.requests("refresh")).toHaveLength(1);
  });

  it("when the kernel is gone can change nothing, and the edits are still to be seen", async () => {
    const { el, model } = await editor({ plan: plan([LOWER]) }, (one) => {
      one.dead = true;
    });
    await click(byRole(el, "button", "Save changes"));
    expect(announced(el)).toContain("Frozen");
    expect(el.textContent).toContain("1 staged change");
    expect(model.sent).toEqual([]);
  });
});

describe("names from outside", () => {
  it("make no element, turn no text round, and are the same everywhere", async () => {
    const hostile = row(HOSTILE, { display: HOSTILE, direct: HOSTILE, inherited: HOSTILE, origins: [HOSTILE], staged: true, fault: HOSTILE });
    const change: Change = { kind: "group", name: HOSTILE, before: HOSTILE, after: HOSTILE };
    const reason = { level: HOSTILE, source: "group" as const, through: HOSTILE };
    const { el } = await editor({
      rows: [hostile],
      plan: plan([change], { concerns: [{ code: "x", message: HOSTILE }] }),
      news: { refused: true, changes: [change] },
      levels: [{ level: HOSTILE, says: HOSTILE }],
      matrix: [{ kind: "group", name: HOSTILE, display: HOSTILE, view: reason, query: null, manage: null }],
    });
    await click(byRole(el, "button", "Show the request"));
    await click(byRole(el, "button", "Save changes"));
    await press(byRole(el, "dialog"), "Escape");
    await click(byRole(el, "tab", "Who can do what"));
    await click(byRole(el, "tab", "Grants"));
    expect(el.querySelector("img, script, a")).toBeNull();
    for (const name of el.querySelectorAll("bdi")) expect(name.textContent).not.toMatch(/\u202e/);
    expect(el.textContent).toContain("<img src=x onerror=alert(1)>\ufffdgnp.exe");
  });
});
