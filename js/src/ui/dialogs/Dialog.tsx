import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useUniqueId, useView } from "../../view";

interface DialogProps {
  title: ComponentChildren;
  onClose(): void;
  children: ComponentChildren;
}

const FOCUSABLE = ["button", "input", "select", "textarea", "summary", "a[href]", "[tabindex='0']"]
  .map((one) => `${one}:not([tabindex='-1'])`)
  .join();

/**
 * A dialog that is modal for its cell: it opens in place, so no output clips it, and everything else in the view stands
 * still until it is closed. The field marked `data-first`, else the button inside `data-safe`, gets the focus; on closing it returns where it came from.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const { root } = useView();
  const box = useRef<HTMLDivElement>(null);
  const id = useUniqueId();

  useLayoutEffect(() => {
    const el = box.current!;
    const before = root.ownerDocument.activeElement as HTMLElement | null;
    const release = quieten(el, root);
    el.querySelector<HTMLElement>("[data-first], [data-safe] button")?.focus();
    el.scrollIntoView?.({ block: "nearest" });
    return () => {
      release();
      if (before?.isConnected) before.focus();
    };
  }, []);

  const keyDown = (event: KeyboardEvent): void => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onClose();
    }
    if (event.key === "Tab") keepInside(event, box.current!);
  };

  return (
    <div ref={box} class="sw-dialog" role="dialog" aria-modal="true" aria-labelledby={id} onKeyDown={keyDown}>
      <div id={id} class="sw-title">
        {title}
      </div>
      {children}
    </div>
  );
}

/** Make everything in the view inert but the dialog and what it stands in. */
function quieten(el: HTMLElement, root: HTMLElement): () => void {
  const quiet: Element[] = [];
  for (let inner: Element = el; inner !== root && inner.parentElement; inner = inner.parentElement) {
    for (const other of inner.parentElement.children) {
      if (other === inner || other.hasAttribute("inert") || other.hasAttribute("aria-live")) continue;
      other.setAttribute("inert", "");
      quiet.push(other);
    }
  }
  return () => quiet.forEach((other) => other.removeAttribute("inert"));
}

function keepInside(event: KeyboardEvent, el: HTMLElement): void {
  const all = [...el.querySelectorAll<HTMLElement>(FOCUSABLE)];
  const [first, last] = [all[0], all.at(-1)];
  const active = el.ownerDocument.activeElement;
  if (event.shiftKey ? active !== first : active !== last) return;
  event.preventDefault();
  (event.shiftKey ? last : first)?.focus();
}
