/**
 * The code of every visible widget: finds the hidden models that carry the runtime and the part for this kind of view,
 * imports their code once per page and mounts the view. Where that cannot work it writes the picture as plain text and
 * says why nothing moves.
 */
import type { Host, Model } from "./host";
import type * as Runtime from "./runtime";

interface RenderProps {
  model: Model;
  el: HTMLElement;
  signal?: AbortSignal;
  host?: Host;
}

/** Views may be painted before the comms of the hidden models are known to the page, so the first misses mean nothing. */
const WAITS_MS = [0, 50, 200, 500, 1000, 2500];

const modules: Map<unknown, Promise<any>> = ((globalThis as Record<symbol, unknown>)[
  Symbol.for("serving-widgets")
] ??= new Map()) as never;

export default { render };

async function render({ model, el, signal, host }: RenderProps): Promise<(() => void) | undefined> {
  const own = new AbortController();
  const life = signal ?? own.signal;
  const idOf = (trait: string): string => String(model.get(trait)).replace(/^(IPY_MODEL_|anywidget:)/, "");
  const runtimeId = idOf("_runtime");
  try {
    const runtime = await find(runtimeId);
    const { mount, url } = await load<typeof Runtime>(runtime);
    const part = await load<Runtime.Part>(await find(idOf("_part")), url);
    if (!life.aborted) mount(part, { model, el, signal: life, runtime, runtimeId, host });
  } catch (error) {
    if (!life.aborted) drawText(`Not live: ${error instanceof Error ? error.message : error}. Run the cell again.`);
  }
  return signal ? undefined : () => own.abort();

  async function find(id: string): Promise<Model> {
    let fault: unknown;
    for (const wait of WAITS_MS) {
      if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
      life.throwIfAborted();
      try {
        return await (host?.getModel ? host.getModel(`anywidget:${id}`) : model.widget_manager!.get_model(id));
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
    const lines = known.map((one) => `${one.name}: ${one.status?.label ?? "status unknown"}`);
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

/** The module that a hidden model carries. Addresses stay good, for parts that come later import the runtime by its own. */
function load<Module>(carrier: Model, runtime = ""): Promise<Module> {
  const hash = carrier.get("hash");
  let module = modules.get(hash);
  if (!module) {
    const code = (carrier.get("code") as string).replace(__RUNTIME__, runtime);
    const url = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    module = import(/* webpackIgnore: true */ /* @vite-ignore */ url);
    modules.set(hash, module);
    module.catch(() => modules.delete(hash));
  }
  return module;
}
