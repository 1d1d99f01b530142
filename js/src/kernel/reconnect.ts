/** Has a fresh kernel open the connection and the widget of a frozen view again. */
import type { Model } from "../host";
import type { ErrorFields as Problem, Snapshot } from "./contract";

/** The new widget's model may be on its way while its name is here already. */
const WAITS_MS = [0, 50, 200, 500, 1000, 2500];
const AGAIN = '__import__("serving_widgets.widgets.core.reconnect", fromlist=["again"]).again';

interface Reply {
  content: { status: string; user_expressions?: { told?: { data?: Record<string, string>; evalue?: string } } };
}

interface Kernel {
  requestExecute?(content: object): { done: Promise<Reply> };
}

/** Whether there is a kernel to ask, in a host that lets it be asked. */
export function canReopen(model: Model, state: Snapshot): boolean {
  const kernel = model.widget_manager?.kernel as Kernel | null | undefined;
  return !!state.again && typeof kernel?.requestExecute === "function";
}

/** Open both again and return the new widget's model; rejects with a `Problem`. */
export async function reopen(model: Model, { again, workspace }: Snapshot): Promise<Model> {
  const { kernel, get_model } = model.widget_manager as unknown as { kernel: Kernel; get_model(id: string): Promise<Model> };
  const asked = JSON.stringify(JSON.stringify({ again, workspace }));
  const code = { code: "", silent: true, store_history: false, allow_stdin: false, user_expressions: { told: `${AGAIN}(__import__("serving_widgets"), ${asked})` } };
  const { told } = (await kernel.requestExecute!(code).done).content.user_expressions ?? {};
  const answer = JSON.parse(told?.data?.["text/plain"] ?? "{}") as { model?: string; error?: Problem };
  if (!answer.model) throw answer.error ?? { code: "", message: `The kernel could not open it again. ${told?.evalue ?? ""}`, hint: "Run the cell again." };
  let fault: unknown;
  for (const wait of WAITS_MS) {
    if (wait) await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return await get_model.call(model.widget_manager, answer.model);
    } catch (error) {
      fault = error;
    }
  }
  throw { code: "", message: String(fault), hint: "Run the cell again." };
}
