/** From a widget that stands in a tab to another tab of the same endpoint. */

const EVENT = "sw-open-tab";

/** Have the panel round a widget open another tab. */
export function openTab(root: HTMLElement, tab: string): void {
  root.dispatchEvent(new CustomEvent(EVENT, { bubbles: true, composed: true, detail: tab }));
}

/** Open tabs at the wish of what stands inside; returns what ends that. */
export function onOpenTab(root: HTMLElement, open: (tab: string) => void): () => void {
  const handle = (event: Event): void => open(String((event as CustomEvent).detail));
  root.addEventListener(EVENT, handle);
  return () => root.removeEventListener(EVENT, handle);
}
