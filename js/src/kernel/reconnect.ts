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
  const manager = model.widget_manager as unknown as { kernel: Kernel; get_model(id: string): Promise<Model> };
  const told = `${AGAIN}(__import__("serving_widgets"), ${JSON.stringify(JSON.stringify({ again, workspace }))})`;
  const asked = manager.kernel.requestExecute!({ code: "", silent: true, allow_stdin: false, user_expressions: { told } });
  const said = (await asked.done).content.user_expressions?.told;
  const answer = JSON.parse(said?.data?.["text/plain"] ?? "{}") as { model?: string; error?: Problem };
  let fault: unknown = said?.evalue;
  for (const wait of answer.model ? WAITS_MS : []) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      return await manager.get_model(answer.model!);
    } catch (error) {
      fault = error;
    }
  }
  throw answer.error ?? { code: "", message: `It could not be opened again. ${fault ?? ""}`, hint: "Run the cell again." };
}
