import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Popover } from "../../ui/controls/Popover";

/** What the keys do while the log has the focus. */
const HELP: readonly (readonly [string, string])[] = [
  ["↑ ↓", "Move by lines; with Shift, select lines"],
  ["Page Up, Page Down", "Move by screens"],
  ["Home, End", "Go to the first line; follow the last one"],
  ["Enter", "Unfold or fold a traceback"],
  ["/ or Ctrl+F", "Find"],
  ["n, N", "Next, previous match"],
  ["e, E", "Next, previous error"],
  ["c", "Copy the traceback without line prefixes"],
  ["Ctrl+A, Ctrl+C", "Select all lines; copy the selection"],
  ["w", "Wrap lines"],
  ["t", "Show or hide timestamps"],
  ["?", "Show these keys"],
];

/** The list of keys, beside the log; Escape closes it. */
export function Keys({ anchor, onClose }: { anchor: RefObject<HTMLElement | null>; onClose(): void }) {
  const box = useRef<HTMLDListElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <Popover anchor={anchor} role="group" label="Keys" onClose={onClose}>
      <dl ref={box} class="sw-log-keys" tabIndex={-1}>
        {HELP.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}
