import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useUniqueId } from "../../view";

export interface Tab {
  key: string;
  label: string;
  /** Stands after the label, as a count does. */
  mark?: ComponentChildren;
}

interface TabsProps {
  label: string;
  tabs: readonly Tab[];
  chosen: string;
  onChoose(key: string): void;
  /** What the chosen tab shows. */
  children: ComponentChildren;
}

/** Tabs: arrows, Home and End choose, and one press of Tab leads on to what the chosen one shows. */
export function Tabs({ label, tabs, chosen, onChoose, children }: TabsProps) {
  const list = useRef<HTMLDivElement>(null);
  const id = useUniqueId();

  // Where the strip has no room for all, the chosen one is in its middle.
  useLayoutEffect(() => {
    const strip = list.current!;
    const show = (): void => {
      const tab = strip.querySelector<HTMLElement>("[aria-selected=true]");
      if (tab) strip.scrollLeft = tab.offsetLeft - strip.offsetLeft - (strip.clientWidth - tab.offsetWidth) / 2;
    };
    show();
    if (typeof ResizeObserver === "undefined") return;
    const sized = new ResizeObserver(show);
    sized.observe(strip);
    return () => sized.disconnect();
  }, [chosen]);

  const keyDown = (event: KeyboardEvent): void => {
    const at = tabs.findIndex((tab) => tab.key === chosen);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    onChoose(tabs[next]!.key);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };

  return (
    <>
      <div ref={list} class="sw-tabs" role="tablist" aria-label={label} onKeyDown={keyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.key}
            type="button"
            role="tab"
            id={`${id}-${tab.key}`}
            class="sw-tab"
            aria-selected={tab.key === chosen}
            aria-controls={`${id}-panel`}
            tabIndex={tab.key === chosen ? 0 : -1}
            onClick={() => onChoose(tab.key)}
          >
            {tab.label}
            {tab.mark !== undefined && <span class="sw-muted sw-number"> {tab.mark}</span>}
          </button>
        ))}
      </div>
      <div class="sw-tabpanel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  );
}
