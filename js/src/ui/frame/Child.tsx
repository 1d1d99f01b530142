import { useEffect, useRef, useState } from "preact/hooks";
import type { Model } from "../../host";
import { useView, type View } from "../../view";

/** A widget's model may be on its way while the snapshot that names it is here already. */
const WAITS_MS = [0, 50, 200, 500, 1000, 2500];

interface Code {
  default: { render(props: { model: Model; el: HTMLElement; signal: AbortSignal; host: unknown }): Promise<unknown> };
}

const codes = new Map<string, Promise<Code>>();

/** Another widget inside this one, drawn by its own code; `of` is what the snapshot calls its model. */
export function Child({ of }: { of: string }) {
  const view = useView();
  const place = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState("");

  useEffect(() => {
    const life = new AbortController();
    const el = document.createElement("div");
    place.current!.replaceChildren(el);
    setFault("");
    show(view, of, el, life.signal).catch((error) => {
      if (!life.signal.aborted) setFault(error instanceof Error ? error.message : String(error));
    });
    return () => life.abort();
  }, [of]);

  return (
    <>
      <div ref={place} class="sw-child" />
      {fault && <p class="sw-muted">This part can't be shown here: {fault}</p>}
    </>
  );
}

async function show(view: View, of: string, el: HTMLElement, signal: AbortSignal): Promise<void> {
  const model = await find(view, of.replace("IPY_MODEL_", ""), signal);
  const text = String(model.get("_esm"));
  let code = codes.get(text);
  if (!code) {
    code = import(/* @vite-ignore */ URL.createObjectURL(new Blob([text], { type: "text/javascript" })));
    codes.set(text, code);
    code.catch(() => codes.delete(text));
  }
  const { render } = (await code).default;
  signal.throwIfAborted();
  await render({ model, el, signal, host: view.host });
}

async function find({ model, host }: View, id: string, signal: AbortSignal): Promise<Model> {
  let fault: unknown;
  for (const wait of WAITS_MS) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    signal.throwIfAborted();
    try {
      return await (host?.getModel ? host.getModel(`anywidget:${id}`) : model.widget_manager!.get_model(id));
    } catch (error) {
      fault = error;
    }
  }
  throw fault;
}
