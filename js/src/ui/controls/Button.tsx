import type { ComponentChildren, Ref } from "preact";
import { useRef } from "preact/hooks";
import { useUniqueId, useView } from "../../view";
import { place } from "./Popover";
import { Prose } from "../frame/Prose";

interface ButtonProps {
  children: ComponentChildren;
  onClick(): void;
  /**
   * Why it cannot be used now; null when it can. It stays focusable, explains itself, and a click only says so.
   * Buttons that are never refused leave it out.
   */
  refused?: string | null;
  look?: "plain" | "main" | "quiet" | "danger";
  /** The accessible name, where the visible content is not one. */
  label?: string;
  expanded?: boolean;
  popup?: boolean;
  tabIndex?: number;
  buttonRef?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const { children, onClick, refused, look = "plain", label, expanded, popup, tabIndex, buttonRef } = props;
  const view = useView();
  const id = useUniqueId();
  const tip = useRef<HTMLSpanElement>(null);
  const wrap = useRef<HTMLSpanElement>(null);

  const show = (): void => {
    tip.current?.showPopover?.();
    if (tip.current) place(tip.current, wrap.current);
  };
  const hide = (): void => tip.current?.hidePopover?.();
  const click = (event: MouseEvent): void => {
    event.stopPropagation();
    if (!refused) return onClick();
    show();
    view.announce(refused);
  };

  const button = (
    <button
      ref={buttonRef}
      type="button"
      class={`sw-button sw-button-${look}`}
      aria-label={label}
      title={label}
      aria-disabled={refused ? true : undefined}
      aria-describedby={refused ? id : undefined}
      aria-expanded={expanded}
      aria-haspopup={popup ? "true" : undefined}
      tabIndex={tabIndex}
      onClick={click}
    >
      {children}
    </button>
  );
  if (refused === undefined) return button;
  return (
    <span
      ref={wrap}
      class="sw-why"
      onMouseEnter={show}
      onMouseLeave={hide}
      onFocusIn={show}
      onFocusOut={hide}
      onKeyDown={(event) => event.key === "Escape" && hide()}
    >
      {button}
      {refused && (
        <span ref={tip} id={id} role="tooltip" class="sw-tooltip" popover="manual">
          <Prose text={refused} />
        </span>
      )}
    </span>
  );
}
