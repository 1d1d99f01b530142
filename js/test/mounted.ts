/** Mounts a view the way the loader does, and finds things in it the way a person does. */
import { basename } from "node:path";
import { afterEach, beforeEach, vi } from "vitest";
import { mount, type Part } from "../src/runtime";
import type { Model } from "../src/host";
import { FakeModel, obliging } from "./fake";

export interface Mounted {
  model: FakeModel;
  runtime: FakeModel;
  el: HTMLElement;
  close(): void;
}

const PARTS = Object.fromEntries(
  Object.entries(import.meta.glob<Part>("../src/views/*/[a-z]*_*.tsx", { eager: true })).map(([path, part]) => [basename(path, ".tsx"), part]),
);

/** What the code of a fake widget says, so that another view can embed it; only where addresses of data are imported. */
export const CODE = "export default { render: (props) => globalThis.mountFake(props) };";

let open: Mounted[] = [];
let count = 0;

export function mounted(kind: string, state: object, prepare: (model: FakeModel) => void = obliging): Mounted {
  const model = new FakeModel({ kind, state });
  const runtime = new FakeModel({});
  prepare(model);
  const el = document.createElement("div");
  document.body.append(el);
  const life = new AbortController();
  mountFake({ model, el, signal: life.signal }, runtime);
  const view = { model, runtime, el, close: () => life.abort() };
  open.push(view);
  return view;
}

function mountFake({ model, el, signal }: { model: Model; el: HTMLElement; signal: AbortSignal }, runtime = new FakeModel({})) {
  mount(PARTS[String(model.get("kind"))]!, { model, el, signal, runtime, runtimeId: `runtime-${++count}` });
}

/** Have views embed fake widgets, whose models the page knows by their ids. */
export function embedding(models: Readonly<Record<string, FakeModel>>): FakeModel["widget_manager"] {
  // Node imports no blob: addresses, so the same code comes from data: addresses here.
  vi.stubGlobal("Blob", class { constructor(readonly parts: string[]) {} });
  vi.stubGlobal("mountFake", mountFake);
  vi.spyOn(URL, "createObjectURL").mockImplementation(
    (blob) => `data:text/javascript;base64,${btoa((blob as unknown as { parts: string[] }).parts.join(""))}`,
  );
  return { get_model: async (id) => models[id] ?? Promise.reject(new Error("model not found")) };
}

/** Fake timers for the file, and nothing left over between two tests. */
export function useMounts(): void {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    for (const view of open) view.close();
    open = [];
    document.body.replaceChildren();
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
}

/** Let everything that is due within this time happen. */
export async function settle(ms = 50): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

export function byRole(el: Element, role: string, name?: string): HTMLElement {
  const found = allByRole(el, role, name);
  if (found.length !== 1) throw new Error(`${found.length} elements with role ${role} and name ${name}`);
  return found[0]!;
}

export function allByRole(el: Element, role: string, name?: string): HTMLElement[] {
  const selector = {
    button: "button:not([role])",
    region: "section[aria-label]",
    searchbox: "input[type=search]",
    textbox: "input[type=text]",
    checkbox: "input[type=checkbox]",
    slider: "input[type=range]",
  }[role];
  return [...el.querySelectorAll<HTMLElement>(selector ?? `[role=${role}]`)].filter(
    (one) => name === undefined || nameOf(one) === name,
  );
}

export async function press(el: Element, key: string, more: KeyboardEventInit = {}): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  el.dispatchEvent(event);
  await settle();
  return event;
}

export async function click(el: HTMLElement, more: MouseEventInit = {}): Promise<void> {
  el.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...more }));
  await settle();
}

export async function type(el: HTMLElement, text: string): Promise<void> {
  (el as HTMLInputElement).value = text;
  el.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

function nameOf(el: HTMLElement): string {
  const label = el.getAttribute("aria-label");
  if (label) return label;
  if (el.id) {
    const named = document.querySelector(`label[for="${el.id}"]`);
    if (named) return named.textContent ?? "";
  }
  return (el.textContent ?? "").trim();
}
