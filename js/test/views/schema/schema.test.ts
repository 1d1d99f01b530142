import { describe, expect, it } from "vitest";
import type { Answer, Parts, BodyDraft as Draft, Field, Revs, Schema, SchemaColumn as Column, SchemaState, SentLine as Line } from "../../../src/views/schema/contract";
import { endpointState, type FakeModel, made, picture } from "../../fake";
import { allByRole, byRole, click, mounted, press, settle, useMounts } from "../../mounted";

useMounts();

const column = (name: string, change: Partial<Column> = {}): Column => ({
  name,
  type: "integer (int64)",
  required: true,
  nullable: false,
  default: null,
  description: "",
  choices: [],
  listed: true,
  end: true,
  ...change,
});

const SCHEMA: Schema = {
  about: "",
  kind: "split",
  words: "A table.",
  described: "",
  columns: [column("n"), column("s", { type: "string", end: false })],
  params: [],
  more: 0,
  notes: [],
  views: ["table", "form", "json"],
};

const DRAFT: Draft = {
  rev: 1,
  text: '{"dataframe_split": {"columns": ["n", "s"], "data": [[1, "a"], [2, "b"]]}}',
  whole: true,
  size: 70,
  fault: null,
  undo: false,
  table: { columns: SCHEMA.columns, rows: [["9007199254740993", "a"], ["2", null]], total: 2, more_columns: 0 },
  fields: [],
  messages: null,
  summary: "",
  total: 0,
  errors: [],
  warnings: [],
  notes: [],
};

const FIELD: Field = { ...column("f", { required: false }), pointer: "/f", depth: 0, group: false, cell: false, options: [], boolean: false, long: false };

const ERROR = {
  pointer: "/dataframe_split/data/0/0",
  code: "not_integer",
  message: '"x" is not a whole number.',
  where: "row 0, n",
  column: "n",
  row: 0,
  fix: "Give a whole number.",
  fixable: false,
};

const stateOf = (revs: Revs) => ({
  ...endpointState(picture("ads")),
  schema: {
    ...made<SchemaState>("schema_explorer").schema,
    path: "/invocations",
    method: "post",
    formats: [{ key: "dataframe_split", label: "dataframe_split" }],
    format: "dataframe_split",
    revs,
  },
});

/** A kernel that holds one draft; each edit brings what `next` says. */
function explorer(
  first: Partial<Draft> = {},
  next: (op: string) => Partial<Draft> | null = () => null,
  more: { schema?: Schema; reply?: Answer; history?: Line[]; told?: Record<string, unknown> } = {},
) {
  let rev = 1;
  let draft: Draft = { ...DRAFT, ...first };
  const revs = () => ({ document: 1, schema: 1, draft: rev, reply: 0 });
  const answer = (): Parts => ({ revs: revs(), schema: more.schema ?? SCHEMA, operations: [], draft, history: more.history ?? [], reply: more.reply });
  return mounted("schema_explorer", stateOf(revs()), (model: FakeModel) => {
    model.kernel = ({ id, op }) => {
      model.say({ id, type: "ack" });
      if (op === "hello") return;
      const change = next(op);
      if (change) draft = { ...draft, ...change, rev: ++rev };
      model.say({ id, type: "result", data: more.told?.[op] ?? answer() });
    };
  });
}

const chat = (draft: Partial<Draft>) =>
  explorer({ table: null, ...draft }, undefined, { schema: { ...SCHEMA, kind: "chat", columns: [], views: ["chat", "form", "json"] } });

const cell = (el: Element, row: number, at: number): HTMLElement =>
  [...el.querySelectorAll("[role=grid] tbody tr")][row]!.querySelectorAll<HTMLElement>("[role=gridcell]")[at]!;

async function type(el: HTMLElement, text: string): Promise<void> {
  (el as HTMLTextAreaElement).value = text;
  el.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

describe("the table", () => {
  it("shows numbers as they came, beyond what a number of JavaScript holds, and tells null from text", async () => {
    const { el } = explorer();
    await settle();
    expect(cell(el, 0, 0).textContent).toBe("9007199254740993");
    expect(cell(el, 1, 1).textContent).toBe("null");
    expect(el.querySelector("[role=grid] thead")!.textContent).toContain("integer (int64), required");
  });

  it("has one cell in the tab order and moves it with the arrows", async () => {
    const { el } = explorer();
    await settle();
    const grid = byRole(el, "grid", "Request rows");
    expect(grid.querySelectorAll("td[tabindex='0']")).toHaveLength(1);
    await press(cell(el, 0, 0), "ArrowDown");
    await press(cell(el, 1, 0), "ArrowRight");
    expect(document.activeElement).toBe(cell(el, 1, 1));
    expect(grid.querySelectorAll("td[tabindex='0']")).toHaveLength(1);
  });

  it("sends what was typed as text, and only when it is left with Enter", async () => {
    const { el, model } = explorer();
    await settle();
    await press(cell(el, 0, 0), "1");
    const editor = byRole(el, "textbox", "n, row 0");
    await type(editor, "1.0");
    expect(model.requests("cell")).toHaveLength(0);
    await press(editor, "Enter");
    expect(model.requests("cell").map(({ args }) => [args.row, args.column, args.cell])).toEqual([[0, "n", "1.0"]]);
    expect(document.activeElement).toBe(cell(el, 1, 0));
  });

  it("loses no letter of quick hands", async () => {
    const { el, model } = explorer();
    await settle();
    const at = cell(el, 0, 1);
    at.focus();
    for (const key of ["o", "o", "p", "s", "Enter"]) {
      at.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
    await settle();
    expect(model.requests("cell").map(({ args }) => args.cell)).toEqual(["oops"]);
  });

  it("gives an edit up on Escape", async () => {
    const { el, model } = explorer();
    await settle();
    await press(cell(el, 0, 0), "Enter");
    await type(byRole(el, "textbox", "n, row 0"), "5");
    await press(byRole(el, "textbox", "n, row 0"), "Escape");
    expect(allByRole(el, "textbox")).toHaveLength(0);
    expect(model.requests("cell")).toHaveLength(0);
  });

  it("tells an error at its cell and in a summary that leads there", async () => {
    const { el } = explorer({ errors: [ERROR], total: 1, summary: "1 error." });
    await settle();
    const at = cell(el, 0, 0);
    expect(at.getAttribute("aria-invalid")).toBe("true");
    expect(el.querySelector(`#${CSS.escape(at.getAttribute("aria-describedby")!)}`)!.textContent).toContain("whole number");
    const summary = el.querySelector(".sw-schema-findings")!;
    expect(summary.getAttribute("aria-live")).toBe("polite");
    await click(byRole(summary, "button", "row 0, n"));
    await settle();
    expect(document.activeElement).toBe(cell(el, 0, 0));
  });
});

describe("a conversation", () => {
  const said = (el: Element): HTMLTextAreaElement => el.querySelector("textarea[aria-label=Message]")!;

  it("takes its first message in place of the sample, and leaves messages of several parts to the JSON", async () => {
    const messages = [{ role: "user", text: "What is it?", plain: true }];
    const { el, model } = chat({ messages });
    await settle();
    await type(said(el), "Hello");
    await press(said(el), "Enter");
    expect(model.requests("message").map(({ args }) => [args.number, args.text])).toEqual([[0, "Hello"]]);
    expect(model.requests("send")).toHaveLength(1);
    expect(said(el).value).toBe("");
    const parts = chat({ messages: [{ role: "user", text: '[{"type": "text"}]', plain: false }] });
    await settle();
    expect(allByRole(parts.el, "button", "Edit message 1")).toHaveLength(0);
    expect(allByRole(parts.el, "button", "Remove message 1")).toHaveLength(1);
  });

  it("shows an answer once, whichever comes first: the answer or the news that nothing is under way", async () => {
    const messages = [
      { role: "user", text: "Hi", plain: true },
      { role: "assistant", text: "Hello", plain: true },
    ];
    const answers = (el: Element) => [...el.querySelectorAll(".sw-schema-message")].filter((one) => one.textContent!.startsWith("Model"));
    const { el, model } = chat({ messages });
    await settle();
    const state = model.get("state") as SchemaState;
    model.set("state", { ...state, rev: 2, schema: { ...state.schema, sending: true } });
    await settle();
    expect(answers(el)).toHaveLength(1);
  });

  it("sends nothing on Enter where nothing was said", async () => {
    const { el, model } = chat({ messages: [{ role: "user", text: "Hi", plain: true }] });
    await settle();
    await press(said(el), "Enter");
    expect(model.requests("send")).toHaveLength(0);
    await click(byRole(el, "button", "Send request"));
    expect(model.requests("send")).toHaveLength(1);
  });

  it("goes on after what was said before", async () => {
    const messages = [
      { role: "user", text: "Hi", plain: true },
      { role: "assistant", text: "Hello", plain: true },
    ];
    const { el, model } = chat({ messages, undo: true });
    await settle();
    await type(said(el), "And you?");
    await press(said(el), "Enter");
    expect(model.requests("message").map(({ args }) => [args.number, args.text])).toEqual([[null, "And you?"]]);
  });

  it("has a field of its own for the prompt of the system, which stands before it", async () => {
    const { el, model } = chat({ messages: [{ role: "user", text: "Hi", plain: true }], undo: true });
    await settle();
    const prompt = el.querySelector("textarea")!;
    expect(prompt.labels![0]!.textContent).toContain("System prompt");
    await type(prompt, "Be brief.");
    prompt.dispatchEvent(new FocusEvent("blur"));
    await settle();
    expect(model.requests("message").map(({ args }) => [args.number, args.role, args.text])).toEqual([[null, "system", "Be brief."]]);
    const told = chat({ messages: [{ role: "system", text: "Be brief.", plain: true }, { role: "user", text: "Hi", plain: true }] });
    await settle();
    expect(told.el.querySelector("textarea")!.value).toBe("Be brief.");
    expect([...told.el.querySelectorAll(".sw-schema-said")].map((one) => one.textContent)).toEqual(["Hi"]);
  });

  it("has its parameters beside it, the usual ones first", async () => {
    const field = (name: string): Field => ({ ...FIELD, name, pointer: `/${name}` });
    const { el } = chat({ messages: [], fields: [field("stop"), field("max_tokens"), field("temperature")] });
    await settle();
    const beside = el.querySelector("aside")!;
    expect([...beside.querySelectorAll("label .sw-mono")].map((one) => one.textContent)).toEqual(["temperature", "max_tokens", "stop"]);
    expect(beside.querySelector("details")!.textContent).toContain("stop");
    expect(allByRole(el, "tab").map((tab) => tab.textContent)).not.toContain("Form");
  });
});

describe("an error that is in no cell", () => {
  it("leads to its place in the JSON", async () => {
    const errors = [{ ...ERROR, where: "/inputs/0/1", pointer: "/inputs/0/1", row: null, column: null }];
    const { el } = explorer({ errors, total: 1, table: null, text: "[\n  [1, true]\n]" }, undefined, { told: { place: { line: 2, column: 7 } } });
    await settle();
    await click(byRole(el, "button", "/inputs/0/1"));
    await settle();
    const area = document.activeElement as HTMLTextAreaElement;
    expect(area.getAttribute("aria-label")).toBe("Request as JSON");
    expect(area.value.slice(area.selectionStart)).toBe("true]\n]");
  });
});

describe("sending", () => {
  it("is refused while there are errors, says why, and offers to send anyway", async () => {
    const { el, model } = explorer({ errors: [ERROR], total: 1, summary: "1 error." });
    await settle();
    const send = byRole(el, "button", "Send request");
    expect(send.getAttribute("aria-disabled")).toBe("true");
    await click(send);
    expect(model.requests("send")).toHaveLength(0);
    await click(byRole(el, "button", "Send anyway"));
    expect(model.requests("send").map(({ args }) => args.anyway)).toEqual([true]);
  });

  it("waits for what is typed as JSON to be in the draft", async () => {
    const { el, model } = explorer({}, (op) => (op === "text" ? { text: "{}" } : null));
    await settle();
    await click(byRole(el, "tab", "JSON"));
    await type(el.querySelector("textarea")!, "{}");
    await click(byRole(el, "button", "Send request"));
    expect(model.sent.map(({ op }) => op).filter((op) => op === "text" || op === "send")).toEqual(["text", "send"]);
  });
});

describe("an answer", () => {
  it("is waited for where it will stand, from the press on", async () => {
    const { el, model } = explorer();
    await settle();
    const usual = model.kernel!;
    model.kernel = (request) => (request.op === "send" ? model.say({ id: request.id, type: "ack" }) : usual(request));
    byRole(el, "button", "Send request").click();
    await settle(0);
    expect(byRole(el, "region", "Answer").textContent).toContain("Waiting for the answer…");
  });

  it("has the parameters of its request under the table, and no form of their own", async () => {
    const { el } = explorer({ fields: [{ ...FIELD, name: "threshold" }] });
    await settle();
    expect(allByRole(el, "tab").map((tab) => tab.textContent)).toEqual(["dataframe_split", "Table", "JSON"]);
    expect(byRole(el, "group", "Request form").textContent).toContain("threshold");
  });
});

describe("in a panel", () => {
  const inPart = async (part: string) => {
    document.body.dataset.part = part;
    const { el } = explorer();
    await settle();
    delete document.body.dataset.part;
    return el;
  };

  it("what the endpoint takes and asking it are two tabs", async () => {
    const schema = await inPart("schema");
    expect(allByRole(schema, "tab").map((tab) => tab.textContent)).toEqual(["dataframe_split"]);
    expect(schema.querySelector("details")!.open).toBe(true);
    expect(allByRole(schema, "button", "Send request")).toHaveLength(0);
    const query = await inPart("query");
    expect(allByRole(query, "tab").map((tab) => tab.textContent)).toEqual(["Table", "JSON"]);
    expect(allByRole(query, "button", "Send request")).toHaveLength(1);
  });
});

describe("the JSON", () => {
  it("keeps what is typed when it can't be read, and the table says so and takes no edits", async () => {
    const broken = '{"dataframe_split": ';
    const fault = { message: "Expecting value", line: 1, column: 21 };
    const { el, model } = explorer({}, (op) => (op === "text" ? { text: broken, fault } : null));
    await settle();
    await click(byRole(el, "tab", "JSON"));
    await type(el.querySelector("textarea")!, broken);
    await settle(400);
    expect(el.querySelector("textarea")!.value).toBe(broken);
    expect(el.textContent).toContain("Line 1, column 21: Expecting value.");
    await click(byRole(el, "tab", "Table"));
    expect(el.textContent).toContain("This shows the last readable request.");
    await press(cell(el, 0, 0), "7");
    expect(allByRole(el, "textbox")).toHaveLength(0);
    await click(byRole(el, "button", "Go back"));
    expect(model.requests("revert")).toHaveLength(1);
  });

  it("does not ask again and again where no answer comes", async () => {
    const { model } = explorer();
    await settle();
    model.kernel = ({ id }) => {
      model.say({ id, type: "error", error: { code: "internal", message: "Failed.", hint: "" } });
    };
    const state = model.get("state") as { rev: number; schema: { revs: Record<string, number> } };
    model.set("state", { ...state, rev: 2, schema: { ...state.schema, revs: { ...state.schema.revs, draft: 9 } } });
    await settle(2000);
    expect(model.requests("look")).toHaveLength(2);
  });

  it("asks nothing more once it has what the snapshot speaks of", async () => {
    const { model } = explorer();
    await settle(2000);
    expect(model.requests("look")).toHaveLength(1);
  });
});

const LINE: Line = {
  number: 2,
  at: 1_700_000_000_000,
  path: "/invocations",
  format: "dataframe_split",
  rows: 2,
  outcome: "answered",
  status: 200,
  seconds: 0.0342,
  size: 5_200_000,
  sent: 70,
  served: "ads-1",
};

const REPLY: Answer = {
  ...LINE,
  problem: null,
  request_id: "",
  kind: "scalars",
  note: "",
  tokens: null, joinable: true,
  beside: false,
  table: { names: ["<b>prediction</b>"], ends: [true], inputs: 0, rows: [["1.0"], ["9007199254740993"]], total: 10_000, more_columns: 3 },
  raw: '{"predictions": [1.0',
  whole: false,
};

describe("the answer", () => {
  it("tells status, time, size and who answered, shows values as they came, and says what is not shown", async () => {
    const { el } = explorer({}, undefined, { reply: REPLY });
    await settle();
    const answer = byRole(el, "region", "Answer");
    for (const fact of ["Status 200", "34 ms", "5.2 MB", "ads-1", "The first 2 of 10,000 rows, without 3 columns"]) {
      expect(answer.textContent).toContain(fact);
    }
    expect([...answer.querySelectorAll("td")].map((one) => one.textContent)).toEqual(["1.0", "9007199254740993"]);
    expect(answer.querySelector("b")).toBeNull();
  });

  it("asks for the inputs beside it, and shows the raw text on request", async () => {
    const { el, model } = explorer({}, undefined, { reply: REPLY });
    await settle();
    el.querySelector<HTMLInputElement>("input[type=checkbox]")!.click();
    await settle();
    expect(model.requests("beside").map(({ args }) => args.on)).toEqual([true]);
    await click(byRole(el, "tab", "Raw"));
    expect(el.querySelector("pre")!.textContent).toBe(REPLY.raw);
    expect(el.textContent).toContain("The beginning of 5.2 MB.");
  });
});

describe("the history", () => {
  it("repeats, edits and compares", async () => {
    const told = { left: 1, right: 2, same_request: false, values: 4, differing: 1, rows: [["0", "prediction", "1.0", "2.0"]] };
    const history = [LINE, { ...LINE, number: 1 }, { ...LINE, number: 0, outcome: "failed" as const }];
    const { el, model } = explorer({}, undefined, { reply: REPLY, history, told: { compare: told } });
    await settle();
    await click(byRole(el, "button", "Repeat request 1"));
    await click(byRole(el, "button", "Edit request 1"));
    await click(byRole(el, "button", "Compare answer 1 with answer 2"));
    expect(allByRole(el, "button", "Compare answer 0 with answer 2")).toHaveLength(0);
    expect(model.requests("send")[0]!.args.number).toBe(1);
    expect(model.requests("reuse")[0]!.args.number).toBe(1);
    expect(byRole(el, "region", "Answers 1 and 2").textContent).toContain("1 of 4 values differ, for different requests.");
  });
});

describe("without a kernel", () => {
  it("what was drawn stays, and nothing can be changed or sent", async () => {
    const { el, model } = explorer({}, undefined, { reply: REPLY, history: [LINE] });
    await settle();
    model.emit("comm_live_update");
    model.dead = true;
    model.emit("comm_live_update");
    await settle();
    for (const name of ["Send request", "Sample", "Save schema", "Repeat request 2", "Add row"]) {
      expect(byRole(el, "button", name).getAttribute("aria-disabled"), name).toBe("true");
    }
    await press(cell(el, 0, 0), "7");
    expect(allByRole(el, "textbox")).toHaveLength(0);
    expect(cell(el, 0, 0).textContent).toBe("9007199254740993");
  });

  it("draws the parts that a frozen notebook keeps", async () => {
    const revs = { document: 1, schema: 1, draft: 1, reply: 0 };
    const parts: Parts = { revs, schema: SCHEMA, operations: [], draft: DRAFT };
    const { el } = mounted("schema_explorer", { ...stateOf(revs), live: false, parts }, () => undefined);
    await settle();
    expect(cell(el, 0, 0).textContent).toBe("9007199254740993");
    expect(byRole(el, "button", "Send request").getAttribute("aria-disabled")).toBe("true");
    expect(el.textContent).not.toContain("Loading");
  });
});
