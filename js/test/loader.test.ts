import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { browserState, endpointState, FakeModel, picture, row } from "./fake";
import type { Model } from "../src/host";

/** The hosts' import() of a blob address is replaced by what a page would get from it. */
const mount = vi.fn();
const KEY = Symbol.for("serving-widgets");
const modules = new Map<unknown, unknown>();

async function loader() {
  (globalThis as Record<symbol, unknown>)[KEY] = modules;
  vi.resetModules();
  return (await import("../src/loader")).default;
}

const runtime = new FakeModel({ hash: "abc", code: "export const mount = 1" });
const part = new FakeModel({ hash: "def", code: "export default 1" });
const PART = { default: () => null };
/** What a page knows, by id. */
const MODELS: Record<string, FakeModel> = { r1: runtime, p1: part };
const get_model = async (id: string): Promise<Model> => MODELS[id]!;

function widget(state: object = endpointState(picture("churn"))): FakeModel {
  return new FakeModel({ _runtime: "IPY_MODEL_r1", _part: "IPY_MODEL_p1", kind: "status_badge", state });
}

async function rendered(props: { model: FakeModel; host?: object; signal?: AbortSignal }) {
  const el = document.createElement("div");
  const { render } = await loader();
  const done = render({ ...props, el } as Parameters<typeof render>[0]);
  await vi.advanceTimersByTimeAsync(10_000);
  return { el, end: await done };
}

describe("the loader", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    mount.mockReset();
    modules.clear();
    modules.set("abc", Promise.resolve({ mount, url: "blob:runtime" }));
    modules.set("def", Promise.resolve(PART));
  });
  afterEach(() => void vi.useRealTimers());

  it("exports render and nothing slow to initialise", async () => {
    expect(Object.keys(await loader())).toEqual(["render"]);
  });

  it("asks a host for runtime and part by the references that hosts understand", async () => {
    const getModel = vi.fn((ref: string) => get_model(ref.replace("anywidget:", "")));
    const model = widget();
    const { signal } = new AbortController();
    const { el } = await rendered({ model, host: { getModel }, signal });
    expect(getModel.mock.calls).toEqual([["anywidget:r1"], ["anywidget:p1"]]);
    expect(mount).toHaveBeenCalledWith(PART, { model, el, signal, runtime, runtimeId: "r1", host: { getModel } });
  });

  it("falls back on the widget manager where there is no host", async () => {
    const model = widget();
    const asked = vi.fn(get_model);
    model.widget_manager = { get_model: asked };
    await rendered({ model });
    expect(asked.mock.calls).toEqual([["r1"], ["p1"]]);
    expect(mount).toHaveBeenCalledOnce();
  });

  it("falls back on it where a host reaches no models, too", async () => {
    const model = widget();
    const asked = vi.fn(get_model);
    model.widget_manager = { get_model: asked };
    await rendered({ model, host: {} });
    expect(asked.mock.calls).toEqual([["r1"], ["p1"]]);
    expect(mount).toHaveBeenCalledOnce();
  });

  it("writes the picture as text where the host knows the widget's model alone", async () => {
    const getModel = vi.fn(async () => Promise.reject(new Error("no such model")));
    const { el } = await rendered({ model: widget(), host: { getModel } });
    expect(el.textContent).toBe("churn: ReadyNot live: no such model. Run the cell again.");
    expect(mount).not.toHaveBeenCalled();
  });

  it("makes a signal of its own for hosts without one, and ends it on clean-up", async () => {
    const model = widget();
    model.widget_manager = { get_model };
    const { end } = await rendered({ model });
    const { signal } = mount.mock.calls[0]![1] as { signal: AbortSignal };
    expect(signal.aborted).toBe(false);
    end!();
    expect(signal.aborted).toBe(true);
  });

  it.each(["r1", "p1"])("waits for a model that arrives after the view (%s), showing text meanwhile", async (late) => {
    const model = widget();
    let calls = 0;
    model.widget_manager = {
      get_model: async (id) => {
        if (id === late && ++calls < 3) throw new Error("widget model not found");
        return get_model(id);
      },
    };
    const el = document.createElement("div");
    const { render } = await loader();
    const done = render({ model, el });
    await vi.advanceTimersByTimeAsync(10);
    expect(el.textContent).toContain("churn: Ready");
    expect(mount).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5000);
    await done;
    expect(mount).toHaveBeenCalledOnce();
  });

  it("writes the picture as text and says why where no other model can be reached", async () => {
    const { el } = await rendered({ model: widget() });
    expect(el.textContent).toContain("churn: Ready");
    expect(el.textContent).toContain("Not live: this page cannot reach other widget models.");
    expect(mount).not.toHaveBeenCalled();
  });

  it("writes the rows of a browser, and how many there are besides", async () => {
    const rows = Array.from({ length: 60 }, (_, i) => row(`ep-${i}`));
    const { el } = await rendered({ model: widget(browserState(rows)) });
    expect(el.textContent).toContain("ep-49: Ready");
    expect(el.textContent).toContain("… and 10 more");
  });

  it.each(["abc", "def"])("says what the page said when code is refused (%s)", async (hash) => {
    const refused = Promise.reject(new Error("blocked by the content security policy"));
    refused.catch(() => undefined);
    modules.set(hash, refused);
    const model = widget();
    model.widget_manager = { get_model };
    const { el } = await rendered({ model });
    expect(el.textContent).toContain("Not live: blocked by the content security policy.");
  });

  it("gives up quietly on a view that was closed while it waited", async () => {
    const model = widget();
    model.widget_manager = { get_model: () => Promise.reject(new Error("not yet")) };
    const life = new AbortController();
    const el = document.createElement("div");
    const { render } = await loader();
    const done = render({ model, el, signal: life.signal });
    await vi.advanceTimersByTimeAsync(60);
    life.abort();
    await vi.advanceTimersByTimeAsync(10_000);
    await done;
    expect(mount).not.toHaveBeenCalled();
  });

  it("keeps markup in names as text", async () => {
    const { el } = await rendered({ model: widget(endpointState(picture("<img src=x onerror=alert(1)>"))) });
    expect(el.querySelector("img")).toBeNull();
    expect(el.textContent).toContain("<img src=x onerror=alert(1)>: Ready");
  });
});
