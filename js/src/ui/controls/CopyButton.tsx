import { useEffect, useState } from "preact/hooks";
import { useView, type View } from "../../view";
import { Button } from "./Button";
import { Icon } from "./Icon";

const THANKS_MS = 1500;

/** Copies a text and says so for a moment. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const view = useView();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), THANKS_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const click = async (): Promise<void> => setCopied(await copy(view, text, what));
  return (
    <Button look="quiet" label={`Copy ${what}`} onClick={() => void click()}>
      <Icon name={copied ? "check" : "copy"} />
    </Button>
  );
}

/** Put a text on the clipboard; works without the clipboard API, which plain-http pages lack. */
export async function copy(view: View, text: string, what: string): Promise<boolean> {
  const done = await write(text, view.root);
  view.announce(done ? `Copied ${what}.` : `The browser did not let ${what} be copied.`);
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
