import type { ComponentChildren, RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useView } from "../../view";

interface PopoverProps {
  anchor: RefObject<HTMLElement | null>;
  role: "menu" | "group";
  label: string;
  onClose(): void;
  children: ComponentChildren;
}

const GAP = 4;
const EDGE = 8;

/**
 * A small layer beside its anchor. It uses the browser's top layer where there is one, because a notebook's output
 * clips everything that leaves it. Escape closes it and gives the focus back; a click or the focus elsewhere closes it, too.
 */
export function Popover({ anchor, role, label, onClose, children }: PopoverProps) {
  const box = useRef<HTMLDivElement>(null);
  const { root } = useView();

  useLayoutEffect(() => {
    const el = box.current!;
    const document = root.ownerDocument;
    const end = new AbortController();
    const options = { signal: end.signal, capture: true };
    const follow = (): void => place(el, anchor.current);
    el.showPopover?.();
    follow();
    document.addEventListener("scroll", follow, options);
    window.addEventListener("resize", follow, options);
    const away = (event: Event): void => {
      const path = event.composedPath();
      if (!path.includes(el) && !path.includes(anchor.current!)) onClose();
    };
    document.addEventListener("pointerdown", away, options);
    document.addEventListener("focusin", away, options);
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape") return;
        // This layer only, wherever the focus is.
        event.preventDefault();
        event.stopPropagation();
        onClose();
        anchor.current?.focus();
      },
      options,
    );
    return () => end.abort();
  }, []);

  return (
    <div
      ref={box}
      class="sw-popover"
      popover="manual"
      role={role}
      aria-label={label}
      data-jp-suppress-context-menu=""
      // The layer may stand inside a grid's cell, which has other plans for the arrow keys.
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
    </div>
  );
}

/** Below the anchor, or above where there is more room; never outside the window. */
export function place(el: HTMLElement, anchor: HTMLElement | null): void {
  if (!anchor) return;
  const at = anchor.getBoundingClientRect();
  const { width, height } = el.getBoundingClientRect();
  const below = at.bottom + GAP;
  const above = at.top - GAP - height;
  const top = below + height > window.innerHeight - EDGE && above >= EDGE ? above : below;
  const left = at.left + width > window.innerWidth - EDGE ? at.right - width : at.left;
  el.style.top = `${top}px`;
  el.style.left = `${Math.max(EDGE, Math.min(left, window.innerWidth - width - EDGE))}px`;
}
