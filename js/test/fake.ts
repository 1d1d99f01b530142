/** A widget model and a kernel behind it, small enough to see through. */
import type { Model } from "../src/host";
import type { PanelState } from "../src/views/panel/state";
import type { BrowserState, EndpointState, Picture, Row } from "../src/protocol";

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

export function row(name: string, change: Partial<Row> = {}): Row {
  return {
    name,
    kind: "custom",
    status: { label: "Ready", phase: "ready", note: "" },
    entities: [`${name}-1`],
    models: [`main.default.${name}`],
    creator: "alice@example.com",
    created: 1_700_000_000_000,
    updated: 1_700_000_000_000,
    tags: [],
    url: `https://example.test/serving-endpoints/${name}/invocations`,
    console: null,
    busy: null,
    ...change,
  };
}

export function picture(name: string, change: Partial<Picture> = {}): Picture {
  return {
    ...row(name),
    status: { label: "Ready", phase: "ready", note: "", reason: "", done: null, total: null },
    id: "0123",
    route_optimized: false,
    permission: "CAN_MANAGE",
    traffic: [],
    update: null,
    served: [],
    can: { stop: null, start: `${name} is running already.`, delete: null },
    recipes: { stop: { magic: `%serving stop ${name}`, python: `ep.stop()` } },
    deleted: false,
    ...change,
  };
}

const header = () => ({
  rev: 1,
  live: true,
  workspace: { name: "mock", label: "mock workspace (demo)", host: "http://127.0.0.1", mock: true, read_only: null },
  link: { state: "live" as const, seen: 1_700_000_000_000, problem: null },
  clock: { at: 1_700_000_000_000, taken: Date.now(), rate: 1 },
});

export function browserState(rows: Row[], change: Partial<BrowserState> = {}): BrowserState {
  return { ...header(), total: rows.length, rows: rows.slice(0, 50), selected: null, panel: null, ...change };
}

export function panelState(endpoint: Picture | null, change: Partial<PanelState> = {}): PanelState {
  const tags = { rows: [], can: null, request: null, recipe: null, mark: "m1", sending: false, problem: null };
  const budget = { policy: null, possible: true, source: "None was set.", change: "" };
  return { ...endpointState(endpoint), tab: "overview", children: {}, budget, tags, config: null, ...change };
}

export function endpointState(endpoint: Picture | null, change: Partial<EndpointState> = {}): EndpointState {
  return { ...header(), name: endpoint?.name ?? "churn", endpoint, ...change };
}
