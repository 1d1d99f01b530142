/**
 * Keeps the focus in a view whose focused part has just been taken away. Browsers give it to the page's body then, where
 * the next key would be a shortcut of JupyterLab's.
 */
export function keepFocus(root: HTMLElement, life: AbortSignal): void {
  let focused: Element | null = null;
  root.tabIndex = -1;
  root.addEventListener("focusin", (event) => {
    focused = event.target as Element;
  });
  root.addEventListener("focusout", (event) => {
    if (event.relatedTarget) focused = null;
  });
  const observer = new MutationObserver(() => {
    if (!focused || focused.isConnected) return;
    focused = null;
    const { activeElement, body } = root.ownerDocument;
    if (activeElement === null || activeElement === body) root.focus({ preventScroll: true });
  });
  observer.observe(root, { childList: true, subtree: true });
  life.addEventListener("abort", () => observer.disconnect());
}
