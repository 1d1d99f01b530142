import { useEffect, useState } from "preact/hooks";
import { cellBelow } from "../../page/cells";
import { useView, type View } from "../../view";
import { Button } from "./Button";
import { Icon, type IconName } from "./Icon";

const THANKS_MS = 1500;

/** Copies a text and says so for a moment. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const view = useView();
  return <Once icon="copy" label={`Copy ${what}`} act={() => copy(view, text, what)} />;
}

/** What a person may want elsewhere: on the clipboard, or in a new cell below where the host can make one. */
export function CodeButtons({ text, what, source = text }: { text: string; what: string; source?: string }) {
  const view = useView();
  const insert = cellBelow(view.root, view.model);
  const send = async (): Promise<boolean> => {
    insert!(source);
    view.announce(`Sent ${what} to a new cell below. It has not been run.`);
    return true;
  };
  return (
    <>
      <CopyButton text={text} what={what} />
      {insert && <Once icon="cell" label={`Send ${what} to a cell`} act={send} />}
    </>
  );
}

/** A button that shows for a moment that it has done its work. */
function Once({ icon, label, act }: { icon: IconName; label: string; act(): Promise<boolean> }) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), THANKS_MS);
    return () => clearTimeout(timer);
  }, [done]);
  return (
    <Button look="quiet" label={label} onClick={() => void act().then(setDone)}>
      <Icon name={done ? "check" : icon} />
    </Button>
  );
}

/** Put a text on the clipboard; works without the clipboard API, which plain-http pages lack. */
export async function copy(view: View, text: string, what: string): Promise<boolean> {
  const done = await write(text, view.root);
  view.announce(done ? `Copied ${what}.` : `The browser blocked copying ${what}.`);
  return done;
}

async function write(text: string, root: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const document = root.ownerDocument;
    const before = document.activeElement as HTMLElement | null;
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sw-hidden";
    root.append(area);
    area.select();
    const done = document.execCommand?.("copy") ?? false;
    area.remove();
    before?.focus();
    return done;
  }
}
