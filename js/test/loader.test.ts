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

function widget(state: object = endpointState(picture("churn"))): FakeModel {
  return new FakeModel({ _runtime: "IPY_MODEL_r1", kind: "status_badge", state });
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
    modules.set("abc", Promise.resolve({ mount }));
  });
  afterEach(() => void vi.useRealTimers());

  it("exports render and nothing slow to initialise", async () => {
    expect(Object.keys(await loader())).toEqual(["render"]);
  });

  it("asks a host for the runtime by the reference that hosts understand", async () => {
    const getModel = vi.fn(async (_ref: string): Promise<Model> => runtime);
    const model = widget();
    const { signal } = new AbortController();
    const { el } = await rendered({ model, host: { getModel }, signal });
    expect(getModel).toHaveBeenCalledWith("anywidget:r1");
    expect(mount).toHaveBeenCalledWith("status_badge", { model, el, signal, runtime, runtimeId: "r1" });
  });

  it("falls back on the widget manager where there is no host", async () => {
    const model = widget();
    const get_model = vi.fn(async (_id: string): Promise<Model> => runtime);
    model.widget_manager = { get_model };
    await rendered({ model });
    expect(get_model).toHaveBeenCalledWith("r1");
    expect(mount).toHaveBeenCalledOnce();
  });

  it("makes a signal of its own for hosts without one, and ends it on clean-up", async () => {
    const model = widget();
    model.widget_manager = { get_model: async () => runtime };
    const { end } = await rendered({ model });
    const { signal } = mount.mock.calls[0]![1] as { signal: AbortSignal };
    expect(signal.aborted).toBe(false);
    end!();
    expect(signal.aborted).toBe(true);
  });

  it("waits for a runtime that arrives after the view, showing text meanwhile", async () => {
    const model = widget();
    let calls = 0;
    model.widget_manager = {
      get_model: async () => {
        calls += 1;
        if (calls < 3) throw new Error("widget model not found");
        return runtime;
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
    expect(el.textContent).toBe("");
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

  it("says what the page said when the code is refused", async () => {
    const refused = Promise.reject(new Error("blocked by the content security policy"));
    refused.catch(() => undefined);
    modules.set("abc", refused);
    const model = widget();
    model.widget_manager = { get_model: async () => runtime };
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
