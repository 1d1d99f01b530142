/** A widget model and a kernel behind it, small enough to see through. */
import type { Model } from "../src/host";
import type { PanelState } from "../src/views/panel/contract";
import type { BrowserState, Row } from "../src/views/browser/contract";
import type { EndpointViewState as EndpointState, Facts, Picture, Snapshot } from "../src/kernel/contract";

export interface Sent {
  id: string;
  op: string;
  args: Record<string, unknown>;
}

export class FakeModel implements Model {
  readonly sent: Sent[] = [];
  /** Answers a request at once; without one nothing answers. */
  kernel: ((request: Sent) => void) | null = null;
  dead = false;
  widget_manager?: Model["widget_manager"];
  readonly #traits: Record<string, unknown>;
  readonly #handlers = new Map<string, Set<(...args: never[]) => void>>();

  constructor(traits: Record<string, unknown>) {
    this.#traits = traits;
  }

  get(key: string): unknown {
    return this.#traits[key];
  }

  send(content: unknown): void {
    if (this.dead) throw new Error("Cannot send");
    this.sent.push(content as Sent);
    this.kernel?.(content as Sent);
  }

  on(name: string, callback: (...args: never[]) => void): void {
    if (!this.#handlers.has(name)) this.#handlers.set(name, new Set());
    this.#handlers.get(name)!.add(callback);
  }

  off(name: string, callback: (...args: never[]) => void): void {
    this.#handlers.get(name)?.delete(callback);
  }

  emit(name: string, ...args: unknown[]): void {
    for (const handler of [...(this.#handlers.get(name) ?? [])]) handler(...(args as never[]));
  }

  /** A custom message from the kernel. */
  say(content: unknown): void {
    this.emit("msg:custom", content);
  }

  set(key: string, value: unknown): void {
    this.#traits[key] = value;
    this.emit(`change:${key}`);
  }

  get listeners(): number {
    return [...this.#handlers.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** The requests of one kind. */
  requests(op: string): Sent[] {
    return this.sent.filter((request) => request.op === op);
  }
}

/** A kernel that acknowledges everything and answers with an empty result. */
export function obliging(model: FakeModel): void {
  model.kernel = ({ id, op }) => {
    model.say({ id, type: "ack" });
    if (op !== "hello" && op !== "bye" && op !== "visible") model.say({ id, type: "result", data: {} });
  };
}

/** The states that Python makes of widgets of each kind: what tests change is a copy. */
export function made<S>(kind: string): S {
  return structuredClone(STATES[`./fixtures/${kind}.json`]) as S;
}

const STATES = import.meta.glob("./fixtures/*.json", { eager: true, import: "default" });
const TIME = 1_700_000_000_000;

export function row(name: string, change: Partial<Row> = {}): Row {
  return {
    ...made<BrowserState>("endpoint_browser").rows[0]!,
    name,
    status: { label: "Ready", phase: "ready", note: "" },
    ...facts(name),
    ...change,
  };
}

/** What seldom changes of an endpoint. */
export function facts(name: string, change: Partial<Facts> = {}): Facts {
  return {
    ...made<EndpointState>("endpoint_controls").endpoint!.facts!,
    entities: [`${name}-1`],
    creator: "alice@example.com",
    created: TIME,
    updated: TIME,
    tags: [],
    url: `https://example.test/serving-endpoints/${name}/invocations`,
    console: null,
    ...change,
  };
}

export function picture(name: string, change: Partial<Picture> = {}): Picture {
  return {
    ...made<EndpointState>("endpoint_controls").endpoint!,
    name,
    facts: facts(name),
    status: { label: "Ready", phase: "ready", note: "", reason: "", done: null, total: null },
    traffic: [],
    update: null,
    served: [],
    can: { stop: null, start: `${name} is running already.`, delete: null },
    recipes: { stop: { magic: `%serving stop ${name}`, python: `ep.stop()` } },
    ...change,
  };
}

/** A state of one kind as of now, of a workspace that was looked at. */
function now<S extends Snapshot>(kind: string): S {
  const state = made<S>(kind);
  return { ...state, link: { ...state.link, seen: TIME }, clock: { at: TIME, taken: Date.now(), rate: 1 } };
}

export function browserState(rows: Row[], change: Partial<BrowserState> = {}): BrowserState {
  return { ...now<BrowserState>("endpoint_browser"), total: rows.length, rows: rows.slice(0, 50), ...change };
}

export function panelState(endpoint: Picture | null, change: Partial<PanelState> = {}): PanelState {
  const state = now<PanelState>("endpoint_panel");
  const budget = { policy: null, source: "None was set.", change: "" };
  return { ...state, name: endpoint?.name ?? "churn", endpoint, budget, tags: { ...state.tags!, rows: [] }, config: null, ...change };
}

export function endpointState(endpoint: Picture | null, change: Partial<EndpointState> = {}): EndpointState {
  return { ...now<EndpointState>("endpoint_controls"), name: endpoint?.name ?? "churn", endpoint, ...change };
}
