/** Taking lines out of a log: to the clipboard, into a file, as a line for a cell. */
import { saveFile } from "../../page/save_file";
import { copy } from "../../ui/controls/CopyButton";
import { count } from "../../page/words";
import type { RpcError } from "../../kernel/rpc";
import type { RecipePicture } from "../../kernel/contract";
import { rowOf } from "./list/choose";
import { stampOf, safeToPaste } from "./list/text";
import type { Logs } from "./logs";

/** The lines of a range as they may go to a clipboard: without numbers, and without what a terminal would obey. */
export function textOf(logs: Logs, from: number, to: number): string {
  const { times } = logs.options.value;
  return numbersOf(logs, from, to)
    .map((line) => safeToPaste(logs.lines.shown(line, times)))
    .join("\n");
}

/** Copy the lines that were chosen, once they are here. */
export async function copyChosen(logs: Logs): Promise<void> {
  const cursor = logs.cursor.value;
  if (!cursor) return;
  const { rows } = logs.choice.value;
  const chosen = Math.abs(rowOf(rows, cursor.to) - rowOf(rows, cursor.from)) + 1;
  await logs.fetching.some(numbersOf(logs, cursor.from, cursor.to));
  await copy(logs.view, textOf(logs, cursor.from, cursor.to), count(chosen, "line"));
}

/** Copy all lines that are shown; the kernel has them. */
export async function copyShown(logs: Logs): Promise<void> {
  const file = await fileOf(logs, true);
  if (file === null) return;
  const { times } = logs.options.value;
  const bare = (line: string): string => {
    const [begin, end] = times ? [0, 0] : stampOf(line);
    return safeToPaste(line.slice(0, begin) + line.slice(end));
  };
  await copy(logs.view, file.text.replace(/\n$/, "").split("\n").map(bare).join("\n"), "all lines shown");
}

/** Copy a traceback without what stands before its lines. */
export async function copyUnit(logs: Logs, line: number): Promise<void> {
  const { text } = await logs.view.rpc.request("unit", { line });
  if (text) await copy(logs.view, safeToPaste(text), "the traceback");
}

/** Save the log, or what is shown of it, as a file. */
export async function download(logs: Logs, shown: boolean): Promise<void> {
  const file = await fileOf(logs, shown);
  if (file) saveFile(logs.view.root, file.name, file.text);
}

/** The lines that show in a cell what the page shows. */
export async function linkOf(logs: Logs): Promise<RecipePicture> {
  return logs.view.rpc.request("link", logs.shownArgs(0, true));
}

/** The log, or what is shown of it, straight from the kernel. */
async function fileOf(logs: Logs, shown: boolean): Promise<{ name: string; text: string } | null> {
  const pieces: string[] = [];
  const { filter, context } = logs.options.value;
  const args = shown && logs.narrowed.value ? { shown: logs.shownArgs(filter ? context : 0) } : {};
  logs.busy.value = "Preparing the lines…";
  try {
    const { name } = await logs.view.rpc.request("save", args, { onProgress: ({ text }) => pieces.push(text) });
    return { name, text: pieces.join("") };
  } catch (error) {
    logs.problem.value = (error as RpcError).problem;
    return null;
  } finally {
    logs.busy.value = "";
  }
}

/** The numbers of the lines that rows from one to another show, those of folded tracebacks included. */
function numbersOf(logs: Logs, from: number, to: number): number[] {
  const { rows } = logs.choice.value;
  const found: number[] = [];
  for (let row = rowOf(rows, Math.min(from, to)); row < rows.length; row++) {
    const line = rows[row]!;
    if (line < 0) continue;
    if (line > Math.max(from, to)) break;
    found.push(line, ...folded(logs, line));
  }
  return found;
}

/** The lines that a folded traceback hides. */
function folded(logs: Logs, line: number): number[] {
  const { head, size, trace } = logs.lines.units();
  const place = logs.lines.place(line);
  const { fold, filter } = logs.options.value;
  if (!fold || !trace[place] || head[place] !== place || logs.opened.value.has(line)) return [];
  if (filter && logs.sought.value.sought) return [];
  const hidden: number[] = [];
  for (let next = line + 1; next < logs.lines.total && hidden.length < size[place]!; next++) {
    if (head[logs.lines.place(next)] === place) hidden.push(next);
  }
  return hidden;
}
