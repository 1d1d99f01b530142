/** Keeps from the host the keys that a view uses, and those alone: Ctrl+S in a view still saves the notebook. */

/** Text is edited with these and Ctrl, in fields and where text is marked. */
const EDITING = ["a", "c", "v", "x", "y", "z"];
const MOVING = ["ArrowDown", "ArrowLeft", "ArrowRight", "ArrowUp", "End", "Enter", "Home"];

/** Whether a key is a view's own; `more` are letters that it uses together with Ctrl beside the usual ones. */
export function isOwn(event: KeyboardEvent, more = ""): boolean {
  // AltGr types characters, and some systems report it as Ctrl and Alt.
  if (event.getModifierState("AltGraph")) return true;
  if (event.altKey) return false;
  if (!event.ctrlKey && !event.metaKey) return true;
  if (MOVING.includes(event.key)) return true;
  const letter = event.key.toLowerCase();
  return event.shiftKey ? letter === "z" : EDITING.includes(letter) || (letter !== "" && more.includes(letter));
}

/** Have a view's own keys end in it. `leaves` tells of one that goes on to what the view stands in. */
export function keepKeys(root: HTMLElement, life: AbortSignal, more: string | undefined, leaves: (event: KeyboardEvent) => boolean): void {
  const mark = (own: boolean): void => root.setAttribute("data-lm-suppress-shortcuts", String(own));
  mark(true);
  // Lumino looks for the attribute while the event is on its way down, so it is set before that.
  const before = (event: KeyboardEvent): void => {
    if (!event.composedPath().includes(root)) return;
    if (isOwn(event, more)) mark(true);
    else root.removeAttribute("data-lm-suppress-shortcuts");
  };
  root.ownerDocument.defaultView?.addEventListener("keydown", before, { capture: true, signal: life });
  // Older hosts listen on the way up: they see no event that is the view's own.
  root.addEventListener("keydown", (event) => {
    if (isOwn(event, more) && !leaves(event)) event.stopPropagation();
  });
}
