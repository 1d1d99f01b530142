/**
 * Widget state in the notebook's file.
 *
 * JupyterLab's widget manager stores the models that a kernel stands behind, and no others: in a notebook that was opened
 * again and run in part, the next save would throw away what all other cells show. Here those are stored, too.
 */
import type { Model } from "../host";

const VIEW = "application/vnd.jupyter.widget-view+json";
const REFERENCE = /"IPY_MODEL_([^"]+)"/g;
const KEPT = Symbol.for("serving-widgets:saved-state");

interface SavedModel {
  model_id: string;
  comm_live: boolean;
}

interface SavedState {
  state: Record<string, unknown>;
}

/** JupyterLab's manager, as far as it is used here. Other hosts lack some of it and are left as they are. */
interface Manager {
  get_state_sync?(options?: unknown): SavedState;
  _modelsSync?: Map<string, SavedModel>;
  context?: { model: { toJSON(): unknown } };
  [KEPT]?: boolean;
}

/** See to it, once for each manager, that models without a kernel are stored as long as an output shows them. */
export function keepSavedState(model: Model): void {
  const manager = model.widget_manager as Manager | undefined;
  const { get_state_sync: original, _modelsSync: models } = manager ?? {};
  if (!manager?.context || !original || !models || manager[KEPT]) return;
  manager[KEPT] = true;
  manager.get_state_sync = (options) => {
    const dead = [...(manager._modelsSync ?? models).values()].filter(({ comm_live }) => !comm_live);
    // The manager asks each model whether it is live, and stores those that say yes.
    for (const each of dead) Object.defineProperty(each, "comm_live", { value: true, configurable: true });
    let saved: SavedState;
    try {
      saved = original.call(manager, options);
    } finally {
      for (const each of dead) delete (each as Partial<SavedModel>).comm_live;
    }
    const shown = reachable(saved, shownModels(manager.context!.model.toJSON()));
    for (const { model_id } of dead) if (!shown.has(model_id)) delete saved.state[model_id];
    return saved;
  };
}

/** The models that a notebook's outputs show, by id. */
function shownModels(notebook: unknown): string[] {
  const { cells = [] } = notebook as { cells?: { outputs?: { data?: Record<string, { model_id?: unknown }> }[] }[] };
  return cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ data }) => data?.[VIEW]?.model_id)
    .filter((id) => id !== undefined)
    .map(String);
}

/** These models and all that they refer to. */
function reachable({ state }: SavedState, ids: string[]): Set<string> {
  const found = new Set<string>();
  for (const queue = [...ids]; queue.length; ) {
    const id = queue.pop()!;
    if (found.has(id)) continue;
    found.add(id);
    for (const [, next] of JSON.stringify(state[id] ?? null).matchAll(REFERENCE)) queue.push(next!);
  }
  return found;
}
