import { useRef, useState } from "preact/hooks";
import { Button } from "../../../ui/controls/Button";
import { Icon } from "../../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../../ui/controls/Menu";
import { levelWords } from "../words";

interface LevelButtonProps {
  /** What the level is of, for screen readers. */
  label: string;
  level: string | null;
  levels: readonly string[];
  onPick(level: string): void;
  onRemove?(): void;
  refused: string | null;
  tabIndex?: number;
  look?: "plain" | "quiet";
}

/** A level, and the menu to choose another one. */
export function LevelButton({ label, level, levels, onPick, onRemove, refused, tabIndex, look }: LevelButtonProps) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const choose = (one: string): MenuItem => ({
    label: levelWords(one),
    icon: one === level ? "check" : null,
    onPick: () => onPick(one),
  });
  const items = levels.map(choose);
  if (onRemove && level !== null) items.push({ label: "Remove", icon: "close", onPick: onRemove });
  return (
    <span class="sw-level">
      <Button
        buttonRef={anchor}
        label={`${label}: ${levelWords(level)}`}
        look={look}
        popup
        expanded={open}
        tabIndex={tabIndex}
        refused={refused}
        onClick={() => setOpen(!open)}
      >
        {levelWords(level)}
        <Icon name="chevron" turn={open} />
      </Button>
      {open && <Menu anchor={anchor} label={label} items={items} onClose={() => setOpen(false)} />}
    </span>
  );
}
