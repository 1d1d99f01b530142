import { useRef, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { Button } from "../../ui/controls/Button";
import { Heading } from "../../ui/frame/Heading";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { Stale } from "../../ui/status/LastChecked";
import { type Editor, usePermissionsView } from "./editor";

/** Whose permissions they are, and what can be done with all of them at once. */
export function Header({ editor }: { editor: Editor }) {
  const view = usePermissionsView();
  const { name, access } = view.store.state.value;
  const { on, note } = view.refreshing.value;
  return (
    <div class="sw-header sw-permissions-head">
      <Heading name={name} />
      {!view.nested && <Stale />}
      <span class="sw-head-end">
        <span class="sw-muted">{note}</span>
        <Button label="Refresh" look="quiet" refused={view.live.state.value === "frozen" ? FROZEN : null} onClick={() => void view.refresh()}>
          <Icon name="refresh" spin={on} />
        </Button>
        {access.known && <More editor={editor} />}
      </span>
    </div>
  );
}

function More({ editor }: { editor: Editor }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const items: MenuItem[] = [
    ...(editor.refused === null
      ? [
          { label: "Copy from another endpoint…", onPick: () => editor.open("copy") },
          { label: "Import…", onPick: () => editor.open("import") },
        ]
      : []),
    { label: "Export…", onPick: () => editor.open("export") },
  ];
  return (
    <>
      <Button buttonRef={anchor} look="quiet" label="More" popup expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="kebab" />
      </Button>
      {open && <Menu anchor={anchor} label="More" items={items} onClose={() => setOpen(false)} />}
    </>
  );
}
