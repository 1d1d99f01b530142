/** What the page remembers of a notebook: in the browser alone, so that the notebook itself stays as it was. */
import type { Model } from "../host";

const PREFIX = "serving-widgets";

/** Read what was kept under a name for the notebook that a model is in; undefined where nothing was, or can be. */
export function recall<T>(model: Model, name: string): T | undefined {
  try {
    return JSON.parse(localStorage.getItem(keyOf(model, name)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keep something under a name; where the browser keeps nothing, it lasts as long as the view. */
export function keep(model: Model, name: string, value: unknown): void {
  try {
    localStorage.setItem(keyOf(model, name), JSON.stringify(value));
  } catch {
    // Private windows and full stores refuse.
  }
}

/** JupyterLab's manager knows the notebook's path; pages of other hosts are told apart by their own. */
function keyOf({ widget_manager: manager }: Model, name: string): string {
  const { context } = (manager ?? {}) as { context?: { path?: string } };
  return [PREFIX, name, context?.path ?? location.pathname].join(":");
}
