import { useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { viewOf } from "./layout";
import { FAILED } from "./listing";
import { useBrowserView } from "./rows";
import type { Browser } from "./state";

/** Filters by name: what failed, what is one's own, and those that were saved. */
export function Views({ browser, onIdle }: { browser: Browser; onIdle(): void }) {
  const view = useBrowserView();
  const { picked } = browser.query.value;
  const { layout } = browser;
  const now = viewOf(browser.query.value, browser.sort.value);
  const saved = layout.views.some(({ name }) => name === now.name);
  const mine = async (): Promise<void> => {
    const { user } = await view.rpc.request("me", {}).catch(() => ({ user: null }));
    if (user) browser.pick("creator", user);
    else view.report("The service does not say who you are, so “Mine” can't be shown.");
  };
  const items: MenuItem[] = [
    { label: "Failed", checked: picked.status.has(FAILED), onPick: () => browser.pick("status", FAILED) },
    { label: "Mine", icon: null, onPick: () => void mine() },
    { label: "Idle or over-sized…", icon: null, onPick: onIdle },
    ...layout.views.map((each) => ({ label: each.name, icon: null, onPick: () => browser.use(each) })),
    ...(browser.filtered && !saved ? [{ label: "Save this view", icon: "check" as const, onPick: () => layout.save(now) }] : []),
    ...(browser.filtered && saved ? [{ label: "Delete this view", icon: "close" as const, onPick: () => layout.forget(now.name) }] : []),
  ];
  return <ButtonMenu title="Views" items={items} />;
}

/** Which columns are shown. */
export function Columns({ browser, width }: { browser: Browser; width: number }) {
  const items = browser.columns.slice(1).map((column) => {
    const checked = browser.layout.isShown(column, width);
    return { label: column.title, checked, onPick: () => browser.layout.show(column.key, !checked) };
  });
  return <ButtonMenu title="Columns" items={items} />;
}

function ButtonMenu({ title, items }: { title: string; items: readonly MenuItem[] }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button look="quiet" popup expanded={open} buttonRef={anchor} onClick={() => setOpen(!open)}>
        {title}
        <Icon name="chevron" />
      </Button>
      {open && <Menu anchor={anchor} label={title} items={items} onClose={() => setOpen(false)} />}
    </>
  );
}
