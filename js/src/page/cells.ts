/** New cells in the notebook that a view stands in, through the host's own model of it. */
import type { Model, NotebookModel } from "../host";

/** What puts a text into a new cell below the view's, without running it; null where the host gives no way to do so. */
export function cellBelow(root: HTMLElement, model: Model): ((source: string) => void) | null {
  const notebook = model.widget_manager?.context?.model;
  const at = Number(root.closest<HTMLElement>("[data-windowed-list-index]")?.dataset.windowedListIndex);
  if (!notebook?.sharedModel?.insertCell || notebook.readOnly || !Number.isInteger(at)) return null;
  return (source) => insert(notebook, at + 1, source);
}

function insert({ sharedModel }: NotebookModel, at: number, source: string): void {
  sharedModel.insertCell(at, { cell_type: "code", source, metadata: { trusted: true } });
}
