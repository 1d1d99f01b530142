/**
 * The code of every visible widget: finds the hidden runtime model, imports its code once per page and mounts the view.
 * Where that cannot work it writes the picture as plain text and says why nothing moves.
 */
import type { Model, MountContext } from "./host";

interface RuntimeModule {
  mount(kind: string, context: MountContext): void;
}

interface RenderProps {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  host?: { getModel?(ref: string): Promise<Model> };
}

/** Views may be painted before the runtime's comm is known to the page, so the first misses mean nothing. */
const WAITS_MS = [0, 50, 200, 500, 1000, 2500];

const modules: Map<unknown, Promise<RuntimeModule>> = ((globalThis as Record<symbol, unknown>)[
  Symbol.for("serving-widgets")
] ??= new Map()) as never;

export default { render };

async function render({ model, el, signal, host }: RenderProps): Promise<(() => void) | undefined> {
  const own = new AbortController();
  const life = signal ?? own.signal;
  const runtimeId = String(model.get("_runtime")).replace(/^(IPY_MODEL_|anywidget:)/, "");
  try {
    const runtime = await find();
    if (!runtime) return;
    const { mount } = await load(runtime);
    if (life.aborted) return;
    el.replaceChildren();
    mount(String(model.get("kind")), { model, el, signal: life, runtime, runtimeId });
  } catch (error) {
    drawText(`Not live: ${error instanceof Error ? error.message : error}. Run the cell again.`);
  }
  return signal ? undefined : () => own.abort();

  async function find(): Promise<Model | undefined> {
    let fault: unknown;
    for (const wait of WAITS_MS) {
      if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
      if (life.aborted) return;
      try {
        return await (host?.getModel
          ? host.getModel(`anywidget:${runtimeId}`)
          : model.widget_manager!.get_model(runtimeId));
      } catch (error) {
        fault = error;
        drawText("Connecting …");
        if (!host?.getModel && !model.widget_manager) throw Error("this page cannot reach other widget models");
      }
    }
    throw fault;
  }

  function drawText(why: string): void {
    const state = (model.get("state") ?? {}) as Record<string, any>;
    const known: any[] = state.rows ?? [state.endpoint ?? { name: state.name }];
    const lines = known.map((one) => `${one.name}: ${one.status?.label ?? "not seen yet"}`);
    const more = state.total - known.length;
    if (more > 0) lines.push(`… and ${more} more`);
    el.replaceChildren(
      ...[...lines, why].map((line) => {
        const paragraph = document.createElement("div");
        paragraph.textContent = line;
        return paragraph;
      }),
    );
  }
}

function load(runtime: Model): Promise<RuntimeModule> {
  const hash = runtime.get("hash");
  let module = modules.get(hash);
  if (!module) {
    const url = URL.createObjectURL(new Blob([runtime.get("code") as string], { type: "text/javascript" }));
    module = import(/* webpackIgnore: true */ /* @vite-ignore */ url).finally(() => URL.revokeObjectURL(url));
    modules.set(hash, module);
    module.catch(() => modules.delete(hash));
  }
  return module;
}
