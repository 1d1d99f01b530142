import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Icon, type IconName } from "./Icon";
import { Popover } from "./Popover";

export interface MenuItem {
  label: string;
  /** For an item that can be ticked. */
  checked?: boolean;
  /** Stands at the right end. */
  count?: number;
  /** Null keeps its room, so that the words of a menu stand in one column. */
  icon?: IconName | null;
  /** An https address that opens in a new tab. */
  href?: string;
  onPick?(): void;
}

interface MenuProps {
  anchor: RefObject<HTMLElement | null>;
  label: string;
  items: readonly MenuItem[];
  onClose(): void;
}

/** A menu: arrows, Home and End move, Enter picks, Escape closes. Ticking an item leaves it open. */
export function Menu({ anchor, label, items, onClose }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const all = (): HTMLElement[] => [...list.current!.querySelectorAll<HTMLElement>("[data-item]")];

  useEffect(() => all()[0]?.focus(), []);

  const keyDown = (event: KeyboardEvent): void => {
    const elements = all();
    const at = elements.indexOf(event.target as HTMLElement);
    const to = targetOf(event.key, at, elements.length);
    if (event.key === "Tab") onClose();
    if (to === null) return;
    event.preventDefault();
    elements[to]?.focus();
  };

  const pick = (item: MenuItem): void => {
    item.onPick?.();
    if (item.checked !== undefined) return;
    onClose();
    anchor.current?.focus();
  };

  return (
    <Popover anchor={anchor} role="menu" label={label} onClose={onClose}>
      <div ref={list} role="none" class="sw-menu" onKeyDown={keyDown}>
        {items.map((item) => (
          <Item key={item.label} item={item} onPick={() => pick(item)} />
        ))}
      </div>
    </Popover>
  );
}

function Item({ item, onPick }: { item: MenuItem; onPick(): void }) {
  const inside = (
    <>
      {item.checked !== undefined && <span class="sw-tick">{item.checked && <Icon name="check" />}</span>}
      {item.icon !== undefined && <span class="sw-tick">{item.icon && <Icon name={item.icon} />}</span>}
      <span class="sw-grow">{item.label}</span>
      {item.count !== undefined && <span class="sw-number sw-muted">{item.count.toLocaleString("en")}</span>}
    </>
  );
  const shared = { "data-item": "", class: "sw-item", tabIndex: -1, onClick: onPick };
  if (item.href) {
    return (
      <a {...shared} role="menuitem" href={item.href} target="_blank" rel="noopener noreferrer">
        {inside}
      </a>
    );
  }
  const ticked = item.checked === undefined ? { role: "menuitem" as const } : TICKABLE(item.checked);
  return (
    <button {...shared} {...ticked} type="button">
      {inside}
    </button>
  );
}

const TICKABLE = (checked: boolean) => ({ role: "menuitemcheckbox" as const, "aria-checked": checked });

function targetOf(key: string, at: number, length: number): number | null {
  if (key === "ArrowDown") return (at + 1) % length;
  if (key === "ArrowUp") return (at - 1 + length) % length;
  if (key === "Home") return 0;
  return key === "End" ? length - 1 : null;
}
